/** Ways to choose, and how many of the known values they get right. */
import { chooseByAccuracy, estimateAccuracies } from "../../../src/reconcile/accuracy/accuracy.ts";
import type { Accuracies } from "../../../src/reconcile/accuracy/accuracy.ts";
import type { FlightItem } from "./data.ts";

/** Indexes of the groups that stand. */
type Rule = (item: FlightItem) => readonly number[];

function most(sizes: readonly number[]): number[] {
  const best = Math.max(...sizes);
  return [...sizes.keys()].filter((at) => sizes[at] === best);
}

/** The share of the known values that a rule chooses; where k values stand, each counts for a k-th. */
function shareRight(items: readonly FlightItem[], rule: Rule): number {
  const known = items.filter(({ gold }) => gold !== undefined);
  const right = known.reduce((sum, item) => {
    const standing = item.groups.length === 0 ? [] : rule(item);
    const hit = standing.some((group) => item.values[group] === item.gold);
    return sum + (hit ? 1 / standing.length : 0);
  }, 0);
  return right / known.length;
}

/** The upper limit: how often anybody claims the truth at all. */
function shareClaimed(items: readonly FlightItem[]): number {
  return shareRight(items, ({ values, gold }) => [...values.keys()].filter((at) => values[at] === gold));
}

const majority: Rule = ({ groups }) => most(groups.map(({ sources }) => new Set(sources).size));

/** Identical feeds counted once, then a vote; no accuracies. */
function feedsOnce(accuracies: Accuracies): Rule {
  return (item) => most(chooseByAccuracy(item, accuracies).support.map(({ feeds }) => feeds));
}

function byAccuracy(accuracies: Accuracies): Rule {
  return (item) => chooseByAccuracy(item, accuracies).standing;
}

/** Estimated from all items, scored on those whose truth is known. */
export function scoreRules(items: readonly FlightItem[]): { shares: Record<string, number>; accuracies: Accuracies } {
  const accuracies = estimateAccuracies(items);
  const shares = {
    "truth among the claims": shareClaimed(items),
    majority: shareRight(items, majority),
    "identical feeds once, majority": shareRight(items, feedsOnce(accuracies)),
    accuracy: shareRight(items, byAccuracy(accuracies)),
  };
  return { shares, accuracies };
}
