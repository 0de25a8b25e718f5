/**
 * The proleptic Gregorian calendar in integers: days since 0001-01-01, and 100 ns units since midnight. No JS Date:
 * it knows local time, and rolls an invalid day over into the next month.
 */

export const unitsPerSecond = 10_000_000;
export const unitsPerMinute = 60 * unitsPerSecond;
export const unitsPerDay = 86_400 * unitsPerSecond;
/** 1900-01-01, from which datetime and smalldatetime count. */
export const day1900 = 693_595;

const monthStarts = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const daysIn400Years = 146_097;
const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"));

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysBeforeMonth(month: number, leap: boolean): number {
  return (monthStarts[month - 1] ?? Number.NaN) + (leap && month > 2 ? 1 : 0);
}

function daysBeforeYear(year: number): number {
  const past = year - 1;
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
}

/** Days since 0001-01-01; -1 where the calendar has no such day. Years 1 to 9999. */
export function dayNumber(year: number, month: number, day: number): number {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return -1;
  const leap = isLeap(year);
  const start = daysBeforeMonth(month, leap);
  const end = month === 12 ? 365 + Number(leap) : daysBeforeMonth(month + 1, leap);
  return day > end - start ? -1 : daysBeforeYear(year) + start + day - 1;
}

function yearOf(days: number): number {
  // The mean year's length finds the year or one beside it.
  const guess = Math.floor((days * 400) / daysIn400Years) + 1;
  if (daysBeforeYear(guess) > days) return guess - 1;
  return daysBeforeYear(guess + 1) <= days ? guess + 1 : guess;
}

/** `YYYY-MM-DD` of days since 0001-01-01. */
export function formatDay(days: number): string {
  const year = yearOf(days);
  const leap = isLeap(year);
  const dayOfYear = days - daysBeforeYear(year);
  let month = Math.min(12, Math.floor(dayOfYear / 29) + 1);
  while (daysBeforeMonth(month, leap) > dayOfYear) month--;
  const day = dayOfYear - daysBeforeMonth(month, leap) + 1;
  return `${String(year).padStart(4, "0")}-${twoDigits[month]}-${twoDigits[day]}`;
}

/** `hh:mm:ss.fffffff` of 100 ns units since midnight. */
export function formatClock(units: number): string {
  const seconds = Math.floor(units / unitsPerSecond);
  const fraction = units - seconds * unitsPerSecond;
  const hour = twoDigits[Math.floor(seconds / 3600)];
  const minute = twoDigits[Math.floor(seconds / 60) % 60];
  const fractionText = fraction === 0 ? "0000000" : String(fraction).padStart(7, "0");
  return `${hour}:${minute}:${twoDigits[seconds % 60]}.${fractionText}`;
}

/** `+hh:mm` or `-hh:mm` of minutes east of UTC. */
export function formatOffset(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${twoDigits[Math.floor(size / 60)]}:${twoDigits[size % 60]}`;
}
