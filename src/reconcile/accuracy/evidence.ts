/** What the estimate works with: who says the same as whom, cell by cell. Keys and values themselves play no part. */

/** One cell that several sources claim; a source that stands behind two of its values has no vote there. */
export interface Item {
  /** What wrong values are counted by: table and column. */
  readonly attribute: string;
  /** One a distinct value. */
  readonly groups: readonly { readonly sources: readonly string[] }[];
}

/** All items of one attribute on which the sources stand alike. */
export interface Pattern {
  readonly attribute: string;
  /** One a distinct value: indexes of the sources that vote for it, ascending. Empty where nobody has a vote. */
  readonly groups: readonly (readonly number[])[];
  /** How many items. */
  readonly count: number;
}

export interface Evidence {
  /** Sorted. */
  readonly sources: readonly string[];
  readonly patterns: readonly Pattern[];
}

/** By UTF-16 units, as `<` does: no locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The sources that vote for each value, in the item's order; each group sorted, each source once. */
export function votersOf(item: Item): string[][] {
  const groups = item.groups.map((group) => [...new Set(group.sources)].toSorted(compareText));
  const voices = groups.flat();
  const distinct = new Set(voices);
  if (distinct.size === voices.length) return groups;
  const torn = new Set(voices.filter((source) => !distinct.delete(source)));
  return groups.map((group) => group.filter((source) => !torn.has(source)));
}

/**
 * Counts the items by their pattern, in an order that does not depend on that of the items: the sums that follow are in
 * floating point. A table has few patterns where it has few sources, however many its cells.
 */
export function gatherEvidence(items: Iterable<Item>): Evidence {
  const counts = new Map<string, number>();
  for (const item of items) {
    const groups = votersOf(item).map((sources) => JSON.stringify(sources));
    const key = `[${[JSON.stringify(item.attribute), ...groups.toSorted(compareText)].join()}]`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const named = [...counts.keys()].toSorted(compareText).map((key) => ({
    form: JSON.parse(key) as [string, ...string[][]],
    count: counts.get(key) ?? 0,
  }));
  const sources = [...new Set(named.flatMap(({ form: [, ...groups] }) => groups.flat()))].toSorted(compareText);
  const indexes = new Map(sources.map((source, index) => [source, index]));
  const patterns = named.map(({ form: [attribute, ...groups], count }) => ({
    attribute,
    groups: groups.map((group) => group.map((source) => indexes.get(source) ?? 0)),
    count,
  }));
  return { sources, patterns };
}
