/** The emitter of a dialect beside T-SQL: preflight, schema, rows, constraints, verification, manifest. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { UserError } from "../../errors.ts";
import { sameName, storedColumns } from "../../schema/model.ts";
import type { ForeignKey, Table } from "../../schema/model.ts";
import { fileStem } from "../common/file-names.ts";
import { planLoad } from "../common/load-order.ts";
import { writeManifest } from "../common/manifest.ts";
import { reviewLines } from "../common/review-lines.ts";
import type { EmitRequest, EmitResult, EmitTable, EmittedFile, Emitter } from "../emitter.ts";
import { needsTransactions } from "../common/refusals.ts";
import { keptTable, writeChangeFile } from "./change-file.ts";
import type { Dialect } from "./dialect.ts";
import { createTable, foreignKeyOf, relation, schemaNotes } from "./schema.ts";
import type { TableContext } from "./schema.ts";
import { Series } from "./series.ts";
import { relationOf } from "./tables.ts";
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
    dialect.checkTable?.(table);
  }
  refuseEqualNames(tables, dialect);
}

/** Two schemas' tables may come to one name where there are no schemas. */
function refuseEqualNames(tables: readonly Table[], dialect: Dialect): void {
  const names = tables.map((table) => relationOf(table, tables, dialect).toLowerCase());
  const twice = tables.find((_, index) => names.indexOf(names[index] ?? "") !== index);
  if (twice === undefined) return;
  throw new UserError({
    what: `${twice.id} and another table would have one name on ${dialect.name}`,
    remedy: "Rebuild them one after the other, with `target.tables`, into databases of their own",
  });
}

async function emitScripts(context: TableContext): Promise<EmitResult> {
  const { dialect, request } = context;
  request.signal.throwIfAborted();
  if (request.transaction === "none" && request.ifExists === "stop") throw needsTransactions();
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
  const schema = [
    ...(request.createsSchema ? schemaStatements(plan, context) : []),
    ...(request.since === undefined ? [] : [keptTable(context)]),
  ];
  if (schema.length > 0) yield write("05-schema.sql", "schema", [title("tables that are missing")], schema);
  const total = plan.reduce((sum, { rowCount }) => sum + rowCount, 0);
  let done = 0;
  const filled = plan.filter(({ rowCount, changedCells = 0 }) => rowCount + changedCells > 0);
  for (const [position, emit] of filled.entries()) {
    const stem = fileStem(emit.table, position, filled.length);
    yield* new Series(emit, context, stem).files((rows) => request.progress((done += rows), total));
    const changes = await writeChangeFile(emit, context, stem);
    if (changes !== undefined) yield changes;
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
    ...(context.dialect.inlineForeignKeys
      ? emit.table.foreignKeys.flatMap((key) => refuseOrphans(emit.table, key, context))
      : addForeignKeys(emit.table, context)),
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
    const name = dialect.quote(shortened(key.name ?? `FK_${table.name}_${index + 1}`));
    const on = relation(table, context);
    return [
      `ALTER TABLE ${on} DROP CONSTRAINT IF EXISTS ${name}`,
      `ALTER TABLE ${on} ADD CONSTRAINT ${name} ${definition}`,
    ];
  });
}

const longestName = 60;
const hashLength = 8;

/** What is cut off a long name is made up for by a hash, so that two stay two. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= longestName) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, hashLength);
  const kept = Buffer.from(name)
    .subarray(0, longestName - hashLength - 1)
    .toString("utf8")
    .replace(/\ufffd+$/, "");
  return `${kept}_${hash}`;
}

/** The rows went in unchecked: what refers to nothing is looked for. */
function refuseOrphans(table: Table, key: ForeignKey, context: TableContext): string[] {
  const { dialect, request } = context;
  const parent = request.tables.find((emit) => sameName(emit.table.id, key.references))?.table;
  if (parent === undefined || key.disabled) return [];
  const referenced = key.referencedColumns.length > 0 ? key.referencedColumns : (parent.primaryKey?.columns ?? []);
  const pairs = key.columns.map(
    (name, index) => [dialect.quote(name), dialect.quote(referenced[index] ?? "")] as const,
  );
  const given = pairs.map(([own]) => `c.${own} IS NOT NULL`).join(" AND ");
  const found = pairs.map(([own, other]) => `p.${other} = c.${own}`).join(" AND ");
  const select = `SELECT 1 FROM ${relation(table, context)} c WHERE ${given} AND NOT EXISTS (SELECT 1 FROM ${relation(parent, context)} p WHERE ${found})`;
  return dialect.refuse(
    select,
    `tablesalvage: rows of ${table.id.slice(0, 40)} refer to no row of ${parent.id.slice(0, 40)}`,
  );
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
