/** Days, clocks and moments as text: every digit, no shift. */

/** Ticks a second. */
export type Resolution = 1_000 | 1_000_000 | 1_000_000_000;

const secondsADay = 86_400;
/** What Date can show. */
const furthestDay = 100_000_000;
/** `T00:00:00.000Z` */
const clockLength = 14;

/** Days since 1970. Beyond what a date can show: the number and its unit, which no date column takes. */
export function dayText(days: number): string {
  if (Math.abs(days) > furthestDay) return `${days} days since 1970`;
  return new Date(days * secondsADay * 1000).toISOString().slice(0, -clockLength);
}

/** Ticks since midnight. */
export function clockText(ticks: bigint, perSecond: Resolution): string {
  const { seconds, rest } = split(ticks, perSecond);
  if (seconds < 0 || seconds >= secondsADay) return `${ticks} / ${perSecond} s since midnight`;
  return clock(seconds, rest, perSecond);
}

/** Ticks since 1970, as `YYYY-MM-DD hh:mm:ss.fff` and the offset. */
export function momentText(ticks: bigint, perSecond: Resolution, offset = ""): string {
  const { seconds, rest } = split(ticks, perSecond);
  const days = Math.floor(seconds / secondsADay);
  if (Math.abs(days) > furthestDay) return `${ticks} / ${perSecond} s since 1970`;
  return `${dayText(days)} ${clock(seconds - days * secondsADay, rest, perSecond)}${offset}`;
}

/** Whole seconds, rounded down, and the ticks beyond them. */
function split(ticks: bigint, perSecond: Resolution): { seconds: number; rest: number } {
  const number = Number(ticks);
  if (Number.isSafeInteger(number)) {
    const seconds = Math.floor(number / perSecond);
    return { seconds, rest: number - seconds * perSecond };
  }
  const rest = Number(ticks % BigInt(perSecond));
  const seconds = Number((ticks - BigInt(rest)) / BigInt(perSecond));
  return rest < 0 ? { seconds: seconds - 1, rest: rest + perSecond } : { seconds, rest };
}

function clock(seconds: number, rest: number, perSecond: Resolution): string {
  const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  // The digit in front keeps the zeros.
  const fraction = String(perSecond + rest).slice(1);
  return `${two(hour)}:${two(minute)}:${two(seconds % 60)}.${fraction}`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
