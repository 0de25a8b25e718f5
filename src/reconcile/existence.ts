/** Is the row there at the last good moment? Inserts, deletes, snapshots and absences in the order of time (DESIGN, Reconciliation 4). */
import type { RowObservation, SourceStanding } from "./claims.ts";
import { heldBy, production } from "./moment.ts";
import type { DeletesPolicy } from "../recipe/recipe.ts";

export interface Existence {
  readonly verdict: "present" | "deleted" | "uncertain";
  /** Deleted by an absence, not by a delete: subject to the share of a table that may be. */
  readonly inferred: boolean;
  /** `absent from export, complete as of 2026-03-12T08:00:00.000Z`. */
  readonly reason: string | undefined;
  /** Claims that held before this belong to a row that was deleted since; undefined: to this one. */
  readonly bornAfter: Removal | undefined;
}

interface Event {
  readonly at: number;
  /** The latest that it may have been: a clock change repeats hours. */
  readonly by: number;
  readonly skew: number;
  readonly source: string;
  /** Its number within the source: what one source says of one moment happened in the order in which it says it. */
  readonly n: number;
}

/** A delete, after which the row was inserted anew. */
export type Removal = Pick<Event, "at" | "by" | "source" | "n">;

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
  const seen = lastPresence(observations);
  // A delete that nothing came after needs no absence to prove it.
  const gone = removed !== undefined && isOver(seen, removed) ? removed : laterOf(removed, missed);
  const undated = deletes === "ignore" ? undefined : undatedDelete(observations);
  if (gone === undefined) return undated ?? onlyElsewhere(observations) ?? present;
  const reason = describe(gone, gone === missed);
  const deleted: Existence = { ...present, verdict: "deleted", inferred: gone === missed, reason };
  if (seen === undefined) return witnessed(observations, reason) ?? deleted;
  if (isTie(seen, gone)) return uncertain(`${reason}; ${seen.source} has it at the same time`);
  if (isBeforeEvent(seen, gone)) return deleted;
  return undated ?? (removed === undefined ? present : { ...present, bornAfter: removed });
}

/** Does what the observation says belong to the row's life before its removal? Also where it may: nothing is taken from another row. */
export function isBefore(observation: RowObservation, removal: Removal): boolean {
  const [event] = eventOf(observation);
  if (event === undefined) return false;
  if (!overlap(event, removal)) return event.at < removal.at;
  return event.source !== removal.source || event.n < removal.n;
}

function isBeforeEvent(one: Removal, other: Removal): boolean {
  return overlap(one, other) ? one.source === other.source && one.n < other.n : one.at < other.at;
}

/** May both have been at one moment? */
function overlap(one: Removal, other: Removal): boolean {
  return one.at <= other.by && other.at <= one.by;
}

function isOver(seen: Event | undefined, removed: Event): boolean {
  return seen === undefined || (isBeforeEvent(seen, removed) && !isTie(seen, removed));
}

/** Clocks that may be wrong do not tell which came first (GOTCHAS 42); one source's own order does. */
function isTie(seen: Event, gone: Event): boolean {
  const apart = Math.max(seen.at - gone.by, gone.at - seen.by);
  return seen.source !== gone.source && apart <= Math.max(seen.skew, gone.skew);
}

function uncertain(reason: string): Existence {
  return { ...present, verdict: "uncertain", reason };
}

function isElsewhere({ moment }: RowObservation): boolean {
  return moment.line !== undefined && moment.line !== production;
}

/** Deletes of production's rows; another line's own say nothing of them. */
function deletesOf(observations: readonly RowObservation[]): RowObservation[] {
  return observations.filter((observation) => observation.staged.operation === "delete" && !isElsewhere(observation));
}

function lastDelete(observations: readonly RowObservation[], deletes: DeletesPolicy): Event | undefined {
  return deletes === "ignore" ? undefined : latest(deletesOf(observations).flatMap(eventOf));
}

/** Nobody knows whether a delete of unknown time came before or after what other sources show of the row. */
function undatedDelete(observations: readonly RowObservation[]): Existence | undefined {
  const shown = observations.filter(({ staged }) => staged.operation !== "delete");
  const removal = deletesOf(observations).find(
    (one) => one.moment.heldAt === undefined && !shown.some((other) => isAfterOwn(other, one)),
  );
  if (removal === undefined) return undefined;
  const reason = `deleted by ${removal.source.id} at an unknown time`;
  const isSeen = shown.some((other) => !other.source.keepsDeleted && !isAfterOwn(removal, other));
  return isSeen ? uncertain(reason) : { ...present, verdict: "deleted", reason };
}

/** One source's order tells, without a time too. */
function isAfterOwn(one: RowObservation, other: RowObservation): boolean {
  return one.source.id === other.source.id && one.staged.n > other.staged.n;
}

/** A row that no dated source of production has, but one of unknown time. */
function witnessed(observations: readonly RowObservation[], reason: string): Existence | undefined {
  const witness = observations.find(
    ({ moment, source, staged }) =>
      staged.operation !== "delete" && moment.heldAt === undefined && !source.keepsDeleted,
  );
  return witness && uncertain(`${reason}; ${witness.source.id} has it, at an unknown time`);
}

/**
 * The newest complete snapshot of production without the key. A source that has the key itself misses nothing; and what only late or
 * foreign evidence has was never production's, so that it cannot be missing.
 */
function lastAbsence(observations: readonly RowObservation[], complete: readonly SourceStanding[]): Event | undefined {
  if (observations.length === 0) return undefined;
  const having = new Set(observations.map(({ source }) => source));
  return latest(
    complete.flatMap((source) => {
      const { id, time, skew, line } = source;
      const isTold = time !== undefined && line === production && !having.has(source);
      return isTold ? { at: time, by: time, skew, source: id, n: 0 } : [];
    }),
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
function onlyElsewhere(observations: readonly RowObservation[]): Existence | undefined {
  if (!observations.every(isElsewhere)) return undefined;
  return uncertain(`only line ${observations[0]?.moment.line} has it, and does not say since when`);
}

function eventOf({ moment, source, staged }: RowObservation): Event[] {
  const { heldAt } = moment;
  if (heldAt === undefined) return [];
  return [{ at: heldAt, by: heldBy(moment) ?? heldAt, skew: source.skew, source: source.id, n: staged.n }];
}

/** The one that may have been last. Of events at one moment that of the first source by id, and of one source the last, so that the order of arrival does not show. */
function latest(events: readonly Event[]): Event | undefined {
  return events.toSorted(
    (left, right) =>
      right.by - left.by || Number(left.source > right.source) - Number(left.source < right.source) || right.n - left.n,
  )[0];
}

function laterOf(left: Event | undefined, right: Event | undefined): Event | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return right.by > left.by ? right : left;
}

function describe(gone: Event, isAbsence: boolean): string {
  const time = new Date(gone.at).toISOString();
  return isAbsence ? `absent from ${gone.source}, complete as of ${time}` : `deleted by ${gone.source} at ${time}`;
}
