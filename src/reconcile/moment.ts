/** Where an observation stands in time, and on which line (DESIGN, Reconciliation 1 and 2). */
import type { StagedObservation } from "../stage/staged-observation.ts";
import type { SourceStanding } from "./claims.ts";
import { instantOf } from "../values/zone.ts";

/** The line of production's own history. */
export const production = "production";

export interface Moment {
  /** Undefined: the source stands outside of all lines, as its time is unknown. */
  readonly line: string | undefined;
  /** When the claims are known to have held (ms since 1970, UTC), at the earliest; undefined: unknown. */
  readonly heldAt: number | undefined;
  /** From when on they held, as the row itself says, at the earliest; undefined where it does not. */
  readonly since: number | undefined;
  /** How much later (ms) that may have been, where a clock change repeats the hour that the row says; else 0. */
  readonly ambiguity: number;
}

/** The latest instant that {@link Moment.heldAt} may stand for: an event is as uncertain as the row's own time, a snapshot is not. */
export function heldBy({ heldAt, since, ambiguity }: Moment): number | undefined {
  return heldAt !== undefined && heldAt === since ? heldAt + ambiguity : heldAt;
}

/** Evidence that is kept and shown but gives no values: `late` after the last good moment, `foreign` from another line's own life. */
export type Excluded = "late" | "foreign";

/**
 * Places an observation. A snapshot's row with its own time M holds over [M, asOf]; on a line that branched off at T, a row of
 * before T is still what production had at T, a later one is foreign, and one without a time can only conflict.
 * A time that a clock change repeats is held against `recoverTo` and T as the later of its two instants, and an event's as late as the clock
 * may be off: what may be of after the loss, or of the other line's own life, gives no value (docs/decisions/0027). It stays visible as
 * evidence, and a value that is missing does less harm.
 */
export function placeInTime(
  source: SourceStanding,
  staged: StagedObservation,
  recoverTo: number | undefined,
): Moment | Excluded {
  const isEvent = staged.operation !== "snapshot";
  const { branchedAt } = source;
  // A file of after the last good moment may show the loss: what it says of earlier times is not told apart from it.
  if (isLateEdition(source, recoverTo)) return "late";
  if (staged.modifiedAt === undefined)
    return { line: source.line, heldAt: source.time, since: undefined, ambiguity: 0 };
  const { at, ambiguity } = instantOf(staged.modifiedAt, source.zone);
  const latest = at + ambiguity + (isEvent ? source.skew : 0);
  if (recoverTo !== undefined && latest > recoverTo) return "late";
  if (branchedAt === undefined) return { line: source.line, heldAt: isEvent ? at : source.time, since: at, ambiguity };
  if (at + ambiguity > branchedAt) return "foreign";
  return { line: production, heldAt: isEvent ? at : branchedAt, since: at, ambiguity };
}

function isLateEdition({ isEdition, line, time }: SourceStanding, recoverTo: number | undefined): boolean {
  return isEdition === true && line === production && time !== undefined && recoverTo !== undefined && time > recoverTo;
}
