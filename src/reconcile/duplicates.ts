/** A source that has several rows under one key: a query that joins too much, an export that was appended to. Each is a claim of its own. */
import type { RowObservation } from "./claims.ts";
import type { TablePlan } from "./plan.ts";

/** Ids of sources with several rows of a snapshot among the observations of one key, which stand in the fixed order: a source's rows together. */
export function sourcesWithDuplicates(observations: readonly RowObservation[]): readonly string[] {
  if (observations.length < 2) return [];
  const repeated = observations.filter(({ source, staged }, index) => {
    const before = observations[index - 1];
    return before?.source === source && staged.operation === "snapshot" && before.staged.operation === "snapshot";
  });
  return [...new Set(repeated.map(({ source }) => source.id))];
}

/** `dbo.Orders: export has 3 keys in more than one row`; tables without a key have none to repeat. */
export function duplicateNotes({ table, key }: TablePlan, duplicates: ReadonlyMap<string, number>): string[] {
  if (key.kind === "row") return [];
  return [...duplicates]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([source, keys]) => `${table.id}: ${source} has ${keys} ${keys === 1 ? "key" : "keys"} in more than one row`);
}
