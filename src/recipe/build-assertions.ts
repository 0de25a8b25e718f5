/** From valid data to the recipe's assertions. */
import type { SqlAssertionData, TableAssertionData } from "./assertion-schema.ts";
import { readComparison } from "./quantities.ts";
import type { RecipeAssertions, SqlAssertion, TableAssertion } from "./recipe.ts";
import { ifGiven, mapValues, present } from "./records.ts";
import type { RecipeData } from "./schema.ts";

function tableOf({ rows, references, fill, range }: TableAssertionData): TableAssertion {
  return present({
    rows: ifGiven(rows, (written) => readComparison(written, "=")),
    references,
    fill: ifGiven(fill, (shares) => mapValues(shares, (written) => readComparison(written, ">="))),
    range: ifGiven(range, (ranges) => mapValues(ranges, present)),
  });
}

function queryOf({ name, sql, expect }: SqlAssertionData): SqlAssertion {
  return { name, sql, expect: expect === "no rows" ? expect : readComparison(expect, "=") };
}

export function assertionsOf(assertions: RecipeData["assert"]): RecipeAssertions {
  const { sql = [], ...tables } = assertions ?? {};
  return { tables: mapValues(tables, tableOf), sql: sql.map(queryOf) };
}
