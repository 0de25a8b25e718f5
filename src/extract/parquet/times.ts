/** Days, clocks and moments as text: every digit, no shift. */

/** Ticks a second. */
export type Resolution = 1_000 | 1_000_000 | 1_000_000_000;

const millisADay = 86_400_000;
/** What Date can show. */
const furthestDay = 100_000_000;

/** Days since 1970. Beyond what a date can show: the number and its unit, which no date column takes. */
export function dayText(days: number): string {
  if (Math.abs(days) > furthestDay) return `${days} days since 1970`;
  return new Date(days * millisADay).toISOString().replace(/T.*$/, "");
}

/** Ticks since midnight. */
export function clockText(ticks: bigint, perSecond: Resolution): string {
  const seconds = Number(ticks / BigInt(perSecond));
  if (ticks < 0n || seconds >= 86_400) return `${ticks} / ${perSecond} s since midnight`;
  const [hour, minute, second] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = [hour, minute, second].map((part) => String(part).padStart(2, "0")).join(":");
  return `${clock}.${String(ticks % BigInt(perSecond)).padStart(String(perSecond).length - 1, "0")}`;
}

/** Ticks since 1970, as `YYYY-MM-DD hh:mm:ss.fff` and the offset. */
export function momentText(ticks: bigint, perSecond: Resolution, offset = ""): string {
  const perDay = BigInt(perSecond) * 86_400n;
  const clock = ((ticks % perDay) + perDay) % perDay;
  const days = Number((ticks - clock) / perDay);
  if (Math.abs(days) > furthestDay) return `${ticks} / ${perSecond} s since 1970`;
  return `${dayText(days)} ${clockText(clock, perSecond)}${offset}`;
}
