/**
 * In what way a claim differs from the value that stands, so that a thousand conflicts of one cause are one thing to look at. Works
 * on values as people read them.
 */
import type { TypeName } from "../schema/model.ts";

/** Ends a sentence that begins with the sources; `cut` is completed with the widths, `hours` with how many. */
export const ways = {
  "no-value": "has NULL",
  "a-value": "has a value",
  cut: "has only the beginning",
  longer: "has more behind it",
  case: "differs in upper and lower case",
  blanks: "differs in blanks",
  accents: "differs in accents",
  marks: "has lost characters (? or �)",
  writing: "is written in another form",
  zeros: "has lost leading zeros",
  swapped: "has day and month the other way round",
  clock: "has another time of day",
  earlier: "is earlier",
  later: "is later",
  lower: "is lower",
  higher: "is higher",
  tenfold: "differs by a power of ten",
  other: "has another value",
} as const;

export type Way = keyof typeof ways;

const numbers = new Set<TypeName>([
  "bit",
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "decimal",
  "numeric",
  "money",
  "smallmoney",
  "float",
  "real",
]);
const times = new Set<TypeName>(["date", "time", "smalldatetime", "datetime", "datetime2", "datetimeoffset"]);
const bytes = new Set<TypeName>(["binary", "varbinary", "image", "timestamp", "hierarchyid", "geometry", "geography"]);

/** `standing` is the value that stands, or stands for now; null is NULL. */
export function wayOf(type: TypeName, standing: string | null, other: string | null): Way {
  if (other === null) return standing === null ? "other" : "no-value";
  if (standing === null) return "a-value";
  if (numbers.has(type)) return betweenNumbers(standing, other);
  if (times.has(type)) return betweenTimes(standing, other);
  return bytes.has(type) ? betweenBytes(standing, other) : betweenTexts(standing, other);
}

function betweenBytes(standing: string, other: string): Way {
  if (standing.startsWith(other)) return "cut";
  return other.startsWith(standing) ? "longer" : "other";
}

function betweenNumbers(standing: string, other: string): Way {
  if (digitsOf(standing) === digitsOf(other) && standing.startsWith("-") === other.startsWith("-")) return "tenfold";
  const [left, right] = [Number(other), Number(standing)];
  if (Number.isNaN(left) || Number.isNaN(right) || left === right) return "other";
  return left < right ? "lower" : "higher";
}

/** Without the zeros around them: 12.50 and 1250 have the same. */
function digitsOf(number: string): string {
  return number.replaceAll(/[^\d]/g, "").replaceAll(/^0+|0+$/g, "");
}

const date = /^(\d{4})-(\d{2})-(\d{2})(.*)$/;

function betweenTimes(standing: string, other: string): Way {
  const [left, right] = [date.exec(other), date.exec(standing)];
  if (left === null || right === null) return "clock";
  const [, year, month, day, rest] = left;
  if (year === right[1] && month === right[2] && day === right[3]) return "clock";
  if (year === right[1] && month === right[3] && day === right[2] && rest === right[4]) return "swapped";
  return other < standing ? "earlier" : "later";
}

function betweenTexts(standing: string, other: string): Way {
  if (other !== "" && standing.startsWith(other)) return withoutBlanks(standing) === other ? "blanks" : "cut";
  if (standing !== "" && other.startsWith(standing)) return withoutBlanks(other) === standing ? "blanks" : "longer";
  if (standing.replaceAll(/\s+/g, "") === other.replaceAll(/\s+/g, "")) return "blanks";
  if (standing.toLowerCase() === other.toLowerCase()) return "case";
  if (standing.replace(/^0+/, "") === other) return "zeros";
  if (plain(standing) === plain(other)) return "accents";
  if (hasMarksFor(standing, other)) return "marks";
  const [left, right] = [lettersOf(standing), lettersOf(other)];
  return left === right && left !== "" ? "writing" : "other";
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+$/, "");
}

function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** Are all characters that differ marks for lost ones? */
function hasMarksFor(standing: string, other: string): boolean {
  return (
    standing.length === other.length &&
    Array.from({ length: other.length }, (_, at) => other.charAt(at)).every(
      (character, at) => character === standing.charAt(at) || character === "?" || character === "\uFFFD",
    )
  );
}

/** Letters and digits alone: two ways of writing a phone number. */
function lettersOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}
