/**
 * How far each source can be trusted, estimated from nothing but who agrees with whom (DESIGN, Reconciliation 5, rule
 * `accuracy`). The method is ACCU of Dong, Berti-Equille, Srivastava: Integrating Conflicting Data: The Role of Source
 * Dependence (VLDB 2009), with three changes that were measured on their flight data: identical feeds count once, the number
 * of wrong values is estimated an attribute, and so is the dependence of the feeds that are left.
 */
import { castVotes, countBallots } from "./ballots.ts";
import { estimateModel } from "./estimate.ts";
import { gatherEvidence, votersOf } from "./evidence.ts";
import type { Item } from "./evidence.ts";
import { findFeeds } from "./feeds.ts";
import type { Feed } from "./feeds.ts";
import { attributeModel, bestValues, scoreValues } from "./model.ts";
import type { Model } from "./model.ts";
import { findMisfits, tallyClaims, totalOf } from "./tally.ts";
import type { Misfit, Tally } from "./tally.ts";

/** Show the counts; a percentage of fewer than 30 checkable claims says nothing. */
interface SourceAccuracy extends Tally {
  readonly source: string;
  /** 0 to 1, of the feed that the source belongs to. */
  readonly accuracy: number;
}

export interface Accuracies {
  /** Sorted by source. */
  readonly sources: readonly SourceAccuracy[];
  /** Groups of two or more sources that count once. */
  readonly feeds: readonly Feed[];
  /** How many values mistakes spread over, in effect, by attribute. */
  readonly wrongValues: ReadonlyMap<string, number>;
  /** Until the accuracies moved no more. */
  readonly rounds: number;
  /** To warn of. */
  readonly misfits: readonly Misfit[];
  /** What {@link chooseByAccuracy} weighs with. */
  readonly weighing: { readonly model: Model; readonly feedOf: ReadonlyMap<string, number> };
}

/** Who stands behind one value of an item. */
interface Support {
  readonly sources: number;
  /** The sources with identical feeds counted once. */
  readonly feeds: number;
}

export interface Choice {
  /** Indexes of the item's groups, ascending: one, or several between which the evidence ties. */
  readonly standing: readonly number[];
  /** One a group. */
  readonly support: readonly Support[];
}

/**
 * Estimates from all items that two or more sources claim. Those on which all agree matter: they show who is accurate, and
 * feeds are found and choices made on the contested ones. Neither the order of the items nor that of groups and
 * sources changes anything. Memory: one entry for each way in which sources stand to each other in an attribute.
 */
export function estimateAccuracies(items: Iterable<Item>): Accuracies {
  const evidence = gatherEvidence(items);
  const { sources } = evidence;
  const feeds = findFeeds(evidence);
  const feedOf = new Map(feeds.flatMap((feed, index) => feed.sources.map((source) => [source, index] as const)));
  const feedIndexes = sources.map((source) => feedOf.get(source) ?? 0);
  const { model, rounds } = estimateModel(countBallots(evidence, feedIndexes), feeds.length);
  const tallies = tallyClaims(evidence, feedIndexes, model);
  return {
    sources: sources.map((source, index) => ({
      source,
      accuracy: model.accuracy[feedIndexes[index] ?? 0] ?? 0,
      ...totalOf(tallies[index]),
    })),
    feeds: feeds.filter((feed) => feed.sources.length > 1),
    wrongValues: new Map([...model.attributes].map(([attribute, { wrongValues }]) => [attribute, wrongValues])),
    rounds,
    misfits: findMisfits(sources, tallies),
    weighing: { model, feedOf },
  };
}

/** The feed of every voter; a source that the estimate has not met is one of its own, of the accuracy all start with. */
function feedsOfVoters(item: Item, feedOf: ReadonlyMap<string, number>): number[][] {
  const strangers = new Map<string, number>();
  return votersOf(item).map((sources) =>
    sources.map((source) => {
      const known = feedOf.get(source) ?? strangers.get(source);
      if (known !== undefined) return known;
      const stranger = feedOf.size + strangers.size;
      strangers.set(source, stranger);
      return stranger;
    }),
  );
}

/** What stands of an item with one group at least. Who is more accurate decides; nothing else does, least of all the order. */
export function chooseByAccuracy(item: Item, { weighing: { model, feedOf } }: Accuracies): Choice {
  const claims = feedsOfVoters(item, feedOf);
  const votes = castVotes(claims);
  const scores = scoreValues(votes, model, attributeModel(model, item.attribute));
  const support = item.groups.map(({ sources }, value) => ({
    sources: new Set(sources).size,
    feeds: new Set(claims[value]).size,
  }));
  return { standing: bestValues(votes, scores), support };
}
