/** The one statement that reads rows. */
import mysql from "mysql2";
import type { RawValue } from "../../values/codec.ts";
import type { ReadRequest, Relation, RelationName, ServerColumn } from "../server/kind.ts";
import { checkExpression, mysqlLexis } from "../server/sql-fragment.ts";

/** Columns in the order asked for, rows in key order. Throws UserError where `where` is not one expression. */
export function selectRows(request: ReadRequest): string {
  const { relation, columns, where, after, upTo } = request;
  const key = relation.key.flatMap((name) => relation.columns.find((column) => column.name === name) ?? []);
  const conditions = [
    ...(where === undefined ? [] : [condition(where)]),
    ...(after === undefined ? [] : [bound(key, ">", after)]),
    ...(upTo === undefined ? [] : [bound(key, "<", upTo, "=")]),
  ];
  const clauses = [
    `SELECT ${columns.map(selected).join(", ")}`,
    `FROM ${source(relation)}`,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(" AND ")}`]),
    ...(key.length === 0 ? [] : [`ORDER BY ${key.map(({ name }) => quoteName(name)).join(", ")}`]),
  ];
  return clauses.join("\n");
}

/** A table, or a query as a derived table. */
export function source({ name, query }: Pick<Relation, "name" | "query">): string {
  return name === undefined ? `(${query}\n) AS q` : quoteRelation(name);
}

function quoteName(name: string): string {
  return mysql.escapeId(name, true);
}

export function quoteRelation({ schema, name }: RelationName): string {
  return `${quoteName(schema)}.${quoteName(name)}`;
}

/** A SELECT of no row that the server refuses where it refuses the `where`. */
export function selectNothing(relation: Relation, where: string): string {
  return `SELECT 1 FROM ${source(relation)} WHERE ${condition(where)} LIMIT 0`;
}

function condition(where: string): string {
  checkExpression(where, mysqlLexis);
  return `(${where})`;
}

/** As text, the server shows six digits of a float; as a double, all that it holds. */
function selected({ name, declaredType }: ServerColumn): string {
  const quoted = quoteName(name);
  return declaredType.startsWith("float") ? `${quoted} * 1e0 AS ${quoted}` : quoted;
}

/**
 * Rows on one side of a key, spelt out column by column: neither server uses an index for a comparison of rows. The column's own collation decides, as
 * in ORDER BY.
 */
function bound(
  key: readonly ServerColumn[],
  side: "<" | ">",
  cells: readonly (RawValue | null)[],
  orEqual: "=" | "" = "",
): string {
  const parts = key.map((column, index) => ({
    name: quoteName(column.name),
    value: literal(column, cells[index] ?? null),
  }));
  const last = parts.length - 1;
  const alternatives = parts.map(({ name, value }, index) => {
    const before = parts.slice(0, index).map((part) => `${part.name} = ${part.value}`);
    return [...before, `${name} ${side}${index === last ? orEqual : ""} ${value}`].join(" AND ");
  });
  const [first] = parts;
  // Says nothing new, but is what the index is entered with.
  const entry = first === undefined ? "TRUE" : `${first.name} ${side}= ${first.value}`;
  return `(${entry} AND (${alternatives.map((alternative) => `(${alternative})`).join(" OR ")}))`;
}

const numeric = /^(?:tinyint|smallint|mediumint|int|bigint|decimal|double|year|bit)\b/;
const plainNumber = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;

function literal({ declaredType }: ServerColumn, cell: RawValue | null): string {
  if (cell === null) return "NULL";
  if (typeof cell === "boolean") return cell ? "1" : "0";
  if (cell instanceof Uint8Array) return `X'${Buffer.from(cell).toString("hex")}'`;
  const text = String(cell);
  if (numeric.test(declaredType) && plainNumber.test(text)) return text;
  return mysql.escape(declaredType.startsWith("timestamp") ? text.replace(/\+00:00$/, "") : text);
}
