/** CHECKs on rows that are written down as the server's types hold them. */
import type { Column, Table } from "../../../src/schema/model.ts";
import type { CanonicalValue } from "../../../src/values/codec.ts";
import { compileCheck, type CompiledCheck } from "../../../src/verify/check/check.ts";
import { makeTable } from "../../model.ts";
import { typeOf } from "../../values/support.ts";

/** `Qty int`, `City varchar(20) Latin1_General_BIN2`: a table of such columns. */
export function tableOf(...columns: readonly string[]): Table {
  const specs = columns.map((text) => {
    const [name = "", type = "", collation] = text.split(" ");
    return { name, type: typeOf(type), ...(collation !== undefined && { collation }) };
  });
  return makeTable("T", specs, []);
}

export type Cells = Readonly<Record<string, CanonicalValue>>;

export function rowOf(cells: Cells): (column: Column) => CanonicalValue {
  return (column) => cells[column.name] ?? null;
}

export function compiled(expression: string, table: Table): CompiledCheck {
  const check = compileCheck(expression, table);
  if ("reason" in check) throw new Error(`${expression} ${check.reason}`);
  return check;
}

/** The reason that an expression is not checked; undefined where it is. */
export function reasonOf(expression: string, table: Table): string | undefined {
  const check = compileCheck(expression, table);
  return "reason" in check ? check.reason : undefined;
}

/** What SQL makes of the expression: NULL shows in that neither it nor its negation is violated. */
export function truthOf(expression: string, table: Table, cells: Cells): boolean | null | "unknown" {
  const row = rowOf(cells);
  const holds = compiled(expression, table).evaluate(row);
  const fails = compiled(`NOT (${expression})`, table).evaluate(row);
  if (holds === "unknown" || fails === "unknown") return "unknown";
  return holds && fails ? null : holds;
}
