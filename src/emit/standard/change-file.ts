/** A second wave: cells that were loaded with another value than they have now, changed only where nobody else has changed them since. */
import path from "node:path";
import { setImmediate as yieldToEvents } from "node:timers/promises";
import type { CellChange } from "../../values/cell-change.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import { planKey } from "../../values/key.ts";
import type { EmittedFile, EmitTable } from "../emitter.ts";
import { relation } from "./schema.ts";
import type { TableContext } from "./schema.ts";
import { keyColumns } from "./tables.ts";
import { TextFile } from "./text-file.ts";

/** Where cells that somebody changed are told: a table in the database itself. */
export function keptTable({ dialect }: TableContext): string {
  const columns = ["script", "table_name", "row_key", "column_name"].map(
    (name) => `${dialect.quote(name)} varchar(500)`,
  );
  return `CREATE TABLE IF NOT EXISTS ${dialect.quote("tablesalvage_kept")} (${columns.join(", ")})`;
}

/** One file a table; undefined where nothing changed. */
export async function writeChangeFile(
  emit: EmitTable,
  context: TableContext,
  stem: string,
): Promise<EmittedFile | undefined> {
  const { dialect, request } = context;
  if (emit.changes === undefined || (emit.changedCells ?? 0) === 0 || keyColumns(emit.table) === undefined)
    return undefined;
  const name = `${stem}.changes.sql${request.gzip ? ".gz" : ""}`;
  const file = new TextFile(
    path.join(request.folder, name),
    [
      `tablesalvage: changed cells of ${emit.table.id}, incident ${request.incident}, for ${dialect.name}.`,
      "A cell that holds another value than was loaded is left as it is, and told in the table tablesalvage_kept.",
    ],
    { gzip: request.gzip },
  );
  try {
    for (const setting of dialect.settings) file.statement(setting);
    if (request.transaction === "file") file.statement(dialect.begin);
    for (const changes of emit.changes()) {
      for (const change of changes)
        for (const statement of statementsOf(change, emit, context, name)) file.statement(statement);
      await yieldToEvents();
      request.signal.throwIfAborted();
    }
    if (request.transaction === "file") file.statement(dialect.commit);
    return { ...file.commit(), purpose: "data", table: emit.table.id, rows: 0 };
  } catch (error) {
    file.discard();
    throw error;
  }
}

function statementsOf(
  { cells, column, before, after }: CellChange,
  emit: EmitTable,
  context: TableContext,
  script: string,
): string[] {
  const { dialect } = context;
  const literal = (of: typeof column, value: CanonicalValue): string =>
    value === null ? "NULL" : dialect.form(of).encode(value);
  const text = (value: string): string => dialect.form(textColumn).encode(value.slice(0, 500));
  const table = relation(emit.table, context);
  const keys = keyColumns(emit.table) ?? [];
  const key = keys
    .map((each) => dialect.isSame(dialect.quote(each.name), literal(each, cells[emit.columns.indexOf(each)] ?? null)))
    .join(" AND ");
  const name = dialect.quote(column.name);
  const holds = (value: CanonicalValue): string => dialect.isSame(name, literal(column, value));
  const told = [script, emit.table.id, keyText(emit, cells), column.name].map(text).join(", ");
  return [
    `UPDATE ${table} SET ${name} = ${literal(column, after)} WHERE ${key} AND ${holds(before)}`,
    `INSERT INTO ${dialect.quote("tablesalvage_kept")} SELECT ${told}${dialect.fromNothing} WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE ${key} AND ${holds(after)})`,
  ];
}

const textColumn = {
  name: "text",
  ordinal: 0,
  type: { name: "nvarchar", length: 500 },
  declaredType: "nvarchar(500)",
  nullable: true,
} as const;

function keyText(emit: EmitTable, cells: readonly CanonicalValue[]): string {
  const key = planKey(emit.table);
  return key.format(
    key.columns.map((column) => cells[emit.columns.findIndex(({ ordinal }) => ordinal === column.ordinal)]),
  );
}
