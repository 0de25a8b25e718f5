/** Which column, or pair of columns, is likely the key of a table. */
import { joinHashes } from "./hash.ts";
import { HashSet } from "./distinct.ts";
import type { ColumnProfile, KeyCandidate } from "./model.ts";
import { count } from "../text.ts";

/** A key stands among the first columns. */
const pairedColumns = 6;
/** Anything is unique in one record. */
const leastRecords = 2;
const keyName = /(?:^|[^a-z])(?:id|key|no|nr|num|number|code|guid|uuid|sku)$|(?:ID|Id|Key|No|Nr|Code|Guid|Number)$/;
/** Amounts, moments and long texts differ by chance. */
const keyKinds = new Set(["integer", "uuid", "text", "hex"]);
const longestKey = 100;

/** Pairs of the first columns, each given up at its first repeat. */
export class PairFinder {
  readonly #capacity: number;
  #open: { readonly left: number; readonly right: number; readonly seen: HashSet }[] = [];

  constructor(columns: number, capacity: number) {
    this.#capacity = capacity;
    const last = Math.min(columns, pairedColumns);
    for (let left = 0; left < last; left++)
      for (let right = left + 1; right < last; right++) this.#open.push({ left, right, seen: new HashSet() });
  }

  /** `hashes`: one a column, 0 where there is no value. */
  add(hashes: readonly number[]): void {
    if (this.#open.length === 0) return;
    this.#open = this.#open.filter(({ left, right, seen }) => {
      const [one = 0, other = 0] = [hashes[left], hashes[right]];
      return one !== 0 && other !== 0 && seen.size < this.#capacity && seen.add(joinHashes(one, other));
    });
  }

  /** Indexes of columns that together never repeated. */
  get unique(): readonly (readonly [left: number, right: number])[] {
    return this.#open.map(({ left, right }) => [left, right]);
  }
}

/** The likeliest key; undefined where nothing is unique, or there are too few records to tell. */
export function findKey(
  columns: readonly ColumnProfile[],
  pairs: PairFinder["unique"],
  records: number,
): KeyCandidate | undefined {
  if (records < leastRecords) return undefined;
  const single = columns.filter((column) => isKeyLike(column));
  const best = single.toSorted((left, right) => rank(right) - rank(left))[0];
  if (best !== undefined)
    return { columns: [columns.indexOf(best)], because: `unique in ${count(records)} records, never NULL` };
  const pair = bestPair(columns, pairs);
  if (pair === undefined) return undefined;
  return { columns: pair, because: `unique together in ${count(records)} records, never NULL` };
}

function isKeyLike(column: ColumnProfile): boolean {
  return column.isUnique === true && isFilled(column) && isOfKeyKind(column);
}

function isFilled({ nulls, empty, signs }: ColumnProfile): boolean {
  return nulls === 0 && empty === 0 && !signs.some(({ sign }) => sign === "null-word");
}

function isOfKeyKind({ kinds, length }: ColumnProfile): boolean {
  return kinds.every(({ kind }) => keyKinds.has(kind)) && (length?.most ?? 0) <= longestKey;
}

/** A name that says so outweighs the place; the first of equals stays the first. */
function rank({ name, kinds }: ColumnProfile): number {
  return (keyName.test(name) ? 2 : 0) + (kinds[0]?.kind === "text" ? 0 : 1);
}

function bestPair(columns: readonly ColumnProfile[], pairs: PairFinder["unique"]): readonly number[] | undefined {
  const usable = pairs.flatMap(([left, right]) => {
    const pair = [columns[left], columns[right]].filter((column) => column !== undefined);
    return pair.every((column) => isFilled(column) && isOfKeyKind(column)) ? [pair] : [];
  });
  return usable
    .toSorted((left, right) => rankOfPair(right) - rankOfPair(left))[0]
    ?.map((column) => columns.indexOf(column));
}

function rankOfPair(pair: readonly ColumnProfile[]): number {
  return pair.reduce((sum, column) => sum + rank(column), 0);
}
