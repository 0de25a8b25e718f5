/** Moments, and times on one clock, as a clock of another zone shows them. */
import { instantOf, wallAt } from "./zone.ts";

const moment = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d(?::?\d\d)?)$/;

/**
 * `2026-03-01 12:00:00.123456+00` → `2026-03-01 06:00:00.123456` in `America/Chicago`: the fraction is kept as it is. A text of any other form
 * (`infinity`, a year before Christ) comes back unchanged.
 */
export function wallClock(text: string, zone: string): string {
  const [, date, time, fraction = "", offset = ""] = moment.exec(text) ?? [];
  if (date === undefined || time === undefined) return text;
  const instant = Date.parse(`${date}T${time}${isoOffset(offset)}`);
  if (Number.isNaN(instant)) return text;
  return shownAt(instant, zone) + fraction;
}

/**
 * A canonical `YYYY-MM-DD hh:mm:ss.fffffff` on a clock of one zone, on a clock of another. Of a time that a clock change repeats the earlier
 * one is meant: the later is as likely, and an hour off.
 */
export function moveClock(text: string, from: string, to: string): string {
  return shownAt(instantOf(text, from).at, to) + text.slice(19);
}

function shownAt(instant: number, zone: string): string {
  return new Date(wallAt(instant, zone)).toISOString().slice(0, 19).replace("T", " ");
}

/** `+00`, `-0530` → `+00:00`, `-05:30`. */
function isoOffset(offset: string): string {
  if (offset === "Z") return offset;
  const digits = offset.slice(1).replace(":", "").padEnd(4, "0");
  return `${offset.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
