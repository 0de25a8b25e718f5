/** Counts for people: how often each source was right, and where it seems to mean something else. */
import { castVotes, countVotes } from "./ballots.ts";
import type { Evidence, Pattern } from "./evidence.ts";
import { attributeModel, bestValues, scoreValues } from "./model.ts";
import type { Model } from "./model.ts";

/** Of the claims that another feed's vote checks, how many have the value that stands. */
export interface Tally {
  readonly checkable: number;
  readonly right: number;
}

/** A source that mostly disagrees in one attribute, though it is right elsewhere: another meaning, rather than errors. */
export interface Misfit {
  readonly source: string;
  readonly attribute: string;
  readonly here: Tally;
  /** In all attributes where it does agree. */
  readonly elsewhere: Tally;
}

const nothing: Tally = { checkable: 0, right: 0 };

function sum(tallies: Iterable<Tally>): Tally {
  let { checkable, right } = nothing;
  for (const tally of tallies) {
    checkable += tally.checkable;
    right += tally.right;
  }
  return { checkable, right };
}

/** By attribute, one map a source. */
export type Tallies = readonly ReadonlyMap<string, Tally>[];

/** The group that alone stands, or -1; undefined where nobody checks anybody. */
function standingGroup({ attribute, groups }: Pattern, feedOf: readonly number[], model: Model): number | undefined {
  const votes = castVotes(groups.map((group) => group.map((source) => feedOf[source] ?? 0)));
  if (countVotes(votes) < 2) return undefined;
  const [best = -1, ...others] = bestValues(votes, scoreValues(votes, model, attributeModel(model, attribute)));
  return others.length === 0 ? best : -1;
}

export function tallyClaims({ sources, patterns }: Evidence, feedOf: readonly number[], model: Model): Tallies {
  const tallies = sources.map(() => new Map<string, Tally>());
  for (const pattern of patterns) {
    const standing = standingGroup(pattern, feedOf, model);
    if (standing === undefined) continue;
    for (const [value, group] of pattern.groups.entries()) {
      const more = { checkable: pattern.count, right: value === standing ? pattern.count : 0 };
      for (const source of group) {
        const own = tallies[source];
        own?.set(pattern.attribute, sum([own.get(pattern.attribute) ?? nothing, more]));
      }
    }
  }
  return tallies;
}

export function totalOf(tallies: ReadonlyMap<string, Tally> | undefined): Tally {
  return sum(tallies?.values() ?? []);
}

/** With fewer checkable claims neither a percentage nor a warning means much. */
const fewestChecked = 30;
/** Right in less than this share of an attribute's claims is disagreement on the whole… */
const mostlyWrong = 0.5;
/** …and right in this share of the others shows that the source is a good one. */
const mostlyRight = 0.8;

function isRight({ checkable, right }: Tally, share: number): boolean {
  return checkable >= fewestChecked && right >= share * checkable;
}

/** By source, then by attribute. */
export function findMisfits(sources: readonly string[], tallies: Tallies): Misfit[] {
  return sources.flatMap((source, index) => {
    const own = [...(tallies[index] ?? [])].filter(([, tally]) => tally.checkable >= fewestChecked);
    const elsewhere = sum(own.filter(([, tally]) => isRight(tally, mostlyWrong)).map(([, tally]) => tally));
    if (!isRight(elsewhere, mostlyRight)) return [];
    return own
      .filter(([, tally]) => !isRight(tally, mostlyWrong))
      .map(([attribute, here]) => ({ source, attribute, here, elsewhere }));
  });
}
