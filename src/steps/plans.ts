/** The plan of every target table, once what they need to know is known: the user's own rules, and who agrees with whom. */
import type { Incident } from "../incident.ts";
import { estimateAccuracies } from "../reconcile/accuracy/accuracy.ts";
import type { Accuracies } from "../reconcile/accuracy/accuracy.ts";
import { describeAccuracies } from "../reconcile/accuracy/describe.ts";
import type { Item } from "../reconcile/accuracy/evidence.ts";
import { equalityOf } from "../reconcile/cell.ts";
import { groupClaims } from "../reconcile/claims.ts";
import { planTable } from "../reconcile/plan.ts";
import type { TablePlan } from "../reconcile/plan.ts";
import { claimsOf } from "../reconcile/row.ts";
import { attributeOf } from "../reconcile/rules/rule.ts";
import { mergeTable } from "../reconcile/table.ts";
import { allUses } from "../recipe/recipe.ts";
import { loadDecisions } from "./decisions.ts";
import type { Decisions } from "./decisions.ts";
import { loadRules } from "./own-rules.ts";
import type { Services } from "./services.ts";
import { standingsOf } from "./standings.ts";
import type { OpenSource } from "./standings.ts";

export interface Plans {
  /** One a target table, in the recipe's order. */
  readonly plans: readonly TablePlan[];
  /** Undefined where no chain asks for them. */
  readonly accuracies: Accuracies | undefined;
  readonly decisions: Decisions;
  /** What the data say of the sources, in sentences. */
  readonly notes: readonly string[];
}

export async function planTables(
  incident: Incident,
  sources: readonly OpenSource[],
  services: Pick<Services, "signal">,
): Promise<Plans> {
  const { rules } = incident.recipe;
  const custom = await loadRules(rules);
  const decisions = loadDecisions(incident);
  const plans = incident.tables.map((table) => planTable(table, rules, { custom, decisions }));
  if (!allUses(rules).some(({ rule }) => rule === "accuracy"))
    return { plans, accuracies: undefined, decisions, notes: [] };
  const accuracies = estimate(incident, plans, sources, services);
  return {
    plans: incident.tables.map((table) => planTable(table, rules, { custom, accuracies, decisions })),
    accuracies,
    decisions,
    notes: describeAccuracies(accuracies),
  };
}

/** Who agrees with whom in the columns whose chains ask for it; more than one pass over the staged rows, in flat memory. */
function estimate(
  incident: Incident,
  plans: readonly TablePlan[],
  sources: readonly OpenSource[],
  { signal }: Pick<Services, "signal">,
): Accuracies {
  return estimateAccuracies(itemsOf(incident, plans, sources, signal));
}

function* itemsOf(
  incident: Incident,
  plans: readonly TablePlan[],
  sources: readonly OpenSource[],
  signal: AbortSignal,
): Generator<Item> {
  for (const plan of plans) {
    const asking = plan.columns.flatMap(({ chain }, index) => (chain.some(({ id }) => id === "accuracy") ? index : []));
    if (asking.length === 0) continue;
    const work = { plan, sources: standingsOf(incident, sources, plan.table), recoverTo: incident.recipe.recoverTo };
    for (const { evidence } of mergeTable(work)) {
      signal.throwIfAborted();
      for (const index of asking) yield* itemOf(plan, index, evidence.observations);
    }
  }
}

function* itemOf(plan: TablePlan, index: number, observations: Parameters<typeof claimsOf>[1]): Generator<Item> {
  const column = plan.columns[index];
  const claims = claimsOf(index, observations).filter(({ value, doubt }) => value !== null && doubt === undefined);
  if (column === undefined || claims.length < 2) return;
  const groups = groupClaims(claims, equalityOf(column.codec));
  yield {
    attribute: attributeOf(plan.table, column.column),
    groups: groups.map(({ claims: own }) => ({ sources: own.map(({ observation }) => observation.source.id) })),
  };
}
