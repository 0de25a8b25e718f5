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

/** Columns in the order asked for, rows in key order. Throws UserError where `where` is more than one condition. */
export function selectRows({ relation, columns, where, after, upTo }: ReadRequest): Statement {
  const parameters = new Map<string, RawValue>();
  const key = relation.key.flatMap((name) => relation.columns.find((column) => column.name === name) ?? []);
  if (where !== undefined) checkWhere(where);
  const conditions = [
    ...(where === undefined ? [] : [`(${where})`]),
    ...(after === undefined ? [] : [behind(key, named("after", after, parameters))]),
    ...(upTo === undefined ? [] : [`NOT ${behind(key, named("upTo", upTo, parameters))}`]),
  ];
  const clauses = [
    `SELECT ${columns.map(({ name, declaredType }) => `${readAs(declaredType, quoteName(name))} AS ${quoteName(name)}`).join(",\n  ")}`,
    `FROM ${source(relation)}`,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(" AND ")}`]),
    ...(key.length === 0 ? [] : [`ORDER BY ${key.map(({ name }) => quoteName(name)).join(", ")}`]),
  ];
  return { sql: clauses.join("\n"), parameters };
}

/** A table, or a query as a derived table. */
function source({ name, query }: Pick<Relation, "name" | "query">): string {
  return name === undefined ? `(${query}\n) AS q` : quoteRelation(name);
}

function named(stem: string, cells: readonly RawValue[], into: Map<string, RawValue>): string[] {
  return cells.map((cell, index) => {
    into.set(`${stem}${index}`, cell);
    return `@${stem}${index}`;
  });
}

/** `(a > @a OR (a = @a AND b > @b))`, with `a >= @a` before it, so that an index is entered where reading goes on. */
function behind(key: readonly ServerColumn[], parameters: readonly string[]): string {
  const parts = key.map(({ name, declaredType }, index) => ({
    name: quoteName(name),
    value: asColumn(declaredType, parameters[index] ?? ""),
  }));
  const [first] = parts;
  const steps = parts.map((part, index) =>
    [...parts.slice(0, index).map(({ name, value }) => `${name} = ${value}`), `${part.name} > ${part.value}`].join(
      " AND ",
    ),
  );
  return steps.length < 2
    ? `(${steps.join("")})`
    : `(${first?.name} >= ${first?.value} AND ((${steps.join(") OR (")})))`;
}
