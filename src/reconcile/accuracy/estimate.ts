/**
 * Accuracy from agreement: whoever votes with the probable values is accurate, and probable is what accurate feeds vote
 * for (ACCU, see model.ts), in rounds until neither moves. Then mistakes are looked at, attribute by attribute: how
 * many different ones there are, and who shares them; and the rounds begin again from where they ended.
 */
import type { Ballot } from "./ballots.ts";
import { attributeModel, bestValues, makeModel, probabilities, scoreValues, startAccuracy } from "./model.ts";
import type { AttributeModel, Model } from "./model.ts";
import { addPair, addPairs, createPairs, pairOf } from "./pairs.ts";
import type { PairTable } from "./pairs.ts";

/** How many claims' worth the start accuracy keeps. */
const priorClaims = 5;
const settled = 1e-4;
const mostRounds = 50;
const cycles = 3;

/** Limits of n, and the counts that hold it near 3 while there are few mistakes to count. */
const fewestWrongValues = 1.5;
const mostWrongValues = 100;
const priorPairs = 3;
const priorSamePairs = 1;

/** Differences that are taken for granted before two feeds are held for dependent. */
const priorDifferences = 5;

interface Judged {
  readonly ballot: Ballot;
  readonly scores: readonly number[];
  /** P of each value. */
  readonly chances: readonly number[];
}

function judge(ballot: Ballot, model: Model): Judged {
  const attribute = attributeModel(model, ballot.attribute);
  const scores = scoreValues(ballot.votes, model, attribute);
  return { ballot, scores, chances: probabilities(scores, attribute) };
}

/** One round: A(s) is the mean P of what it votes for. */
function nextAccuracy(ballots: readonly Ballot[], model: Model): number[] {
  const right = model.accuracy.map(() => priorClaims * startAccuracy);
  const claims = model.accuracy.map(() => priorClaims);
  for (const ballot of ballots) {
    const { chances } = judge(ballot, model);
    for (let value = 0; value < chances.length; value++)
      for (const feed of ballot.votes[value] ?? []) {
        right[feed] = (right[feed] ?? 0) + (chances[value] ?? 0) * ballot.count;
        claims[feed] = (claims[feed] ?? 0) + ballot.count;
      }
  }
  return right.map((sum, feed) => sum / (claims[feed] ?? 1));
}

function settle(ballots: readonly Ballot[], start: Model): { model: Model; rounds: number } {
  let model = start;
  for (let rounds = 1; ; rounds++) {
    const accuracy = nextAccuracy(ballots, model);
    const moved = Math.max(0, ...accuracy.map((each, feed) => Math.abs(each - (model.accuracy[feed] ?? 0))));
    model = makeModel(accuracy, start.attributes);
    if (moved < settled || rounds === mostRounds) return { model, rounds };
  }
}

/** Two feeds that agree are wrong together with the chance that their value is; two that differ, one of them is for sure. */
function findDependence(judged: readonly Judged[], feeds: number): PairTable {
  const same = createPairs(feeds);
  const wrong = createPairs(feeds);
  for (const { ballot, chances } of judged) {
    const { votes, count } = ballot;
    addPairs(wrong, votes.flat(), count);
    for (const [value, backers] of votes.entries()) {
      const chance = chances[value] ?? 0;
      addPairs(same, backers, (1 - chance) * count);
      addPairs(wrong, backers, -chance * count);
    }
  }
  const dependence = createPairs(feeds);
  for (let left = 0; left < feeds; left++)
    for (let right = left + 1; right < feeds; right++)
      addPair(dependence, left, right, pairOf(same, left, right) / (pairOf(wrong, left, right) + priorDifferences));
  return dependence;
}

/** n̂: pairs of mistakes against pairs of the same mistake, in both of which dependent feeds count the less. */
function countWrongValues(judged: readonly Judged[], dependence: PairTable): number {
  let pairs = priorPairs;
  let samePairs = priorSamePairs;
  for (const { ballot, scores } of judged) {
    const { votes, count } = ballot;
    const [best] = bestValues(votes, scores);
    const mistakes = votes.filter((_, value) => value !== best);
    pairs += independentPairs(mistakes.flat(), dependence) * count;
    for (const feeds of mistakes) samePairs += independentPairs(feeds, dependence) * count;
  }
  return Math.min(mostWrongValues, Math.max(fewestWrongValues, pairs / samePairs));
}

function independentPairs(feeds: readonly number[], dependence: PairTable): number {
  let pairs = 0;
  for (let at = 0; at < feeds.length; at++)
    for (let other = at + 1; other < feeds.length; other++)
      pairs += 1 - pairOf(dependence, feeds[at] as number, feeds[other] as number);
  return pairs;
}

function studyMistakes(ballots: readonly Ballot[], model: Model): Model {
  const byAttribute = new Map<string, Judged[]>();
  for (const ballot of ballots) {
    const own = byAttribute.get(ballot.attribute);
    if (own === undefined) byAttribute.set(ballot.attribute, [judge(ballot, model)]);
    else own.push(judge(ballot, model));
  }
  const attributes = new Map<string, AttributeModel>();
  for (const [attribute, judged] of byAttribute) {
    const dependence = findDependence(judged, model.accuracy.length);
    attributes.set(attribute, { wrongValues: countWrongValues(judged, dependence), dependence });
  }
  return makeModel(model.accuracy, attributes);
}

/** `feeds`: how many there are. `rounds`: of all cycles together. */
export function estimateModel(ballots: readonly Ballot[], feeds: number): { model: Model; rounds: number } {
  let model = makeModel(
    Array.from({ length: feeds }, () => startAccuracy),
    new Map(),
  );
  let rounds = 0;
  for (let cycle = 1; ; cycle++) {
    const end = settle(ballots, model);
    model = end.model;
    rounds += end.rounds;
    if (cycle === cycles) return { model, rounds };
    model = studyMistakes(ballots, model);
  }
}
