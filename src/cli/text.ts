/** How values, numbers and times are put for people. What comes from evidence or recipe goes through {@link printable}. */

const named: Readonly<Record<string, string>> = { "\n": String.raw`\n`, "\r": String.raw`\r`, "\t": String.raw`\t` };

/**
 * Control and format characters, lone surrogates, blanks that pose as another: what steers a terminal or hides in it.
 * Joiners are part of emoji, the wide blank of Japanese text.
 */
const unprintable = /(?! |\u200C|\u200D|\u3000)[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/gu;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return named[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, "0");
}

/** One line without any character that a terminal would obey. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, escaped);
}

const longestValue = 200;
const mistakable = /^$|^\s|\s$|^null$|^["']/i;

function shortened(value: string, most: number): string {
  if (value.length <= most) return value;
  return `${value.slice(0, most).replace(/[\uD800-\uDBFF]$/, "")}… (${count(value.length)} characters; --json shows all)`;
}

/** A cell for a terminal: NULL, the text NULL and an empty text look different, and a backslash is never an escape. */
export function showValue(value: string | null, most = longestValue): string {
  if (value === null) return "NULL";
  const text = printable(shortened(value, most).replaceAll("\\", "\\\\"));
  return mistakable.test(value) ? `"${text}"` : text;
}

const grouped = new Intl.NumberFormat("en-US");

/** `1,204` */
export function count(number: number): string {
  return grouped.format(number);
}

/** `1 cell`, `1,204 cells` */
export function counted(number: number, singular: string, plural = `${singular}s`): string {
  return `${count(number)} ${number === 1 ? singular : plural}`;
}

/** `2025-11-30 08:00:00 UTC` of an ISO time, whatever the time zone of the machine. */
export function showTime(time: string | null): string {
  if (time === null) return "unknown";
  const milliseconds = Date.parse(time);
  if (Number.isNaN(milliseconds)) return printable(time);
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `0:07`, `12:40`, `1:02:40` */
export function showDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const tail = `${hours > 0 ? String(minutes).padStart(2, "0") : minutes}:${String(rest).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
