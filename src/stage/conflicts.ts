/** What else was claimed of a cell, as `conflict` keeps it. */
import type { ClaimGroup } from "../reconcile/claims.ts";
import type { ColumnPlan } from "../reconcile/plan.ts";
import type { ReconciledCell } from "../reconcile/row.ts";
import type { CanonicalValue } from "../values/codec.ts";

/** A value of a cell beside the one that stands. */
export interface Alternative {
  /** As people read it; null is NULL. */
  readonly value: string | null;
  readonly sources: readonly string[];
  /** `damaged`: it may not be whole, and supports the value that stands; `refused`: it stood, but for a constraint of the target. */
  readonly as: "lost" | "superseded" | "damaged" | "refused";
}

/** Column, class, rule, reason, value, who claims it, alternatives; undefined where nothing else was claimed and nothing is contested. */
export function conflictOf(
  { column, codec }: ColumnPlan,
  { class: kind, value, outcome }: ReconciledCell,
): readonly (string | null)[] | undefined {
  if (outcome === undefined) return undefined;
  const show = (cell: CanonicalValue): string | null => (cell === null ? null : codec.format(cell));
  const describe =
    (as: Alternative["as"]) =>
    (group: ClaimGroup): Alternative => ({
      value: show(group.value),
      sources: sourcesOf(group),
      as,
    });
  const refused = kind === "nulled" ? [outcome.winner] : [];
  const alternatives = [
    ...refused.map(describe("lost")),
    ...outcome.losers.map(describe("lost")),
    ...outcome.superseded.map(describe("superseded")),
    ...outcome.supporting.map((claim) => describe("damaged")({ value: claim.value, claims: [claim] })),
  ];
  const { rule = null, reason = null } = outcome;
  if (alternatives.length === 0 && reason === null) return undefined;
  const sources = value === outcome.winner.value ? sourcesOf(outcome.winner) : [];
  return [column.name, kind, rule, reason, show(value), JSON.stringify(sources), JSON.stringify(alternatives)];
}

/** Each once, in the fixed order. */
function sourcesOf({ claims }: ClaimGroup): string[] {
  return [...new Set(claims.map((claim) => claim.observation.source.id))];
}
