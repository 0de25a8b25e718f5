/** Numbers by unordered pairs: every two of a small set of sources or feeds, named by index. Plain data, as threads pass it on. */
export interface PairTable {
  readonly size: number;
  /** `size` × `size`; a pair stands in the row of its lower index. */
  readonly values: Float64Array;
}

export function createPairs(size: number): PairTable {
  return { size, values: new Float64Array(size * size) };
}

function indexOf({ size }: PairTable, left: number, right: number): number {
  return left < right ? left * size + right : right * size + left;
}

export function addPair(table: PairTable, left: number, right: number, amount: number): void {
  const at = indexOf(table, left, right);
  table.values[at] = (table.values[at] ?? 0) + amount;
}

/** Adds to every pair of `members`. */
export function addPairs(table: PairTable, members: readonly number[], amount: number): void {
  for (let at = 0; at < members.length; at++)
    for (let other = at + 1; other < members.length; other++)
      addPair(table, members[at] as number, members[other] as number, amount);
}

/** 0 for a pair that nothing was added to, and for an index beyond the set. */
export function pairOf(table: PairTable, left: number, right: number): number {
  if (left >= table.size || right >= table.size) return 0;
  return table.values[indexOf(table, left, right)] ?? 0;
}
