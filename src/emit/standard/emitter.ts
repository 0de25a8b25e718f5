/** The emitter of a dialect beside T-SQL: preflight, schema, rows, constraints, verification, manifest. */
import fs from "node:fs";
import { storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { fileStem } from "../common/file-names.ts";
import { planLoad } from "../common/load-order.ts";
import { writeManifest } from "../common/manifest.ts";
import { reviewLines } from "../common/review-lines.ts";
import type { EmitRequest, EmitResult, EmitTable, EmittedFile, Emitter } from "../emitter.ts";
import type { Dialect } from "./dialect.ts";
import { createTable, foreignKeyOf, relation, schemaNotes } from "./schema.ts";
import type { TableContext } from "./schema.ts";
import { Series } from "./series.ts";
import { writeStatements } from "./text-file.ts";

export function standardEmitter(dialect: Dialect): Emitter {
  return {
    id: dialect.id,
    summary: dialect.summary,
    check: (tables) => checkTables(tables, dialect),
    emit: (request) => emitScripts({ dialect, request }),
  };
}

function checkTables(tables: readonly Table[], dialect: Dialect): void {
  for (const table of tables) {
    for (const name of [table.schema, table.name]) dialect.quote(name);
    for (const column of storedColumns(table)) {
      dialect.quote(column.name);
      dialect.form(column);
    }
  }
}

async function emitScripts(context: TableContext): Promise<EmitResult> {
  const { dialect, request } = context;
  request.signal.throwIfAborted();
  const tables = request.tables.map(({ table }) => table);
  checkTables(tables, dialect);
  const files: EmittedFile[] = [];
  try {
    for await (const file of scripts(context)) files.push(file);
    files.push(writeManifest(request, files, { dialect: dialect.id }));
  } catch (error) {
    // Scripts of half a database would look like those of a whole one.
    for (const file of files) fs.rmSync(file.path, { force: true });
    throw error;
  }
  return { files, notes: tables.flatMap((table) => schemaNotes(table, context)) };
}

/** In the order of running. */
async function* scripts(context: TableContext): AsyncGenerator<EmittedFile> {
  const { dialect, request } = context;
  const plan = planLoad(request.tables).map(({ emit }) => emit);
  const write = (
    name: string,
    purpose: EmittedFile["purpose"],
    head: readonly string[],
    statements: readonly string[],
  ) => ({
    ...writeStatements(request.folder, name, head, [...dialect.settings, ...statements]),
    purpose,
  });
  const title = (what: string): string => `tablesalvage: ${what} of incident ${request.incident}, for ${dialect.name}.`;
  yield write("00-preflight.sql", "preflight", [...introduction(request, plan), title("checks")], dialect.preflight());
  yield write("05-schema.sql", "schema", [title("tables that are missing")], schemaStatements(plan, context));
  const total = plan.reduce((sum, { rowCount }) => sum + rowCount, 0);
  let done = 0;
  const filled = plan.filter(({ rowCount }) => rowCount > 0);
  for (const [position, emit] of filled.entries()) {
    // Numbers below 10 are those of the scripts before.
    const stem = fileStem(emit.table, position + 9, filled.length + 9);
    yield* new Series(emit, context, stem).files((rows) => request.progress((done += rows), total));
  }
  yield write(
    "80-constraints.sql",
    "constraints",
    [title("foreign keys and counters")],
    constraintStatements(plan, context),
  );
  yield write("90-verify.sql", "verify", [title("verification")], verification(plan, context));
}

function introduction(request: EmitRequest, plan: readonly EmitTable[]): string[] {
  return [
    ...request.warnings.map((warning) => `WARNING: ${warning}`),
    "Run this file first, then the others in the order of manifest.json, each in a session of its own that ends at the first error.",
    ...plan.flatMap((emit) => [
      `${emit.table.id}: ${emit.rowCount} ${emit.rowCount === 1 ? "row" : "rows"}`,
      ...reviewLines(emit).map((line) => `  ${line}`),
    ]),
  ];
}

function schemaStatements(plan: readonly EmitTable[], context: TableContext): string[] {
  const { dialect } = context;
  const schemas = [...new Set(plan.map(({ table }) => table.schema))].toSorted();
  return [
    ...(dialect.hasSchemas ? schemas.map((schema) => `CREATE SCHEMA IF NOT EXISTS ${dialect.quote(schema)}`) : []),
    ...plan.map(({ table }) => createTable(table, context)),
  ];
}

function constraintStatements(plan: readonly EmitTable[], context: TableContext): string[] {
  return plan.flatMap((emit) => [
    ...reseed(emit, context),
    ...(context.dialect.inlineForeignKeys ? [] : addForeignKeys(emit.table, context)),
  ]);
}

/** Behind the highest id that any source shows, and the recipe's margin (GOTCHAS 5). */
function reseed({ table, highestIdentity }: EmitTable, context: TableContext): string[] {
  const column = storedColumns(table).find(({ identity }) => identity !== undefined);
  const { dialect, request } = context;
  const keys = table.primaryKey?.columns ?? [];
  if (column?.identity === undefined || highestIdentity === undefined) return [];
  if (dialect.identity(column, keys.length === 1 && keys[0] === column.name) === undefined) return [];
  const isRising = !column.identity.increment.startsWith("-");
  const margin = BigInt(request.reseedMargin);
  const last = highestIdentity + (isRising ? margin : -margin);
  return dialect.reseed({ table, relation: relation(table, context), column, isRising }, last);
}

/** Each only where the table has none of that name. */
function addForeignKeys(table: Table, context: TableContext): string[] {
  const { dialect } = context;
  return table.foreignKeys.flatMap((key, index) => {
    const definition = foreignKeyOf(key, context);
    if (definition === undefined) return [];
    const name = dialect.quote((key.name ?? `FK_${table.name}_${index + 1}`).slice(0, 60));
    const on = relation(table, context);
    return [
      `ALTER TABLE ${on} DROP CONSTRAINT IF EXISTS ${name}`,
      `ALTER TABLE ${on} ADD CONSTRAINT ${name} ${definition}`,
    ];
  });
}

/** With `ifExists: skip` other rows may have been there before. */
function verification(plan: readonly EmitTable[], context: TableContext): string[] {
  const { dialect, request } = context;
  const operator = request.ifExists === "skip" ? "<" : "<>";
  return plan.flatMap(({ table, rowCount }) => {
    const count = `(SELECT count(*) FROM ${relation(table, context)}) ${operator} ${rowCount}`;
    const message = `tablesalvage: ${table.id.slice(0, 80)} has not the ${rowCount} rows that were rebuilt`;
    return dialect.refuse(`SELECT 1${dialect.fromNothing} WHERE ${count}`, message);
  });
}
