/** Where an observation stands in time, and on which line (DESIGN, Reconciliation 1 and 2). */
import type { StagedObservation } from "../stage/source-reader.ts";
import type { SourceStanding } from "./claims.ts";
import { instantOf } from "./zone.ts";

/** The line of production's own history. */
export const production = "production";

export interface Moment {
  /** Undefined: the source stands outside of all lines, as its time is unknown. */
  readonly line: string | undefined;
  /** When the claims are known to have held (ms since 1970, UTC); undefined: unknown. */
  readonly heldAt: number | undefined;
  /** From when on they held, as the row itself says; undefined where it does not. */
  readonly since: number | undefined;
}

/** Evidence that is kept and shown but gives no values: `late` after the last good moment, `foreign` from another line's own life. */
export type Excluded = "late" | "foreign";

/**
 * Places an observation. A snapshot's row with its own time M holds over [M, asOf]; on a line that branched off at T, a row of
 * before T is still what production had at T, a later one is foreign, and one without a time can only conflict.
 */
export function placeInTime(
  source: SourceStanding,
  staged: StagedObservation,
  recoverTo: number | undefined,
): Moment | Excluded {
  const time = staged.modifiedAt === undefined ? undefined : instantOf(staged.modifiedAt, source.zone);
  if (time !== undefined && recoverTo !== undefined && time > recoverTo) return "late";
  const isEvent = staged.operation !== "snapshot";
  const { branchedAt } = source;
  if (time !== undefined && branchedAt !== undefined) {
    if (time > branchedAt) return "foreign";
    return { line: production, heldAt: isEvent ? time : branchedAt, since: time };
  }
  return { line: source.line, heldAt: isEvent ? (time ?? source.time) : source.time, since: time };
}
