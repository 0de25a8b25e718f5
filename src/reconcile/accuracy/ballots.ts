/** How independent feeds vote on items. */
import type { Evidence } from "./evidence.ts";
import { compareText } from "./evidence.ts";

/** Indexes of the feeds that vote for each of an item's values, ascending. */
export type Votes = readonly (readonly number[])[];

/** All items of one attribute on which the feeds vote alike. */
export interface Ballot {
  readonly attribute: string;
  readonly votes: Votes;
  /** How many items. */
  readonly count: number;
}

/** One vote a feed, for what most of its sources say; none where these are torn. `claims`: the feed of every claim. */
export function castVotes(claims: readonly (readonly number[])[]): number[][] {
  const best = new Map<number, { value: number; size: number; isTorn: boolean }>();
  for (const [value, feeds] of claims.entries())
    for (const feed of new Set(feeds)) {
      const size = feeds.filter((other) => other === feed).length;
      const standing = best.get(feed);
      if (standing === undefined || size > standing.size) best.set(feed, { value, size, isTorn: false });
      else if (size === standing.size) standing.isTorn = true;
    }
  const votes: number[][] = claims.map(() => []);
  for (const [feed, { value, isTorn }] of best) if (!isTorn) votes[value]?.push(feed);
  return votes.map((feeds) => feeds.toSorted((left, right) => left - right));
}

export function countVotes(votes: Votes): number {
  return votes.reduce((sum, feeds) => sum + feeds.length, 0);
}

/** The ballots that say anything of their voters: with two or more votes. `feedOf`: by the index of a source. */
export function countBallots({ patterns }: Evidence, feedOf: readonly number[]): Ballot[] {
  const ballots = new Map<string, { attribute: string; votes: Votes; count: number }>();
  for (const { attribute, groups, count } of patterns) {
    const votes = castVotes(groups.map((group) => group.map((source) => feedOf[source] ?? 0)));
    if (countVotes(votes) < 2) continue;
    const key = JSON.stringify([attribute, votes.map((feeds) => feeds.join()).toSorted(compareText)]);
    const known = ballots.get(key);
    if (known === undefined) ballots.set(key, { attribute, votes, count });
    else known.count += count;
  }
  return [...ballots.values()];
}
