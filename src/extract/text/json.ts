/**
 * Reads JSON without losing what JSON.parse loses: the digits of long numbers, the spelling of nested values, members that occur twice
 * (RFC 8259). JSON.parse says whether a text is JSON at all; what it accepts is only taken apart here.
 */

/** One member of an object. */
export interface Member {
  readonly name: string;
  /** The value as it is written, without outer blanks. */
  readonly text: string;
}

/** The members of an object in their order; undefined where the text is no JSON, or no object. */
export function readObject(text: string): Member[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  } catch {
    return undefined;
  }
  return membersOf(text);
}

/** The members of an object that is known to be one; its outer blanks do not matter. */
export function membersOf(object: string): Member[] {
  const members: Member[] = [];
  for (let at = skipBlanks(object, object.indexOf("{") + 1); object[at] === '"';) {
    const nameEnd = stringEnd(object, at);
    const from = skipBlanks(object, skipBlanks(object, nameEnd) + 1);
    const end = valueEnd(object, from);
    members.push({ name: readString(object.slice(at, nameEnd)), text: object.slice(from, end) });
    at = skipBlanks(object, skipBlanks(object, end) + 1);
  }
  return members;
}

/** The elements of an array that is known to be one, as they are written. */
export function elementsOf(array: string): string[] {
  const elements: string[] = [];
  for (let at = skipBlanks(array, array.indexOf("[") + 1); at < array.length && array[at] !== "]";) {
    const end = valueEnd(array, at);
    elements.push(array.slice(at, end));
    at = skipBlanks(array, skipBlanks(array, end) + 1);
  }
  return elements;
}

/** What a string says, given with its quotes. */
export function readString(text: string): string {
  return text.includes("\\") ? (JSON.parse(text) as string) : text.slice(1, -1);
}

export function isString(text: string): boolean {
  return text.startsWith('"');
}

export function isArray(text: string): boolean {
  return text.startsWith("[");
}

export function isObject(text: string): boolean {
  return text.startsWith("{");
}

/** So many digits survive the way through a double and back. */
const exactDigits = 15;
const leastNormal = 2 ** -1022;
const numberForm = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Beyond it a number would be written out in more zeros than any type holds. */
const longestExponent = 400;

/** A number without a lost digit: a double where that is exact, a bigint, or else its text in plain notation. */
export function readNumber(text: string): number | bigint | string {
  const [, sign = "", integer = "", fraction = "", exponent = "0"] = numberForm.exec(text) ?? [];
  const digits = (integer + fraction).replace(/^0+/, "");
  const double = Number(text);
  const isNormal = Number.isFinite(double) && Math.abs(double) >= leastNormal;
  if (digits === "" || (digits.length <= exactDigits && isNormal)) return double;
  if (/^-?\d+$/.test(text)) return BigInt(text);
  const shift = Number(exponent);
  return Math.abs(shift) > longestExponent ? text : plainNotation(sign, integer, fraction, shift);
}

/** `1.25`, shifted by 3: `1250`. */
function plainNotation(sign: string, integer: string, fraction: string, shift: number): string {
  const digits = integer + fraction;
  const point = integer.length + shift;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  const whole = digits.slice(0, point).padEnd(point, "0");
  return point < digits.length ? `${sign}${whole}.${digits.slice(point)}` : `${sign}${whole}`;
}

const blanks = new Set([" ", "\t", "\n", "\r"]);

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (blanks.has(text[at] ?? "")) at++;
  return at;
}

/** Behind the closing quote of the string that begins at `from`. */
function stringEnd(text: string, from: number): number {
  let close = text.indexOf('"', from + 1);
  while (isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close + 1;
}

/** Does an odd number of backslashes stand before it? */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}

function valueEnd(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return stringEnd(text, from);
  if (first === "{" || first === "[") return nestedEnd(text, from);
  let at = from;
  while (!/[,}\]\s]/.test(text[at] ?? "}")) at++;
  return at;
}

function nestedEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; ;) {
    const char = text[at];
    if (char === '"') at = stringEnd(text, at);
    else {
      at++;
      if (char === "{" || char === "[") depth++;
      else if ((char === "}" || char === "]") && --depth === 0) return at;
    }
  }
}
