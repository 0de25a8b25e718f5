/** The one statement that reads rows. */
import type { RawValue } from "../../values/codec.ts";
import type { ReadRequest, Relation, ServerColumn } from "../server/kind.ts";
import { checkWhere } from "./fragments.ts";
import { quoteName, quoteRelation } from "./names.ts";
import { asColumn, readAs } from "./types.ts";

export interface Statement {
  readonly sql: string;
  /** By name, without the `@`. */
  readonly parameters: ReadonlyMap<string, RawValue>;
}

/** Columns in the order asked for, rows in key order. `version`: the server's major one. Throws UserError where `where` is more than one condition. */
export function selectRows({ relation, columns, where, after, upTo }: ReadRequest, version: number): Statement {
  const parameters = new Map<string, RawValue>();
  const key = relation.key.flatMap((name) => relation.columns.find((column) => column.name === name) ?? []);
  if (where !== undefined) checkWhere(where);
  // Of the table, not of the SELECT list, whose texts have another order than the values that they are made of.
  const own = (name: string): string => `${quoteName(relation.name?.name ?? queryName)}.${quoteName(name)}`;
  const bound = (stem: string, cells: readonly RawValue[]): BoundColumn[] =>
    named(stem, cells, parameters).map((parameter, index) => {
      const column = key[index] as ServerColumn;
      return { name: own(column.name), value: asColumn(column, parameter) };
    });
  const conditions = [
    ...(where === undefined ? [] : [`(${where})`]),
    ...(after === undefined ? [] : [beyond(bound("after", after), ">", ">")]),
    ...(upTo === undefined ? [] : [beyond(bound("upTo", upTo), "<", "<=")]),
  ];
  const clauses = [
    `SELECT ${columns.map(({ name, declaredType }) => `${readAs(declaredType, own(name), version)} AS ${quoteName(name)}`).join(",\n  ")}`,
    `FROM ${source(relation)}`,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(" AND ")}`]),
    ...(key.length === 0 ? [] : [`ORDER BY ${key.map(({ name }) => own(name)).join(", ")}`]),
  ];
  return { sql: clauses.join("\n"), parameters };
}

const queryName = "q";

/** A table, or a query as a derived table. */
function source({ name, query }: Pick<Relation, "name" | "query">): string {
  return name === undefined ? `(${query}\n) AS ${queryName}` : quoteRelation(name);
}

/** A SELECT of no row that the server refuses where it refuses the `where`. */
export function selectNothing(relation: Relation, where: string): string {
  checkWhere(where);
  return `SELECT TOP 0 1 AS [one] FROM ${source(relation)} WHERE (${where})`;
}

function named(stem: string, cells: readonly RawValue[], into: Map<string, RawValue>): string[] {
  return cells.map((cell, index) => {
    into.set(`${stem}${index}`, cell);
    return `@${stem}${index}`;
  });
}

/** A key column, and the value that it is held against, both as SQL. */
interface BoundColumn {
  readonly name: string;
  readonly value: string;
}

/**
 * Of several columns `(a >= @a AND ((a > @a) OR (a = @a AND b > @b)))`: the plain condition before it is the one by which an index is entered. `last` is the operator of the
 * last column.
 */
function beyond(key: readonly BoundColumn[], operator: ">" | "<", last: ">" | "<="): string {
  const steps = key.map(({ name, value }, index) =>
    [
      ...key.slice(0, index).map((before) => `${before.name} = ${before.value}`),
      `${name} ${index === key.length - 1 ? last : operator} ${value}`,
    ].join(" AND "),
  );
  const [first] = key;
  return steps.length < 2
    ? `(${steps.join("")})`
    : `(${first?.name} ${operator}= ${first?.value} AND ((${steps.join(") OR (")})))`;
}
