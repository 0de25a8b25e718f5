/** What else was claimed of a cell, as `conflict` keeps it. */
import { equalityOf } from "../reconcile/cell.ts";
import type { Claim, ClaimGroup } from "../reconcile/claims.ts";
import type { ColumnPlan } from "../reconcile/plan.ts";
import type { ReconciledCell } from "../reconcile/row.ts";
import type { CanonicalValue } from "../values/codec.ts";

/** A value of a cell beside the one that stands. */
export interface Alternative {
  /** As people read it; null is NULL. */
  readonly value: string | null;
  readonly sources: readonly string[];
  /** Who said so before, on the line of one of them; none where it is left out. */
  readonly also?: readonly string[];
  /** `damaged`: it may not be whole, and supports the value that stands; `refused`: it stood, but for a constraint of the target. */
  readonly as: "lost" | "superseded" | "damaged" | "refused";
}

/** Column, class, rule, reason, value, who claims it, who said so before, alternatives; undefined where nothing else was claimed and nothing is contested. */
export function conflictOf(
  { column, codec }: ColumnPlan,
  { class: kind, value, outcome }: ReconciledCell,
  claims: () => readonly Claim[],
): readonly (string | null)[] | undefined {
  if (outcome === undefined) return undefined;
  const { rule = null, reason = null, winner, losers, superseded, supporting } = outcome;
  if (losers.length + superseded.length + supporting.length === 0 && reason === null) return undefined;
  const all = claims();
  const equal = equalityOf(codec);
  const show = (cell: CanonicalValue): string | null => (cell === null ? null : codec.format(cell));
  const alsoOf = (group: ClaimGroup): string[] => earlierSources(group, all, equal);
  const describe = (as: Alternative["as"], group: ClaimGroup): Alternative => {
    const also = as === "lost" ? alsoOf(group) : [];
    return { value: show(group.value), sources: sourcesOf(group), ...(also.length === 0 ? {} : { also }), as };
  };
  const alternatives = [
    ...(kind === "nulled" ? [winner] : []).map((group) => describe("lost", group)),
    ...losers.map((group) => describe("lost", group)),
    ...superseded.map((group) => describe("superseded", group)),
    ...supporting.map((claim) => describe("damaged", { value: claim.value, claims: [claim] })),
  ];
  const [sources, also] = value === winner.value ? [sourcesOf(winner), alsoOf(winner)] : [[], []];
  const lists = [sources, also, alternatives].map((list) => JSON.stringify(list));
  return [column.name, kind, rule, reason, show(value), ...lists];
}

/** Sources whose claims of the same value are history by now. */
function earlierSources(
  group: ClaimGroup,
  claims: readonly Claim[],
  equal: (value: CanonicalValue) => unknown,
): string[] {
  const own = new Set(sourcesOf(group));
  if (own.size === 0) return [];
  const same = claims.filter(({ value, doubt }) => doubt === undefined && equal(value) === equal(group.value));
  return sourcesOf({ value: group.value, claims: same }).filter((source) => !own.has(source));
}

/** Each once, in the fixed order. */
function sourcesOf({ claims }: ClaimGroup): string[] {
  return [...new Set(claims.map((claim) => claim.observation.source.id))];
}
