/**
 * The time of day in a text that no literal form of the server covers, because a date, a zone or a remark is written
 * around it in a way of its own: `2:07 PM, Dec 01`, `Thu, Dec 1 2:07 PM   On Time`, `12/1/11 2:06 PM (-05:00)`.
 */

/** A time of day on a clock of 24 hours. */
export interface Clock {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  /** 100 ns units, 0 to 9,999,999. */
  readonly fraction: number;
}

/** Longer text is prose; it is not looked at. */
const longestText = 64;

const monthNames =
  "jan feb mar apr may jun jul aug sep sept oct nov dec " +
  "january february march april june july august september october november december";
const dayNames = "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday";
const zoneNames =
  "z t utc gmt est edt cst cdt mst mdt pst pdt akst akdt hst ast adt bst ist wet west cet cest eet eest";
const dateWords = new Set(`${monthNames} ${dayNames}`.split(" "));
const knownWords = new Set([...dateWords, ...zoneNames.split(" ")]);

/** An offset from UTC, which looks like a time of day. A bare `-05:00` after minutes may as well end a range: not taken. */
const offset =
  /(?:\((?:UTC|GMT)?[+-]|\b(?:UTC|GMT)[+-]|\+|(?<=:\d\d:\d\d(?:\.\d{1,7})?)-)(?:0\d|1[0-4]):[0-5]\d(?!\d|:)\)?/giu;

/** What may follow AM, PM, a or p: no letter, but for the name of a month or day (`2:07pDec 1`). */
const wordEnd = String.raw`(?=\P{L}|$|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)`;
const halfOfDay = String.raw`(?:\s{0,4}(?:([ap])\.?\s?m\.?|(noon|midnight))${wordEnd}|([ap])${wordEnd})?`;
const clock = new RegExp(
  String.raw`(?<![\p{N}:.])(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?(?![.,:]?\p{N}|:)${halfOfDay}`,
  "giu",
);
/** `5:7`, `1:02:03:04`, `10:15:00,5`: what is left of these after the clocks were taken out is no date. */
const looseColon = /\d\s*:|:\s*\d/;
const numericDate = /(?<!\d)(?:\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d{8})(?!\d)/;
const word = /\p{L}+/gu;

/** The hour of 24; -1 for none. `13:05 PM` is 13:05, as the server reads it; noon and midnight are 12:00 alone. */
function hourOf(hour: number, isWhole: boolean, half: string | undefined): number {
  switch (half) {
    case undefined:
      return hour <= 23 ? hour : -1;
    case "a":
      return hour <= 12 ? hour % 12 : -1;
    case "p":
      return hour >= 1 && hour <= 23 ? (hour % 12) + 12 : -1;
    case "noon":
      return hour === 12 && isWhole ? 12 : -1;
    default:
      return hour === 12 && isWhole ? 0 : -1;
  }
}

interface Reading extends Clock {
  /** Says itself which half of the day it means. */
  readonly isSure: boolean;
}

function read(match: RegExpExecArray): Reading | undefined {
  const [, hour, minutes, seconds = "0", fraction = "", letter, noon, gluedLetter] = match;
  const half = (letter ?? noon ?? gluedLetter)?.toLowerCase();
  const isWhole = !/[1-9]/.test(`${minutes}${seconds}${fraction}`);
  const hours = hourOf(Number(hour), isWhole, half);
  if (hours < 0 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return {
    hours,
    minutes: Number(minutes),
    seconds: Number(seconds),
    fraction: Number(fraction.padEnd(7, "0")),
    isSure: half !== undefined || hours === 0 || hours > 12,
  };
}

function isSameTime(left: Clock, right: Clock): boolean {
  return (
    left.hours === right.hours &&
    left.minutes === right.minutes &&
    left.seconds === right.seconds &&
    left.fraction === right.fraction
  );
}

/** Is what stands around the clock a date, with remarks perhaps? Beside nothing at all, a clock needs none. */
function isDate(rest: string, words: readonly string[]): boolean {
  if (looseColon.test(rest)) return false;
  return !/[\p{L}\p{N}]/u.test(rest) || numericDate.test(rest) || words.some((name) => dateWords.has(name));
}

/**
 * The one time of day in a text with a date around it; undefined for a text with none, with two that differ, or with one
 * that no clock shows. A clock of 1 to 12 hours without AM or PM is 24-hour, but next to a word that is not known
 * (`2:07 abends`, `下午2:07`) it could be of either half of the day: undefined.
 */
export function readClock(text: string): Clock | undefined {
  if (text.length > longestText) return undefined;
  const bare = text.replace(offset, " ");
  const readings = Array.from(bare.matchAll(clock), read);
  const rest = bare.replace(clock, " ");
  const words = Array.from(rest.matchAll(word), ([name]) => name.toLowerCase());
  const [first] = readings;
  if (first === undefined || !isDate(rest, words)) return undefined;
  if (!readings.every((other) => other !== undefined && isSameTime(first, other))) return undefined;
  const isSure = readings.some((reading) => reading?.isSure) || words.every((name) => knownWords.has(name));
  const { hours, minutes, seconds, fraction } = first;
  return isSure ? { hours, minutes, seconds, fraction } : undefined;
}
