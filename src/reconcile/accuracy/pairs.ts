/** Numbers by unordered pairs: every two of a small set of sources or feeds, named by index. */
export class PairTable {
  readonly size: number;
  readonly #values: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.#values = new Float64Array(size * size);
  }

  #at(left: number, right: number): number {
    return left < right ? left * this.size + right : right * this.size + left;
  }

  add(left: number, right: number, amount: number): void {
    const at = this.#at(left, right);
    this.#values[at] = (this.#values[at] ?? 0) + amount;
  }

  /** 0 for a pair that nothing was added to, and for an index beyond the set. */
  get(left: number, right: number): number {
    if (left >= this.size || right >= this.size) return 0;
    return this.#values[this.#at(left, right)] ?? 0;
  }
}

/** Adds to every pair of `members`. */
export function addPairs(table: PairTable, members: readonly number[], amount: number): void {
  for (let at = 0; at < members.length; at++)
    for (let other = at + 1; other < members.length; other++)
      table.add(members[at] as number, members[other] as number, amount);
}
