/** Counts of seconds, or of parts of them, since 1970, as clocks show them. */
import { wallAt } from "../../values/zone.ts";

/** A unit by the digits that it has behind the point of a second: 0, 3, 6 or 9. */
export type EpochDigits = 0 | 3 | 6 | 9;

/** 0001-01-01 and 10000-01-01, in seconds. */
const firstSecond = -62_135_596_800n;
const endSecond = 253_402_300_800n;
const secondsADay = 86_400n;

/** `YYYY-MM-DD hh:mm:ss[.f…]` on the zone's clock; undefined without a count, and for a year that has not four digits. */
export function wallTime(count: bigint | undefined, digits: EpochDigits, zone = "UTC"): string | undefined {
  if (count === undefined) return undefined;
  const { whole, fraction } = split(count, digits);
  if (whole < firstSecond || whole >= endSecond) return undefined;
  const shown = new Date(wallAt(Number(whole) * 1000, zone)).toISOString().slice(0, 19).replace("T", " ");
  return shown + fraction;
}

/** `hh:mm:ss[.f…]`; undefined for what is no time of day: MySQL's TIME may be. */
export function clockTime(count: bigint, digits: EpochDigits): string | undefined {
  const { whole, fraction } = split(count, digits);
  if (whole < 0n || whole >= secondsADay) return undefined;
  return new Date(Number(whole) * 1000).toISOString().slice(11, 19) + fraction;
}

/** `YYYY-MM-DD` by days since 1970. */
export function dayOf(days: bigint): string | undefined {
  return wallTime(days * secondsADay, 0)?.slice(0, 10);
}

function split(count: bigint, digits: EpochDigits): { whole: bigint; fraction: string } {
  const unit = 10n ** BigInt(digits);
  const rest = ((count % unit) + unit) % unit;
  const shown = rest === 0n ? "" : rest.toString().padStart(digits, "0").replace(/0+$/, "");
  return { whole: (count - rest) / unit, fraction: shown === "" ? "" : `.${shown}` };
}
