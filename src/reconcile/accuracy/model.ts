/**
 * What votes weigh: the model ACCU of Dong, Berti-Equille, Srivastava (VLDB 2009). A feed of accuracy A gives the value it
 * votes for ln(n·A / (1 − A)), where n is how many wrong values an attribute has, in effect; votes that may be copies of
 * one another count by the chance that they are not.
 */
import type { Votes } from "./ballots.ts";
import { createPairs, pairOf } from "./pairs.ts";
import type { PairTable } from "./pairs.ts";

export interface AttributeModel {
  /** n: how many wrong values mistakes spread over. Low where they tend to be the same one. */
  readonly wrongValues: number;
  /** Of the times when at least one of two feeds is wrong, the share in which both make the same mistake. */
  readonly dependence: PairTable;
}

export interface Model {
  /** By feed. */
  readonly accuracy: readonly number[];
  /** ln(A / (1 − A)) by feed. */
  readonly logOdds: readonly number[];
  readonly attributes: ReadonlyMap<string, AttributeModel>;
}

export const startAccuracy = 0.8;
const lowest = 0.01;
const highest = 0.99;

/** Before anything is known of an attribute. */
const unknownAttribute: AttributeModel = { wrongValues: 10, dependence: createPairs(0) };

export function attributeModel(model: Model, attribute: string): AttributeModel {
  return model.attributes.get(attribute) ?? unknownAttribute;
}

function logOddsOf(accuracy: number): number {
  const clipped = Math.min(highest, Math.max(lowest, accuracy));
  return Math.log(clipped / (1 - clipped));
}

const startLogOdds = logOddsOf(startAccuracy);

export function makeModel(accuracy: readonly number[], attributes: Model["attributes"]): Model {
  return { accuracy, logOdds: accuracy.map((each) => logOddsOf(each)), attributes };
}

function logOddsAt(model: Model, feed: number): number {
  return model.logOdds[feed] ?? startLogOdds;
}

/** Votes for one value, the best feed's first and in full; each other one by its independence of those before it. */
function scoreValue(feeds: readonly number[], model: Model, { dependence, wrongValues }: AttributeModel): number {
  const ranked =
    feeds.length < 2
      ? feeds
      : feeds.toSorted((left, right) => logOddsAt(model, right) - logOddsAt(model, left) || left - right);
  const spread = Math.log(wrongValues);
  let score = 0;
  for (let at = 0; at < ranked.length; at++) {
    const feed = ranked[at] as number;
    let independence = 1;
    for (let before = 0; before < at; before++) independence *= 1 - pairOf(dependence, feed, ranked[before] as number);
    score += (spread + logOddsAt(model, feed)) * independence;
  }
  return score;
}

/** C(v), the log of how much more the votes for each value tell for it than against it. */
export function scoreValues(votes: Votes, model: Model, attribute: AttributeModel): number[] {
  return votes.map((feeds) => scoreValue(feeds, model, attribute));
}

/** P(v) = e^C(v) / (Σ e^C + what is left of n + 1 values that nobody claimed). */
export function probabilities(scores: readonly number[], { wrongValues }: AttributeModel): number[] {
  const top = Math.max(0, ...scores);
  const odds = scores.map((score) => Math.exp(score - top));
  const unclaimed = Math.max(wrongValues + 1 - scores.length, 0) * Math.exp(-top);
  const total = odds.reduce((sum, each) => sum + each, unclaimed);
  return odds.map((each) => each / total);
}

/** Scores closer than this are a tie: the rounds end with accuracies that are no more exact. */
const tie = 0.01;

/** Indexes of the values with the best score; values without a vote stand only among their like. */
export function bestValues(votes: Votes, scores: readonly number[]): number[] {
  const ranks = scores.map((score, value) => (votes[value]?.length === 0 ? Number.NEGATIVE_INFINITY : score));
  const best = Math.max(...ranks);
  return [...ranks.keys()].filter((value) => ranks[value] === best || best - (ranks[value] ?? 0) < tie);
}
