/**
 * Dates as a spreadsheet counts them: days with a fraction for the time of day (ECMA-376 part 1, 18.17.4). In the 1900 system 1 is
 * 1900-01-01, and 60 a 29 February that never was, so later days count one more; in the 1904 system 0 is 1904-01-01.
 */
import { day1900, dayNumber, formatClock, formatDay, unitsPerDay } from "../../values/calendar.ts";

const millisecondsPerDay = 86_400_000;
const unitsPerMillisecond = unitsPerDay / millisecondsPerDay;
const lastDay = dayNumber(9999, 12, 31);
const day1904 = dayNumber(1904, 1, 1);
/** The day of 1900 that never was. */
const noDay = 60;

export interface SerialMoment {
  /** Days since 0001-01-01; undefined where the number is a time of day alone. */
  readonly day: number | undefined;
  /** Of the day. A double holds today's dates to less than a microsecond, so a millisecond is what was meant. */
  readonly milliseconds: number;
}

/** What the number means as a date; a sentence's end where it means none. */
export function readSerial(serial: number, is1904: boolean): SerialMoment | string {
  if (!(serial >= 0)) return "is a negative number, which is no date to a spreadsheet";
  const total = Math.round((serial - Math.floor(serial)) * millisecondsPerDay);
  const whole = Math.floor(serial) + Math.floor(total / millisecondsPerDay);
  const milliseconds = total % millisecondsPerDay;
  if (whole === 0 && !is1904) return { day: undefined, milliseconds };
  if (whole === noDay && !is1904) return "is day 60 of the 1900 system: 1900-02-29, a day that never was";
  const day = is1904 ? day1904 + whole : day1900 + whole - (whole > noDay ? 2 : 1);
  return day > lastDay ? "is a number beyond the year 9999 as a date" : { day, milliseconds };
}

/** Before March 1900 programs count differently: LibreOffice has no 29 February then, and a day less. */
export function isUnsure(serial: number, is1904: boolean): boolean {
  return !is1904 && serial >= 1 && serial < noDay;
}

/** `hh:mm:ss`, with milliseconds where there are any. */
export function clockText(milliseconds: number): string {
  const text = formatClock(milliseconds * unitsPerMillisecond);
  return milliseconds % 1000 === 0 ? text.slice(0, 8) : text.slice(0, 12);
}

/** `YYYY-MM-DD`, and the time of day where it is not midnight. */
export function momentText({ day, milliseconds }: SerialMoment): string {
  if (day === undefined) return clockText(milliseconds);
  return milliseconds === 0 ? formatDay(day) : `${formatDay(day)} ${clockText(milliseconds)}`;
}

/** `26:30:00` of 1.104166…: hours go beyond 24. */
export function durationText(serial: number): string {
  const total = Math.round(Math.abs(serial) * millisecondsPerDay);
  const hours = Math.floor(total / 3_600_000);
  const rest = clockText(total % 3_600_000).slice(2);
  return `${serial < 0 ? "-" : ""}${String(hours).padStart(2, "0")}${rest}`;
}
