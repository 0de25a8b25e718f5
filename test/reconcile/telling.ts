/** Runs the fixtures of reconciliation, and tells what came of them as the command line does. */
import path from "node:path";
import { paintFor } from "../../src/cli/terminal.ts";
import { explainView } from "../../src/cli/views/explain.ts";
import { explain } from "../../src/pipeline.ts";
import type { Explanation } from "../../src/pipeline.ts";
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

/** A row by its table and the text of its key. */
export interface NamedRow {
  readonly table: string;
  readonly key: string;
}

/** Why rows are withheld, and how many for each reason, as the closing notes say it. */
export function withheldNotes({ report }: Ran): string[] {
  return report.notes.filter((note) => note.includes(" withheld: "));
}

/** The emitted rows, the tables' sums, what is withheld, and the explanations of some rows, as a golden file holds them. */
export async function account(ran: Ran, named: readonly NamedRow[]): Promise<string> {
  const rows = ran.incident.tables.flatMap((one) => [
    `-- ${one.id}`,
    ...emittedRows(ran, one).map((row) => JSON.stringify(row)),
  ]);
  const sums = ran.report.summary.tables.map(({ table, keys, emitted, withheld, deleted, cells }) =>
    JSON.stringify({ table, keys, emitted, withheld, deleted, cells }),
  );
  const views: string[] = [];
  for (const { table, key } of named) views.push(view(await explain(ran.incident, table, [key])));
  return `${[...rows, "", ...sums, ...withheldNotes(ran), "", views.join("\n\n\n")].join("\n")}\n`;
}
