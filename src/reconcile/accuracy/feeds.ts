/**
 * Sources that are one feed under several names. Counting each of them would let whoever is copied most decide (Dong,
 * Berti-Equille, Srivastava: Integrating Conflicting Data: The Role of Source Dependence, VLDB 2009).
 */
import type { Evidence, Pattern } from "./evidence.ts";
import { addPairs, createPairs, pairOf } from "./pairs.ts";
import type { PairTable } from "./pairs.ts";

/** "These 5 feeds agreed 4,284 of 4,284 times; counted once". */
export interface Feed {
  /** Sorted; a source that is nobody's copy is a feed by itself. */
  readonly sources: readonly string[];
  /** Contested items that two or more of the sources claim. */
  readonly shared: number;
  /** Those on which all of them that claim it say the same. */
  readonly agreed: number;
}

/** Two sources may be one feed if they agree this often, on so many contested items at least… */
const sameness = 0.999;
const fewestShared = 30;
/**
 * …and they are if so often at least that was against a value that more candidates hold. Sources that are both right agree
 * too; what shows that content is copied is agreement that looks like a mistake. The flights of test/real give the same
 * groups with 5 and with 30.
 */
const fewestOutvoted = 5;

type IsSame = (left: number, right: number) => boolean;

interface Agreement {
  readonly shared: PairTable;
  readonly agreed: PairTable;
}

function countAgreement(contested: readonly Pattern[], size: number): Agreement {
  const counts = { shared: createPairs(size), agreed: createPairs(size) };
  for (const { groups, count } of contested) {
    addPairs(counts.shared, groups.flat(), count);
    for (const group of groups) addPairs(counts.agreed, group, count);
  }
  return counts;
}

/** How often two sources agree on a value that another one beats, candidates for one feed counted once. */
function countOutvoted(contested: readonly Pattern[], candidateOf: readonly number[]): PairTable {
  const outvoted = createPairs(candidateOf.length);
  for (const { groups, count } of contested) {
    const sizes = groups.map((group) => new Set(group.map((source) => candidateOf[source])).size);
    const most = Math.max(...sizes);
    for (const [value, group] of groups.entries()) if ((sizes[value] ?? 0) < most) addPairs(outvoted, group, count);
  }
  return outvoted;
}

type Pair = readonly [left: number, right: number];

/** Those that agree best and longest first. */
function samePairs({ shared, agreed }: Agreement, isSame: IsSame): Pair[] {
  const pairs: Pair[] = [];
  for (let left = 0; left < shared.size; left++)
    for (let right = left + 1; right < shared.size; right++) if (isSame(left, right)) pairs.push([left, right]);
  const rate = (pair: Pair): number => pairOf(agreed, ...pair) / pairOf(shared, ...pair);
  return pairs.toSorted((one, other) => rate(other) - rate(one) || pairOf(shared, ...other) - pairOf(shared, ...one));
}

/**
 * Complete linkage: two groups join only if every pair between them is the same. A chain of pairs, each just good enough,
 * would else end with feeds in one group that do differ.
 */
function linkSources(agreement: Agreement, isSame: IsSame): number[][] {
  const groupOf = Array.from({ length: agreement.shared.size }, (_, source) => [source]);
  for (const [left, right] of samePairs(agreement, isSame)) {
    const into = groupOf[left] ?? [];
    const from = groupOf[right] ?? [];
    if (into === from || !into.every((one) => from.every((other) => isSame(one, other)))) continue;
    into.push(...from);
    for (const source of from) groupOf[source] = into;
  }
  return [...new Set(groupOf)].map((group) => group.toSorted((one, other) => one - other));
}

function findGroups(contested: readonly Pattern[], size: number): number[][] {
  const agreement = countAgreement(contested, size);
  const isAlike: IsSame = (left, right) => {
    const times = pairOf(agreement.shared, left, right);
    return times >= fewestShared && pairOf(agreement.agreed, left, right) >= sameness * times;
  };
  const candidateOf: number[] = [];
  for (const [candidate, members] of linkSources(agreement, isAlike).entries())
    for (const source of members) candidateOf[source] = candidate;
  const outvoted = countOutvoted(contested, candidateOf);
  return linkSources(
    agreement,
    (left, right) => isAlike(left, right) && pairOf(outvoted, left, right) >= fewestOutvoted,
  );
}

function describe(members: readonly number[], sources: readonly string[], contested: readonly Pattern[]): Feed {
  const own = new Set(members);
  let shared = 0;
  let agreed = 0;
  for (const { groups, count } of members.length > 1 ? contested : []) {
    const claims = groups.map((group) => group.filter((source) => own.has(source)).length).filter((size) => size > 0);
    if (claims.reduce((sum, size) => sum + size, 0) < 2) continue;
    shared += count;
    if (claims.length === 1) agreed += count;
  }
  return { sources: members.map((source) => sources[source] ?? ""), shared, agreed };
}

/** Every source in exactly one feed, in the order of the feeds' first sources. */
export function findFeeds({ sources, patterns }: Evidence): Feed[] {
  const contested = patterns.filter(({ groups }) => groups.length > 1);
  return findGroups(contested, sources.length).map((members) => describe(members, sources, contested));
}
