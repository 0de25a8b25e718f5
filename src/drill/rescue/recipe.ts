/** The recipe that a rescue works by: what people would write who have these survivors before them. */
import { stringify } from "yaml";
import type { DrillPlan } from "../plan/model.ts";
import { lastGood } from "../survivors/derive.ts";
import type { Survivor } from "../survivors/derive.ts";

export interface RecipePlaces {
  /** As the recipe writes them, relative to its own folder. */
  readonly schema: string;
  readonly folderOf: (survivor: string) => string;
}

type Source = Readonly<Record<string, unknown>> & { readonly tables?: Readonly<Record<string, object>> };

/** `dialect`: of the scripts that rebuild the tables. */
export function recipeText(
  plan: DrillPlan,
  survivors: readonly Survivor[],
  dialect: string,
  { schema, folderOf }: RecipePlaces,
): string {
  const { rescue } = plan;
  const recipe = {
    incident: plan.drill,
    recoverTo: new Date(lastGood(plan)).toISOString(),
    target: { timezone: "UTC", ...rescue.target, dialect, schema },
    sources: Object.fromEntries(survivors.map((survivor) => [survivor.plan.id, sourceOf(survivor, folderOf)])),
    ...(rescue.rules === undefined ? {} : { rules: rescue.rules }),
    ...(rescue.assert === undefined ? {} : { assert: rescue.assert }),
  };
  return stringify(recipe, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** What the format needs, the time, and what the plan says besides. */
function sourceOf(survivor: Survivor, folderOf: (survivor: string) => string): Source {
  const { plan, asOf } = survivor;
  const own = survivor.source(folderOf(plan.id)) as Source;
  const said = plan.source as Source;
  const time = asOf === undefined ? {} : { asOf: new Date(asOf).toISOString() };
  const tables = mergedTables(own.tables, said.tables, plan.tables);
  return { ...own, ...time, ...said, ...(tables === undefined ? {} : { tables }) };
}

function mergedTables(
  own: Source["tables"] = {},
  said: Source["tables"] = {},
  held: readonly string[] | undefined,
): Source["tables"] | undefined {
  const names = held ?? [...new Set([...Object.keys(own), ...Object.keys(said)])];
  if (held === undefined && Object.keys(own).length === 0) return Object.keys(said).length === 0 ? undefined : said;
  return Object.fromEntries(names.map((name) => [name, { ...own[name], ...said[name] }]));
}
