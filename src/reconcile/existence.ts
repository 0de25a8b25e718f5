/** Is the row there at the last good moment? Inserts, deletes, snapshots and absences in the order of time (DESIGN, Reconciliation 4). */
import type { RowObservation, SourceStanding } from "./claims.ts";
import { production } from "./moment.ts";
import type { DeletesPolicy } from "../recipe/recipe.ts";

export interface Existence {
  readonly verdict: "present" | "deleted" | "uncertain";
  /** Deleted by an absence, not by a delete: subject to the share of a table that may be. */
  readonly inferred: boolean;
  /** `absent from export, complete as of 2026-03-12T08:00:00.000Z`. */
  readonly reason: string | undefined;
  /** Claims that held before this belong to a row that was deleted since; undefined: to this one. */
  readonly bornAfter: number | undefined;
}

interface Event {
  readonly at: number;
  readonly skew: number;
  readonly source: string;
}

const present: Existence = { verdict: "present", inferred: false, reason: undefined, bornAfter: undefined };

/**
 * `observations` are those of one key that count (none late or foreign); `complete` the sources whose snapshot of this table is
 * complete and clean, so that not having the key says that it was not there.
 */
export function decideExistence(
  observations: readonly RowObservation[],
  complete: readonly SourceStanding[],
  deletes: DeletesPolicy,
): Existence {
  const removed = lastDelete(observations, deletes);
  const missed = deletes === "infer" ? lastAbsence(observations, complete) : undefined;
  const gone = laterOf(removed, missed);
  if (gone === undefined) return undatedOnly(observations) ?? present;
  const seen = lastPresence(observations);
  const reason = describe(gone, gone === missed);
  if (seen === undefined) {
    const witness = observations.find(
      ({ moment, source, staged }) =>
        staged.operation !== "delete" && moment.heldAt === undefined && !source.keepsDeleted,
    );
    if (witness === undefined) return { verdict: "deleted", inferred: gone === missed, reason, bornAfter: undefined };
    return {
      verdict: "uncertain",
      inferred: false,
      reason: `${reason}; ${witness.source.id} has it, at an unknown time`,
      bornAfter: undefined,
    };
  }
  if (Math.abs(seen.at - gone.at) <= Math.max(seen.skew, gone.skew) && seen.source !== gone.source)
    return {
      verdict: "uncertain",
      inferred: false,
      reason: `${reason}; ${seen.source} has it at the same time`,
      bornAfter: undefined,
    };
  if (seen.at < gone.at) return { verdict: "deleted", inferred: gone === missed, reason, bornAfter: undefined };
  return removed === undefined ? present : { ...present, bornAfter: removed.at };
}

/** The last explicit delete. Its time may be unknown: then it removes only what is not known to be later. */
function lastDelete(observations: readonly RowObservation[], deletes: DeletesPolicy): Event | undefined {
  if (deletes === "ignore") return undefined;
  return latest(observations.filter(({ staged }) => staged.operation === "delete").flatMap(eventOf));
}

/** The newest complete snapshot without the key. A source that has the key itself misses nothing. */
function lastAbsence(observations: readonly RowObservation[], complete: readonly SourceStanding[]): Event | undefined {
  const having = new Set(observations.map(({ source }) => source.id));
  return latest(
    complete.flatMap(({ id, time, skew }) =>
      time === undefined || having.has(id) ? [] : { at: time, skew, source: id },
    ),
  );
}

/** The last time that production is known to have had the row; what a source that keeps deleted rows has proves little. */
function lastPresence(observations: readonly RowObservation[]): Event | undefined {
  const counting = observations.filter(
    ({ staged, source, moment }) => staged.operation !== "delete" && moment.line === production && !source.keepsDeleted,
  );
  return latest(counting.flatMap(eventOf));
}

/** Rows that only another line shows may have been born there. */
function undatedOnly(observations: readonly RowObservation[]): Existence | undefined {
  const elsewhere = observations.every(({ moment }) => moment.line !== undefined && moment.line !== production);
  if (!elsewhere) return undefined;
  const reason = `only line ${observations[0]?.moment.line} has it, and does not say since when`;
  return { verdict: "uncertain", inferred: false, reason, bornAfter: undefined };
}

function eventOf({ moment, source }: RowObservation): Event[] {
  return moment.heldAt === undefined ? [] : [{ at: moment.heldAt, skew: source.skew, source: source.id }];
}

function latest(events: readonly Event[]): Event | undefined {
  return events.reduce<Event | undefined>(
    (last, event) =>
      last === undefined || event.at > last.at || (event.at === last.at && event.source < last.source) ? event : last,
    undefined,
  );
}

function laterOf(left: Event | undefined, right: Event | undefined): Event | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return right.at > left.at ? right : left;
}

function describe(gone: Event, isAbsence: boolean): string {
  const time = new Date(gone.at).toISOString();
  return isAbsence ? `absent from ${gone.source}, complete as of ${time}` : `deleted by ${gone.source} at ${time}`;
}
