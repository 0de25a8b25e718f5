/** Holds what the recipe asserts against the reconciled rows. */
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { resolveTable } from "../recipe/names.ts";
import type { AssertionSummary } from "../report/summary.ts";
import { openForReading } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { checkQuery, createViews } from "../verify/assertions-sql.ts";
import { checkTable } from "../verify/assertions.ts";
import { comparableColumns } from "../verify/comparable.ts";
import { findReferences } from "../verify/foreign-keys.ts";

/** The tables' assertions in the recipe's order, then those in SQL. Throws UserError for SQL that is none. */
export function checkAssertions(incident: Incident): AssertionSummary[] {
  const store = openForReading(layoutOf(incident.directory).reconciled);
  try {
    // The views of the queries hide the tables, so the tables come first.
    const results = [...ofTables(store, incident), ...ofQueries(store, incident)];
    const redact = (text: string): string => incident.recipe.redact(text);
    return results.map((result) => ({ ...result, name: redact(result.name), expected: redact(result.expected) }));
  } finally {
    store.close();
  }
}

function ofTables(store: Store, { recipe, schema, tables }: Incident): AssertionSummary[] {
  const references = findReferences(comparableColumns(store), schema, tables);
  return Object.entries(recipe.assertions.tables).flatMap(([name, assertion]) => {
    const table = resolveTable(schema, name);
    if (!tables.includes(table)) return [];
    return checkTable(store, { table, assertion, references: references.filter(({ child }) => child === table) });
  });
}

function ofQueries(store: Store, { recipe, tables }: Incident): AssertionSummary[] {
  const { sql } = recipe.assertions;
  if (sql.length > 0) createViews(store, tables);
  return sql.map((query, index) => checkQuery(store, query, recipe.place(["assert", "sql", index, "sql"])));
}
