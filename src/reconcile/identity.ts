/**
 * One id, two rows: where an id is given out anew, or two copies count on by themselves, the observations of one key are not of one
 * row (DESIGN, Reconciliation 3). What identifies a row to people tells.
 */
import type { CanonicalValue } from "../values/codec.ts";
import type { RowObservation } from "./claims.ts";
import type { ColumnPlan, TablePlan } from "./plan.ts";
import type { ReconciledCell } from "./row.ts";

export interface IdentityPlan {
  /** Indexes of the natural key's columns. */
  readonly indexes: readonly number[];
  /** An id keeps its natural key for ever: two of them are a conflict of the row. */
  readonly stable: boolean;
}

/**
 * `two rows under one id: a@x (backup), b@y (export)`, or undefined. An observation without a whole natural key says nothing, and a
 * damaged value counts as the intact one that it stands for.
 */
export function findTwins(
  { indexes }: IdentityPlan,
  columns: readonly ColumnPlan[],
  observations: readonly RowObservation[],
  cells: readonly ReconciledCell[],
): string | undefined {
  // Cells of which all claims are identical have no outcome: the common case.
  if (indexes.every((index) => cells[index]?.outcome === undefined)) return undefined;
  const rows = new Map<string, string>();
  for (const observation of observations) {
    const natural = naturalKey(indexes, columns, cells, observation);
    if (natural !== undefined && !rows.has(natural.key)) rows.set(natural.key, natural.text);
  }
  if (rows.size < 2) return undefined;
  return `${rows.size === 2 ? "two" : rows.size} rows under one id: ${[...rows.values()].join(", ")}`;
}

/** A warning where natural keys may change, with the number of keys that have several; where they may not, the rows are withheld. */
export function twinNotes({ table, identity, columns }: TablePlan, twins: number): string[] {
  if (twins === 0 || identity === undefined || identity.stable) return [];
  const names = identity.indexes.map((index) => columns[index]?.column.name).join(", ");
  const count = `${twins} ${twins === 1 ? "id stands" : "ids stand"}`;
  return [
    `${table.id}: ${count} for rows with different ${names}; where an id keeps them, say \`identity: { stable: true }\``,
  ];
}

function naturalKey(
  indexes: readonly number[],
  columns: readonly ColumnPlan[],
  cells: readonly ReconciledCell[],
  observation: RowObservation,
): { key: string; text: string } | undefined {
  const keys: string[] = [];
  const texts: string[] = [];
  for (const index of indexes) {
    const value = claimed(cells[index], index, observation);
    const codec = columns[index]?.codec;
    if (value === undefined || value === null || codec === undefined) return undefined;
    keys.push(String(codec.equalityKey(value)));
    texts.push(codec.format(value));
  }
  return { key: JSON.stringify(keys), text: `${texts.join(" ")} (${observation.source.id})` };
}

/** What the observation says of the cell once damage is seen through; undefined where it may not be whole. */
function claimed(
  cell: ReconciledCell | undefined,
  index: number,
  observation: RowObservation,
): CanonicalValue | undefined {
  if (cell?.outcome === undefined) return observation.staged.cells[index];
  const { winner, losers, superseded } = cell.outcome;
  const claims = [winner, ...losers, ...superseded].flatMap((group) => group.claims);
  return claims.find((claim) => claim.observation === observation && claim.doubt === undefined)?.value;
}
