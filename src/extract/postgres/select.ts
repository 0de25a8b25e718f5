/** The one statement that reads rows. */
import type { ReadRequest, Relation, ServerColumn } from "../server/kind.ts";
import { checkExpression, postgresLexis } from "../server/sql-fragment.ts";
import type { RawValue } from "../../values/codec.ts";
import { asParameter } from "./cells.ts";
import { quoteName, quoteRelation } from "./names.ts";

export interface Statement {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** Columns in the order asked for, rows in key order. Throws UserError where `where` is not one expression. */
export function selectRows(request: ReadRequest): Statement {
  const { relation, columns, where, after, upTo } = request;
  const values: (string | null)[] = [];
  const keyColumns = relation.key.flatMap((name) => relation.columns.find((column) => column.name === name) ?? []);
  const conditions = [
    ...(where === undefined ? [] : [condition(where)]),
    ...(after === undefined ? [] : [bound(keyColumns, ">", after, values)]),
    ...(upTo === undefined ? [] : [bound(keyColumns, "<=", upTo, values)]),
  ];
  const clauses = [
    `SELECT ${columns.map(selected).join(", ")}`,
    `FROM ${source(relation)}`,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(" AND ")}`]),
    ...(keyColumns.length === 0 ? [] : [`ORDER BY ${keyColumns.map(({ name }) => quoteName(name)).join(", ")}`]),
  ];
  return { text: clauses.join("\n"), values };
}

/** A table, or a query as a derived table. */
export function source({ name, query }: Pick<Relation, "name" | "query">): string {
  return name === undefined ? `(${query}\n) AS q` : quoteRelation(name);
}

/** A SELECT of no row that the server refuses where it refuses the `where`. */
export function selectNothing(relation: Relation, where: string): string {
  return `SELECT 1 FROM ${source(relation)} WHERE ${condition(where)} LIMIT 0`;
}

function condition(where: string): string {
  checkExpression(where, postgresLexis);
  return `(${where})`;
}

/** As text, money is in the notation of the server's locale, whose digits behind the point vary. */
const isMoney = ({ declaredType }: ServerColumn) => declaredType === "money";

function selected(column: ServerColumn): string {
  const name = quoteName(column.name);
  return isMoney(column) ? `CAST(${name} AS numeric) AS ${name}` : name;
}

/** A comparison of rows, which an index on the key serves. The column's own collation decides, as in ORDER BY. */
function bound(
  key: readonly ServerColumn[],
  operator: string,
  cells: readonly (RawValue | null)[],
  values: (string | null)[],
): string {
  const names = key.map(({ name }) => quoteName(name));
  const casts = key.map((column, index) => cast(column, values.push(asParameter(cells[index] ?? null))));
  return `(${names.join(", ")}) ${operator} (${casts.join(", ")})`;
}

function cast(column: ServerColumn, parameter: number): string {
  const inner = isMoney(column) ? `CAST($${parameter} AS numeric)` : `$${parameter}`;
  return `CAST(${inner} AS ${column.declaredType})`;
}
