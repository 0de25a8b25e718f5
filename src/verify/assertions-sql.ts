/** Assertions in SQL: one SELECT each, over views that are named after the tables and show the emitted rows. */
import { UserError } from "../errors.ts";
import type { Place } from "../errors.ts";
import type { SqlAssertion } from "../recipe/recipe.ts";
import type { AssertionSummary } from "../report/summary.ts";
import { sameName, storedColumns } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { compare } from "./assertions.ts";

const exactNumbers = new Set(["decimal", "numeric", "money", "smallmoney"]);
const floats = new Set(["float", "real"]);

/**
 * Makes a view `dbo.Orders` of each table, and `Orders` where only one table has the name. They hide the tables below them:
 * the connection serves queries of this kind from then on.
 */
export function createViews(store: Store, tables: readonly Table[]): void {
  for (const table of tables) {
    const columns = storedColumns(table).map((column) => `${readable(column)} AS ${quoteName(column.name)}`);
    const select = `SELECT ${columns.join(", ")} FROM main.${quoteName(table.id)} WHERE "#withheld" IS NULL`;
    const isOnly = tables.every((other) => other === table || !sameName(other.name, table.name));
    const names = new Set(isOnly ? [table.id, table.name] : [table.id]);
    for (const name of names) store.exec(`CREATE TEMP VIEW ${quoteName(name)} AS ${select}`);
  }
}

/** Decimals lie there as text, and -0 as a BLOB. */
function readable(column: Column): string {
  const name = quoteName(column.name);
  if (exactNumbers.has(column.type.name)) return `CAST(${name} AS REAL)`;
  return floats.has(column.type.name) ? `iif(typeof(${name}) = 'blob', 0.0, ${name})` : name;
}

/** Throws UserError where the text is not one SELECT that SQLite understands, or yields more than the one value that is compared. */
export function checkQuery(store: Store, { name, sql, expect }: SqlAssertion, where: Place): AssertionSummary {
  const rows = rowsOf(store, sql, where);
  if (expect === "no rows") {
    let found = 0;
    for (const _row of rows) found++;
    return { name, holds: found === 0, found, expected: expect };
  }
  const value = onlyValue(rows, where);
  if (typeof value === "number") return compare(name, value, expect);
  const found = typeof value === "string" || value === null ? value : "no number";
  return { name, holds: false, found, expected: `${expect.operator} ${expect.value}` };
}

function* rowsOf(store: Store, sql: string, where: Place): Generator<unknown[]> {
  try {
    const statement = store.prepare(sql);
    if (!statement.reader || !statement.readonly)
      throw new UserError({ what: "the assertion is no SELECT", where, remedy: "Write one SELECT; it may only read" });
    yield* statement.raw(true).iterate() as IterableIterator<unknown[]>;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError({
      what: `the assertion cannot be evaluated: ${cause instanceof Error ? cause.message : String(cause)}`,
      where,
      remedy: 'Write one SELECT as SQLite reads it; tables go by their names alone, or as "dbo.Orders" in quotes',
      cause,
    });
  }
}

function onlyValue(rows: Iterable<unknown[]>, where: Place): unknown {
  const [first, another] = firstTwo(rows);
  if (first?.length === 1 && another === undefined) return first[0];
  throw new UserError({
    what: first === undefined ? "the assertion yields no row" : "the assertion yields more than one value",
    where,
    remedy: 'Select one value, as in SELECT count(*) …, or expect "no rows"',
  });
}

function firstTwo(rows: Iterable<unknown[]>): unknown[][] {
  const found: unknown[][] = [];
  for (const row of rows) if (found.push(row) === 2) break;
  return found;
}
