/** How values, numbers and times are put for people. What comes from evidence or recipe goes through {@link printable}. */

import { count, firstOf, printable } from "../text.ts";

export { count, counted, printable } from "../text.ts";

const longestValue = 200;
const mistakable = /^$|^\s|\s$|^null$|^["']/i;

function shortened(value: string, most: number): string {
  if (value.length <= most) return value;
  return `${firstOf(value, most)}… (${count(value.length)} characters; --json shows all)`;
}

/** A cell for a terminal: NULL, the text NULL and an empty text look different, and a backslash is never an escape. */
export function showValue(value: string | null, most = longestValue): string {
  if (value === null) return "NULL";
  const text = printable(shortened(value, most).replaceAll("\\", "\\\\"));
  return mistakable.test(value) ? `"${text}"` : text;
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
