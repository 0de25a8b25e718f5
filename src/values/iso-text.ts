/** The fast path of dates: `YYYY-MM-DD[ hh:mm[:ss[.fffffff]]]`, character by character, without a regular expression. */
import { dayNumber, unitsPerSecond } from "./calendar.ts";
import type { Moment } from "./moment.ts";

const code = { zero: 48, dash: 45, colon: 58, dot: 46, space: 32, t: 116 } as const;

/** The number of the digits in a text's part; negative where one is no digit. */
function digitsAt(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - code.zero;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** 100 ns units since midnight; -1 where there is no such time of day. */
export function clockUnits(hour: number, minute: number, second: number, fraction: number): number {
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || fraction < 0) return -1;
  return ((hour * 60 + minute) * 60 + second) * unitsPerSecond + fraction;
}

/** `hh:mm[:ss[.fffffff]]` from a position to the text's end; -1 for anything else. */
function readIsoClock(text: string, from: number): number {
  const length = text.length - from;
  if (length < 5 || text.charCodeAt(from + 2) !== code.colon) return -1;
  const hour = digitsAt(text, from, from + 2);
  const minute = digitsAt(text, from + 3, from + 5);
  if (length === 5) return clockUnits(hour, minute, 0, 0);
  if (length < 8 || text.charCodeAt(from + 5) !== code.colon) return -1;
  const second = digitsAt(text, from + 6, from + 8);
  if (length === 8) return clockUnits(hour, minute, second, 0);
  if (length === 9 || length > 16 || text.charCodeAt(from + 8) !== code.dot) return -1;
  const fraction = digitsAt(text, from + 9, text.length);
  return clockUnits(hour, minute, second, fraction * 10 ** (16 - length));
}

function readIsoDate(text: string): number {
  if (text.charCodeAt(4) !== code.dash || text.charCodeAt(7) !== code.dash) return -1;
  return dayNumber(digitsAt(text, 0, 4), digitsAt(text, 5, 7), digitsAt(text, 8, 10));
}

/** Fills `moment` and returns true, or returns false for a text that the general reader has to look at. */
export function readIso(text: string, moment: Moment): boolean {
  if (text.length < 10) return false;
  moment.clear();
  moment.days = readIsoDate(text);
  if (moment.days < 0) return false;
  if (text.length === 10) return true;
  const separator = text.charCodeAt(10);
  if (separator !== code.space && (separator | 32) !== code.t) return false;
  moment.units = readIsoClock(text, 11);
  return moment.units >= 0;
}
