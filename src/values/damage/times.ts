/** Dates and times at a coarser precision: what other types, exports and logs keep of them. */
import { codecFor } from "../registry.ts";
import type { Damage } from "./damage.ts";

const midnight = " 00:00:00.0000000";
/** Of `YYYY-MM-DD hh:mm:ss.fffffff`. */
const ends = { day: 10, hour: 13, minute: 16, second: 19, whole: 27 } as const;
const fullHour = ":00:00.0000000";
const fullMinute = ":00.0000000";

/** By fraction digits kept. */
const precisions = [
  "seconds",
  "tenths of a second",
  "hundredths of a second",
  "milliseconds",
  "4 digits of a second",
  "5 digits of a second",
  "microseconds",
].map((name, scale) => ({
  codec: codecFor({ type: { name: "datetime2", scale } }),
  end: scale === 0 ? ends.second : ends.second + 1 + scale,
  damage: { kind: "coarser-time", what: `time to ${name}` } satisfies Damage,
}));

const datetime = codecFor({ type: { name: "datetime" } });
const smalldatetime = codecFor({ type: { name: "smalldatetime" } });
const conventions = { dateOrder: "ymd" } as const;

const dateOnly: Damage = { kind: "date-only", what: "date without its time" };
const toMinutes: Damage = { kind: "coarser-time", what: "time to minutes" };
const toTicks: Damage = { kind: "coarser-time", what: "time to datetime's ticks of 1/300 s" };

/** Has the same start, and canonical text ends in zeros there: the finer time was cut. */
function isCut(candidate: string, intact: string, end: number): boolean {
  return candidate.slice(0, end) === intact.slice(0, end);
}

/** Rounding carries at most into the next full hour, and only from the last minute of one. */
function mayBeNear(candidate: string, intact: string): boolean {
  if (isCut(candidate, intact, ends.hour)) return true;
  return candidate.endsWith(fullHour) && intact.startsWith("59", ends.hour + 1);
}

function fractionDigits(candidate: string): number {
  let end: number = ends.whole;
  while (end > ends.second + 1 && candidate.charCodeAt(end - 1) === 48) end--;
  return end - ends.second - 1;
}

/**
 * datetime cast to datetime2 keeps the milliseconds that datetime prints (.123), and from 2016 on the tick itself
 * (.1233333).
 */
function isOnTick(candidate: string, intact: string): boolean {
  const ofIntact = datetime.parse(intact, conventions);
  if (ofIntact === candidate) return true;
  if (ofIntact === intact || ofIntact !== datetime.parse(candidate, conventions)) return false;
  return isExactTick(candidate) && !isExactTick(intact);
}

function isExactTick(text: string): boolean {
  const fraction = Number(text.slice(ends.second + 1));
  return Math.round((Math.round((fraction * 3) / 100_000) * 100_000) / 3) === fraction;
}

function coarserTime(candidate: string, intact: string): Damage | undefined {
  if (!mayBeNear(candidate, intact)) return undefined;
  // What rounds to the candidate at a finer step does so at its own last digit too: one step is enough.
  const step = precisions[fractionDigits(candidate)];
  if (step !== undefined) {
    if (isCut(candidate, intact, step.end) || step.codec.parse(intact, conventions) === candidate) return step.damage;
  }
  if (isOnTick(candidate, intact)) return toTicks;
  if (!candidate.endsWith(fullMinute)) return undefined;
  const isMinute = isCut(candidate, intact, ends.minute) || smalldatetime.parse(intact, conventions) === candidate;
  return isMinute ? toMinutes : undefined;
}

function isDateOnly(candidate: string, intact: string): boolean {
  return candidate.endsWith(midnight) && isCut(candidate, intact, ends.day);
}

/** smalldatetime, datetime, datetime2 (GOTCHAS 31). */
export function timestampDamage(candidate: string, intact: string): Damage | undefined {
  if (candidate === intact) return undefined;
  return isDateOnly(candidate, intact) ? dateOnly : coarserTime(candidate, intact);
}

const someDay = "2000-01-01 ";

export function timeDamage(candidate: string, intact: string): Damage | undefined {
  return candidate === intact ? undefined : coarserTime(someDay + candidate, someDay + intact);
}

/** datetimeoffset: at the same offset; a date alone comes back with the offset of nobody, +00:00. */
export function offsetDamage(candidate: string, intact: string): Damage | undefined {
  const candidateOffset = candidate.slice(ends.whole);
  const candidateLocal = candidate.slice(0, ends.whole);
  const intactLocal = intact.slice(0, ends.whole);
  if (candidateOffset === intact.slice(ends.whole)) return timestampDamage(candidateLocal, intactLocal);
  const isDate =
    candidateOffset === " +00:00" && candidateLocal !== intactLocal && isDateOnly(candidateLocal, intactLocal);
  return isDate ? dateOnly : undefined;
}
