/** Runs the fixtures of reconciliation, and tells what came of them as the command line does. */
import path from "node:path";
import { paintFor } from "../../src/cli/terminal.ts";
import { explainView } from "../../src/cli/views/explain.ts";
import { explain } from "../../src/pipeline.ts";
import type { Explanation, Incident } from "../../src/pipeline.ts";
import { emittedRows, runRecipe, temporaryFolder } from "../incident.ts";
import type { Ran } from "../incident.ts";

const plain = paintFor({}, {});

/** Runs `fixtures/reconcile/<name>/recipe.yaml`. */
export async function runFixture(name: string): Promise<Ran> {
  const recipe = path.resolve("fixtures/reconcile", name, "recipe.yaml");
  return runRecipe(recipe, path.join(temporaryFolder(), "incident"));
}

/** An explanation as the command line prints it. */
export function view(explanation: Explanation): string {
  return explainView(explanation, plain);
}

/** The value and the class of every cell of a row, by column: `555-0199 (superseded)`. */
export function cellsOf({ cells }: Explanation): Record<string, string> {
  return Object.fromEntries(cells.map((cell) => [cell.column, `${cell.value ?? "NULL"} (${cell.class})`]));
}

/** What a person sees of these rows of a table: the explanations, one below the other. */
async function tell(incident: Incident, table: string, keys: readonly string[]): Promise<string> {
  const views: string[] = [];
  for (const key of keys) views.push(view(await explain(incident, table, key.split(","))));
  return views.join("\n\n\n");
}

/** The emitted rows, the tables' sums and the explanations of some rows, as a golden file holds them. */
export async function account(ran: Ran, table: string, keys: readonly string[]): Promise<string> {
  const rows = ran.incident.tables.flatMap((one) => [
    `-- ${one.id}`,
    ...emittedRows(ran, one).map((row) => JSON.stringify(row)),
  ]);
  const sums = ran.report.summary.tables.map(({ table: name, keys: all, emitted: kept, withheld, deleted, cells }) =>
    JSON.stringify({ table: name, keys: all, emitted: kept, withheld, deleted, cells }),
  );
  return `${[...rows, "", ...sums, "", await tell(ran.incident, table, keys)].join("\n")}\n`;
}
