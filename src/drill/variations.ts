/** The same drill under other conditions: without each source in turn, and along a scale of damage. */
import path from "node:path";
import { UserError } from "../errors.ts";
import type { Services } from "../pipeline.ts";
import { drillLayout } from "./directory.ts";
import type { Damage, DrillPlan } from "./plan/model.ts";
import { writeSurvivors } from "./prepare.ts";
import type { Struck } from "./prepare.ts";
import { attempt } from "./rescue/attempt.ts";
import type { Attempt } from "./rescue/attempt.ts";
import { Stopwatch } from "./rescue/stopwatch.ts";
import type { Variation } from "./score/model.ts";
import type { Survivor } from "./survivors/derive.ts";

/** The kinds of damage that have a size. */
export const sweepable = [
  "sampleRows",
  "duplicates",
  "conflictRate",
  "foreignRows",
  "clockSkew",
  "cutAt",
  "corrupt",
] as const;
export type Sweepable = (typeof sweepable)[number];

export interface Sweep {
  readonly parameter: Sweepable;
  readonly values: readonly number[];
}

interface Held {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Throws UserError where the plan has nothing that could be varied so. */
export function requireVariable(
  { drill, survivors }: DrillPlan,
  asked: { readonly leaveOneOut: boolean; readonly sweep?: Sweep | undefined },
): void {
  if (asked.leaveOneOut && survivors.filter(({ damage }) => damage.missing !== true).length < 2)
    throw new UserError({
      what: `the drill ${drill} has one survivor, and none can be left out`,
      remedy: "Leave out --leave-one-out",
    });
  const parameter = asked.sweep?.parameter;
  if (parameter !== undefined && !survivors.some(({ damage }) => damage[parameter] !== undefined))
    throw new UserError({
      what: `no survivor of the drill ${drill} is damaged by ${parameter}`,
      remedy: `Give a survivor that damage in the plan, even if it is 0, or sweep another one of ${sweepable.join(", ")}`,
    });
}

/** Repeats the rescue without each survivor in turn. */
export async function leaveOneOut(
  plan: DrillPlan,
  struck: Struck,
  survivors: readonly Survivor[],
  held: Held,
  services: Services,
): Promise<Variation[]> {
  const variations: Variation[] = [];
  for (const { plan: left } of survivors) {
    const others = survivors.filter((each) => each.plan !== left);
    const name = `without-${left.id}`;
    const place = {
      directory: drillLayout(held.directory).variations,
      name,
      evidence: drillLayout(held.directory).evidence,
    };
    const given = {
      plan: planWithout(plan, left.id),
      history: struck.history,
      survivors: others.map((each) => withoutMention(each, left.id)),
      place,
      ...held,
    };
    variations.push(await vary(left.id, { ...given, environment: held.environment }, services));
  }
  return variations;
}

/** Repeats the drill with each value of one kind of damage, in the survivors that the plan damages so. */
export async function sweep(
  plan: DrillPlan,
  struck: Struck,
  { parameter, values }: Sweep,
  held: Held,
  services: Services,
): Promise<(Variation & { readonly value: number })[]> {
  const points: (Variation & { readonly value: number })[] = [];
  for (const value of values) {
    const name = `${parameter}-${value}`;
    const { variations } = drillLayout(held.directory);
    const evidence = path.join(variations, `${name}-evidence`);
    const varied = withDamage(plan, parameter, value);
    const survivors = await writeSurvivors(varied, struck, evidence, held.environment);
    const place = { directory: variations, name, evidence };
    const given = { plan: varied, history: struck.history, survivors, place, environment: held.environment };
    points.push({ ...(await vary(`${parameter} = ${value}`, given, services)), value });
  }
  return points;
}

/** A variation that cannot be done is told as such; the others go on. */
async function vary(name: string, given: Attempt, services: Services): Promise<Variation> {
  try {
    const { score } = await attempt(given, services, new Stopwatch());
    return { name, status: "completed", error: null, score };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, status: "failed", error: error.what, score: null };
  }
}

function withDamage(plan: DrillPlan, parameter: Sweepable, value: number): DrillPlan {
  const changed = (damage: Damage): Damage =>
    damage[parameter] === undefined ? damage : { ...damage, [parameter]: value };
  return { ...plan, survivors: plan.survivors.map((each) => ({ ...each, damage: changed(each.damage) })) };
}

function planWithout(plan: DrillPlan, id: string): DrillPlan {
  const { rules } = plan.rescue;
  return rules === undefined
    ? plan
    : { ...plan, rescue: { ...plan.rescue, rules: unmentioned(rules, id) as typeof rules } };
}

function withoutMention(survivor: Survivor, id: string): Survivor {
  const { copyOf, ...source } = survivor.plan.source;
  return copyOf === id ? { ...survivor, plan: { ...survivor.plan, source } } : survivor;
}

/** The rules without the source's name; a `prefer` that named it alone goes. */
function unmentioned(value: unknown, id: string): unknown {
  if (Array.isArray(value)) return value.filter((each) => !prefersOnly(each, id)).map((each) => unmentioned(each, id));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "prefer" && Array.isArray(inner) ? inner.filter((each) => each !== id) : unmentioned(inner, id),
    ]),
  );
}

function prefersOnly(value: unknown, id: string): boolean {
  const prefer = typeof value === "object" && value !== null ? (value as { prefer?: unknown }).prefer : undefined;
  return Array.isArray(prefer) && prefer.every((each) => each === id);
}
