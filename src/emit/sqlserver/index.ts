/** Rebuild scripts for SQL Server 2000 to 2022 and Azure SQL. */
import fs from "node:fs";
import path from "node:path";
import type { Column, Table } from "../../schema/model.ts";
import type { EmitRequest, EmitResult, EmittedFile, Emitter, EmitTable, ServerVersion } from "../emitter.ts";
import { constraintBatches } from "./constraints.ts";
import { writeDataFiles } from "./data-files.ts";
import { fileStem } from "../common/file-names.ts";
import { identifier } from "./identifiers.ts";
import { planLoad } from "../common/load-order.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { writeManifest } from "../common/manifest.ts";
import { preflightBatches } from "./preflight.ts";
import { writeScript } from "./script-file.ts";
import { verificationBatches } from "./verification.ts";
import { requireTypes, rulesOf } from "./versions.ts";

/** Why no INSERT fills a column (GOTCHAS 13); undefined for one that is filled. */
function leftOut(column: Column): string | undefined {
  if (column.computed !== undefined) return "computed: the server calculates it anew";
  if (column.generated !== undefined) return "a period column of a temporal table: the server sets it";
  return column.type.name === "timestamp" ? "a rowversion: the server numbers it anew" : undefined;
}

function notesOf({ table }: EmitTable): string[] {
  return table.columns.flatMap((column) => {
    const reason = leftOut(column);
    return reason === undefined ? [] : [`${table.id}.${column.name} is left out, it is ${reason}`];
  });
}

/** Writes all scripts in the order of running; each finished one is added to `files`. */
async function writeScripts(request: EmitRequest, plan: readonly PlannedTable[], files: EmittedFile[]): Promise<void> {
  const rules = rulesOf(request.version);
  const script = (name: string, purpose: EmittedFile["purpose"], batches: readonly string[]): void => {
    files.push({ ...writeScript(path.join(request.folder, name), rules, batches), purpose });
  };
  const total = plan.reduce((sum, { emit }) => sum + emit.rowCount, 0);
  let done = 0;
  script("00-preflight.sql", "preflight", preflightBatches(request, plan));
  const filled = plan.filter(({ emit }) => emit.rowCount > 0);
  for (const [position, planned] of filled.entries()) {
    const stem = fileStem(planned.emit.table, position, filled.length);
    const finished = (file: EmittedFile): void => void files.push(file);
    await writeDataFiles({ request, rules, planned, stem, finished }, (rows) => {
      done += rows;
      request.progress(done, total);
    });
  }
  script("80-constraints.sql", "constraints", constraintBatches(request, plan, rules));
  script("90-verify.sql", "verify", verificationBatches(request, plan, rules));
  files.push(writeManifest(request, files, { dialect: "sqlserver", version: request.version }));
}

function checkTables(tables: readonly Table[], version: ServerVersion): void {
  for (const table of tables) {
    requireTypes(table, rulesOf(version));
    for (const name of [table.schema, table.name, ...table.columns.map((column) => column.name)]) identifier(name);
  }
}

async function writeRebuildScripts(request: EmitRequest): Promise<EmitResult> {
  request.signal.throwIfAborted();
  checkTables(
    request.tables.map(({ table }) => table),
    request.version,
  );
  const files: EmittedFile[] = [];
  try {
    await writeScripts(request, planLoad(request.tables), files);
  } catch (error) {
    // Scripts of half a database would look like those of a whole one.
    for (const file of files) fs.rmSync(file.path, { force: true });
    throw error;
  }
  return { files, notes: request.tables.flatMap(notesOf) };
}

const emitter: Emitter = {
  id: "sqlserver",
  summary: "T-SQL INSERT scripts for SQL Server 2000 to 2022 and Azure SQL",
  check: checkTables,
  emit: writeRebuildScripts,
};

export default emitter;
