/**
 * The states in which a group of columns stood together: what an observation claims as a whole, and what an update of some columns made
 * of the state before it.
 */
import type { CanonicalValue } from "../values/codec.ts";
import type { RowObservation } from "./claims.ts";
import { heldBy } from "./moment.ts";

export interface GroupState {
  /** Whose time and standing it has. */
  readonly observation: RowObservation;
  /** For each column of the group, the observation that its value was taken from; undefined: it says nothing of it. */
  readonly parts: readonly (RowObservation | undefined)[];
}

/** `partial`: observations of some of the columns that say nothing of what the others were at the time. Both in the order given. */
export function splitStates(
  indexes: readonly number[],
  observations: readonly RowObservation[],
): { readonly states: readonly GroupState[]; readonly partial: readonly RowObservation[] } {
  const all = observations
    .map((observation) => ({ observation, parts: partsOf(indexes, observation) }))
    .filter(({ parts }) => parts.some((part) => part !== undefined));
  const isWhole = ({ parts }: GroupState): boolean => parts.every((part) => part !== undefined);
  if (all.every((each) => isWhole(each))) return { states: all, partial: [] };
  const states = new Map(all.filter((each) => isWhole(each)).map((each) => [each.observation, each]));
  for (const update of all.filter((each) => !isWhole(each) && isUpdate(each.observation)).toSorted(byTime)) {
    const before = lastBefore(update.observation, [...states.values()]);
    if (before !== undefined)
      states.set(update.observation, {
        observation: update.observation,
        parts: update.parts.map((part, at) => part ?? before.parts[at]),
      });
  }
  return {
    states: all.flatMap(({ observation }) => states.get(observation) ?? []),
    partial: all.map(({ observation }) => observation).filter((observation) => !states.has(observation)),
  };
}

export function partsOf(indexes: readonly number[], observation: RowObservation): GroupState["parts"] {
  return indexes.map((index) => (observation.staged.cells[index] === undefined ? undefined : observation));
}

/** Does the observation say the same of what it speaks of? */
export function agrees(
  { staged }: RowObservation,
  { parts }: GroupState,
  indexes: readonly number[],
  equalities: readonly ((value: CanonicalValue) => unknown)[],
): boolean {
  return indexes.every((index, at) => {
    const own = staged.cells[index];
    return own === undefined || equalities[at]?.(own) === equalities[at]?.(parts[at]?.staged.cells[index] ?? null);
  });
}

/** What it does not name stayed as it was. */
function isUpdate({ staged, moment }: RowObservation): boolean {
  return staged.operation === "update" && moment.line !== undefined && moment.heldAt !== undefined;
}

function byTime({ observation: left }: GroupState, { observation: right }: GroupState): number {
  return timeOf(left) - timeOf(right) || left.staged.n - right.staged.n;
}

function timeOf({ moment }: RowObservation): number {
  return heldBy(moment) ?? -Infinity;
}

/** The newest state of the same line that is not after the update. */
function lastBefore(update: RowObservation, states: readonly GroupState[]): GroupState | undefined {
  let last: GroupState | undefined;
  for (const state of states) {
    const { observation } = state;
    if (observation.moment.line !== update.moment.line || !isBefore(observation, update)) continue;
    if (last === undefined || !isBefore(observation, last.observation)) last = state;
  }
  return last;
}

function isBefore(one: RowObservation, other: RowObservation): boolean {
  const apart = timeOf(one) - timeOf(other);
  if (apart !== 0) return apart < 0;
  return one.source.id !== other.source.id || one.staged.n < other.staged.n;
}
