/** What a number format makes of a number: ECMA-376 part 1, 18.8.30 and 18.8.31. */

export interface NumberFormat {
  readonly kind: "number" | "date" | "time" | "date-time" | "duration" | "text";
  /** As the workbook writes it; of a built-in one, as the standard lists it. */
  readonly code: string;
  /** `00000` shows 123 as 00123: so many digits at least. 0 for formats of any other form. */
  readonly leastDigits: number;
}

/** Built-in formats that say what the number is, by id. Programs in the Far East number their own dates. */
const builtIn: ReadonlyMap<number, string> = new Map([
  [14, "mm-dd-yy"],
  [15, "d-mmm-yy"],
  [16, "d-mmm"],
  [17, "mmm-yy"],
  [18, "h:mm AM/PM"],
  [19, "h:mm:ss AM/PM"],
  [20, "h:mm"],
  [21, "h:mm:ss"],
  [22, "m/d/yy h:mm"],
  ...[27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, "yyyy/m/d"] as const),
  ...[32, 33, 34, 35, 55, 56].map((id) => [id, "h:mm:ss"] as const),
  [45, "mm:ss"],
  [46, "[h]:mm:ss"],
  [47, "mm:ss.0"],
  [49, "@"],
]);

export const general: NumberFormat = { kind: "number", code: "General", leastDigits: 0 };

/** Quoted and escaped text, blanks of a character's width, fillers, and brackets other than of elapsed time. */
const decoration = /"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi;
const elapsed = /\[(?:h+|m+|s+)\]/i;

function kindOf(code: string): NumberFormat["kind"] {
  const [first = ""] = code.replaceAll(decoration, "").split(";");
  if (first.trim() === "@") return "text";
  if (elapsed.test(first)) return "duration";
  if (/general|standard/i.test(first)) return "number";
  const letters = first.replaceAll(/am\/pm|a\/p/gi, "h").replaceAll(/e[+-]/gi, "");
  const hasClock = /[hs]/i.test(letters);
  const hasDay = /[yd]/i.test(letters) || (/m/i.test(letters) && !hasClock);
  if (hasDay) return hasClock ? "date-time" : "date";
  return hasClock ? "time" : "number";
}

/** A format by its code. */
export function formatOf(code: string): NumberFormat {
  return { kind: kindOf(code), code, leastDigits: /^0{2,20}$/.test(code) ? code.length : 0 };
}

/** A built-in format by its id; the General one where the id says nothing of what numbers are. */
export function builtInFormat(id: number): NumberFormat {
  const code = builtIn.get(id);
  return code === undefined ? general : formatOf(code);
}
