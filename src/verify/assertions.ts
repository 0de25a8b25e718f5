/** What the recipe asserts of the reconciled rows: those that are emitted, seen over a connection that can only read. */
import type { Comparison, TableAssertion } from "../recipe/recipe.ts";
import type { AssertionSummary } from "../report/summary.ts";
import { findColumn } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { compileCheck } from "./check/check.ts";
import { teachCheck } from "./checks.ts";
import { conditionOf, noParent } from "./foreign-keys.ts";
import type { Reference } from "./foreign-keys.ts";

/** A table, and the references from it. */
export interface AssertedTable {
  readonly table: Table;
  readonly assertion: TableAssertion;
  readonly references: readonly Reference[];
}

type Range = NonNullable<TableAssertion["range"]>[string];

const operators: Readonly<Record<Comparison["operator"], (found: number, value: number) => boolean>> = {
  ">=": (found, value) => found >= value,
  ">": (found, value) => found > value,
  "<=": (found, value) => found <= value,
  "<": (found, value) => found < value,
  "=": (found, value) => found === value,
};

/** Holds a number against what the recipe expects of it. */
export function compare(name: string, found: number, { operator, value }: Comparison): AssertionSummary {
  return { name, holds: operators[operator](found, value), found, expected: `${operator} ${value}` };
}

/** In the order rows, fill, range, references. `store` is `reconciled.db`. */
export function checkTable(store: Store, asserted: AssertedTable): AssertionSummary[] {
  const { table, assertion } = asserted;
  const { rows, fill = {}, range = {}, references } = assertion;
  return [
    ...(rows === undefined ? [] : [compare(`${table.id}: rows`, countEmitted(store, table), rows)]),
    ...eachColumn(table, fill).map(([column, share]) =>
      compare(`${table.id}.${column.name}: fill`, fillOf(store, table, column), share),
    ),
    ...eachColumn(table, range).map(([column, limits]) => checkRange(store, table, column, limits)),
    ...(references === undefined ? [] : [checkReferences(store, asserted)]),
  ];
}

function eachColumn<Asserted>(table: Table, asserted: Readonly<Record<string, Asserted>>): [Column, Asserted][] {
  return Object.entries(asserted).flatMap(([name, value]) => {
    const column = findColumn(table, name);
    return column === undefined ? [] : [[column, value] satisfies [Column, Asserted]];
  });
}

function countEmitted(store: Store, table: Table, condition = "1"): number {
  const sql = `SELECT count(*) FROM ${quoteName(table.id)} WHERE "#withheld" IS NULL AND (${condition})`;
  return Number(store.prepare(sql).pluck(true).get());
}

/** Of no rows at all, none is NULL. */
function fillOf(store: Store, table: Table, column: Column): number {
  const rows = countEmitted(store, table);
  return rows === 0 ? 1 : countEmitted(store, table, `${quoteName(column.name)} IS NOT NULL`) / rows;
}

/** The bounds compare as in a CHECK of the server. */
function checkRange(store: Store, table: Table, column: Column, { min, max }: Range): AssertionSummary {
  const name = `${table.id}.${column.name}: range`;
  const expected = [min === undefined ? [] : `>= ${min}`, max === undefined ? [] : `<= ${max}`].flat().join(" and ");
  const subject = `[${column.name.replaceAll("]", "]]")}]`;
  const bounds = [
    ...(min === undefined ? [] : [`${subject} >= ${literalOf(min)}`]),
    ...(max === undefined ? [] : [`${subject} <= ${literalOf(max)}`]),
  ];
  const check = compileCheck(bounds.join(" AND "), table);
  if ("reason" in check) return { name, holds: false, found: `cannot be checked: it ${check.reason}`, expected };
  teachCheck(store, name, check);
  const call = `${quoteName(name)}(${quoteName(column.name)})`;
  const outside = countEmitted(store, table, `${call} = 0`);
  const undecided = countEmitted(store, table, `${call} IS NULL`);
  const found = undecided > 0 ? `${outside} outside, ${undecided} that cannot be told` : `${outside} outside`;
  return { name, holds: outside + undecided === 0, found, expected };
}

/** As T-SQL writes it, for our own reader of CHECKs. */
function literalOf(bound: string | number): string {
  return typeof bound === "number" ? String(bound) : `N'${bound.replaceAll("'", "''")}'`;
}

/** Rows whose parent is not emitted, whatever became of them: withheld, their reference replaced, or kept. */
function checkReferences(store: Store, { table, references }: AssertedTable): AssertionSummary {
  const name = quoteName(table.id);
  const kept = references.map(
    (reference) => `SELECT "#keyText" FROM ${name} WHERE "#withheld" IS NULL AND (${conditionOf(reference)})`,
  );
  const sql = [
    `SELECT "#keyText" FROM ${name} WHERE "#deleted" = 0 AND "#withheld" LIKE :reason`,
    "SELECT keyText FROM conflict WHERE tableName = :table AND reason LIKE :reason",
    ...kept,
  ].join(" UNION ");
  const found = store
    .prepare(`SELECT count(*) FROM (${sql})`)
    .pluck(true)
    .get({ reason: `${noParent}%`, table: table.id });
  return compare(`${table.id}: rows without a parent`, Number(found), { operator: "=", value: 0 });
}
