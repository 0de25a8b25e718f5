/**
 * Every literal form of dates and times that SQL Server reads (Transact-SQL reference, "datetime", "date", "time",
 * "datetimeoffset", "CAST and CONVERT"), but for those that leave parts to be made up: a year alone, a month and a year.
 */
import { dayNumber } from "./calendar.ts";
import type { DateOrder } from "./codec.ts";
import { clockUnits } from "./iso-text.ts";
import type { Moment } from "./moment.ts";

export interface DateReading {
  readonly dateOrder: DateOrder;
  /** As datetime and smalldatetime read literals: under `dmy` a year that comes first is followed by the day. */
  readonly legacy: boolean;
}

/** Two-digit years up to this one belong to this century (the server's `two digit year cutoff`, 2049). */
const lastShortYear = 49;
const monthNames = "january february march april may june july august september october november december".split(" ");
const shortMonths = monthNames.map((name) => name.slice(0, 3));

/** No form has more characters; longer text is not looked at. */
const longestForm = 64;

const clock = String.raw`(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:([.:])(\d+))?)?)?(?:[ ]*([AaPp])[Mm])?`;
const zone = String.raw`(?:[ ]*([Zz]|[+-]\d{1,2}:\d{2}))?`;
const clockLast = new RegExp(String.raw`(?:^|[ ]|(?<=\d)[Tt])${clock}${zone}$`);
const clockFirst = new RegExp(String.raw`^${clock}[ ]+(?=\S)`);

const separatedForm = /^(\d{1,4})([-/.])(\d{1,4})\2(\d{1,4})$/;
const compactForm = /^(\d{4}|\d{2})(\d{2})(\d{2})$/;
const monthWord = /[A-Za-z]+/;
const numbersOnly = /^[\d ,./-]*$/;

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 4) return year;
  if (text.length !== 2) return -1;
  return year <= lastShortYear ? 2000 + year : 1900 + year;
}

/** Day, month and year from their texts; a day or a month has one or two digits. */
function day(year: string, month: string, dayOfMonth: string): number {
  if (month.length > 2 || dayOfMonth.length > 2) return -1;
  return dayNumber(fullYear(year), Number(month), Number(dayOfMonth));
}

/** `03/04/2005`: the part with four digits is the year, the others follow the order of the source. */
function readSeparated(parts: readonly [string, string, string], reading: DateReading): number {
  const [first, second, third] = parts;
  const { dateOrder, legacy } = reading;
  const dayLeads = dateOrder === "dmy";
  if (first.length === 4) return dayLeads && legacy ? day(first, third, second) : day(first, second, third);
  if (second.length === 4) return dayLeads ? day(second, third, first) : day(second, first, third);
  if (third.length === 4 || dateOrder !== "ymd")
    return dayLeads ? day(third, second, first) : day(third, first, second);
  return day(first, second, third);
}

function monthNumber(word: string): number {
  const name = word.toLowerCase();
  const short = shortMonths.indexOf(name);
  return (short >= 0 ? short : monthNames.indexOf(name)) + 1;
}

/** `Mar  4 2005`, `4-Mar-2005`, `2005 March 4`, `March 4, 05`. */
function readNamed(text: string, reading: DateReading): number {
  const word = monthWord.exec(text)?.[0] ?? "";
  const month = monthNumber(word);
  const rest = text.replace(word, " ");
  if (month === 0 || !numbersOnly.test(rest)) return -1;
  const numbers = rest.match(/\d+/g) ?? [];
  const [first = "", second = ""] = numbers;
  if (numbers.length !== 2) return -1;
  const yearLeads = first.length === 4 || (second.length !== 4 && reading.dateOrder === "ymd");
  return yearLeads ? day(first, String(month), second) : day(second, String(month), first);
}

/** Days since 0001-01-01; -1 for no date. */
function readDate(text: string, reading: DateReading): number {
  const separated = separatedForm.exec(text);
  if (separated !== null) {
    const [, first = "", , second = "", third = ""] = separated;
    return readSeparated([first, second, third], reading);
  }
  const compact = compactForm.exec(text);
  if (compact !== null) return day(compact[1] ?? "", compact[2] ?? "", compact[3] ?? "");
  return readNamed(text, reading);
}

/** `.5` is half a second, `:5` five thousandths. -1 for more digits than 100 ns units, unless those are zeros. */
function fractionUnits(mark: string, digits: string): number {
  if (mark === ":") return digits.length <= 3 ? Number(digits) * 10_000 : -1;
  if (/[1-9]/.test(digits.slice(7))) return -1;
  return Number(digits.slice(0, 7).padEnd(7, "0"));
}

/** The hour of 24; -1 for one that goes with no AM or PM. `13:00 PM` is 13:00 to the server. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (half.toLowerCase() === "a") return hour > 12 ? -1 : hour % 12;
  if (hour === 0) return -1;
  return hour < 12 ? hour + 12 : hour;
}

/** A clock's match as units; -1 for no time, as a number without colon or AM and PM is none. */
function readClock(match: RegExpExecArray): number {
  const [, hour = "", minute, second = "0", mark = ".", fraction = "", half] = match;
  if (minute === undefined && half === undefined) return -1;
  return clockUnits(hourOf(Number(hour), half), Number(minute ?? 0), Number(second), fractionUnits(mark, fraction));
}

/** Minutes east of UTC, 14 hours at most; NaN beyond. */
function readZone(text: string): number {
  if (text.toLowerCase() === "z") return 0;
  const [hours = "", minutes = ""] = text.slice(1).split(":");
  const size = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || size > 14 * 60) return Number.NaN;
  return text.startsWith("-") && size > 0 ? -size : size;
}

/** The clock in the text, at its end or (without a zone) before its date. */
function findClock(text: string): { match: RegExpExecArray; date: string } | undefined {
  const last = clockLast.exec(text);
  if (last !== null && (last[2] ?? last[6]) !== undefined) return { match: last, date: text.slice(0, last.index) };
  const first = clockFirst.exec(text);
  if (first !== null && (first[2] ?? first[6]) !== undefined)
    return { match: first, date: text.slice(first[0].length) };
  return undefined;
}

/**
 * Fills `moment` with what the text says; false where it is no date or time, or one that does not exist. For the forms that
 * `readIso` does not take.
 */
export function readDateText(raw: string, reading: DateReading, moment: Moment): boolean {
  const text = raw.trim();
  moment.clear();
  if (text.length > longestForm) return false;
  const found = findClock(text);
  const date = (found?.date ?? text).trim();
  if (date !== "" || found === undefined) {
    // With a T the order is fixed, whatever the session's (ISO 8601).
    const isFixed = found?.match[0].startsWith("T") === true;
    moment.days = readDate(date, isFixed ? { ...reading, legacy: false } : reading);
    if (moment.days < 0) return false;
  }
  if (found === undefined) return true;
  moment.units = readClock(found.match);
  const zoneText = found.match[7];
  if (zoneText !== undefined) moment.offset = readZone(zoneText);
  return moment.units >= 0 && !Number.isNaN(moment.offset);
}
