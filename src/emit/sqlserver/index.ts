/** Rebuild scripts for SQL Server 2000 to 2022 and Azure SQL. */
import fs from "node:fs";
import { needsTransactions } from "../common/refusals.ts";
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
import { attachmentBatches } from "./attachments.ts";
import { isComparable, writeChangeFile } from "./change-files.ts";
import { tableNotes } from "./create-table.ts";
import type { TableFacts } from "./digests.ts";
import { loaderFiles } from "./loader-files.ts";
import { rollbackBatches } from "./rollback.ts";
import type { Loaded } from "./rollback.ts";
import { schemaBatches } from "./schema.ts";
import type { VersionRules } from "./versions.ts";
import { writeFileAtomic } from "../../files/atomic.ts";
import { preflightBatches } from "./preflight.ts";
import { writeScript } from "./script-file.ts";
import { verificationBatches } from "./verification.ts";
import { requireTypes, rulesOf } from "./versions.ts";

/** Why no INSERT fills a column (GOTCHAS 13); undefined for one that is filled. */
function leftOut(column: Column): string | undefined {
  if (column.computed !== undefined) return "computed: the server calculates it anew";
  if (column.generated !== undefined) return "a column of a ledger: the server sets it";
  return column.type.name === "timestamp" ? "a rowversion: the server numbers it anew" : undefined;
}

function notesOf({ table }: EmitTable): string[] {
  return table.columns.flatMap((column) => {
    const reason = leftOut(column);
    return reason === undefined ? [] : [`${table.id}.${column.name} is left out, it is ${reason}`];
  });
}

/** Cells of a second wave that stay as they were. */
function unchangedNotes({ table, columns, changedCells = 0 }: EmitTable, rules: VersionRules): string[] {
  if (changedCells === 0) return [];
  return columns
    .filter((column) => !isComparable(column, rules))
    .map(({ name, period }) => {
      const why = `SQL Server ${rules.version} ${period === undefined ? "cannot compare them with what was loaded" : "sets them itself"}`;
      return `${table.id}.${name}: changed values are not written: ${why}; see the report`;
    });
}

interface Job {
  readonly request: EmitRequest;
  readonly rules: VersionRules;
  readonly plan: readonly PlannedTable[];
  /** Of the tables that get rows, in the order of loading. */
  readonly filled: readonly Loaded[];
  /** All that is written, in the order of running. */
  readonly files: EmittedFile[];
}

function script(job: Job, name: string, purpose: EmittedFile["purpose"], batches: readonly string[]): EmittedFile {
  return { ...writeScript(path.join(job.request.folder, name), job.rules, batches), purpose };
}

async function writeRows({ request, rules, plan, filled, files }: Job): Promise<TableFacts[]> {
  const total = plan.reduce((sum, { emit }) => sum + emit.rowCount, 0);
  const finished = (file: EmittedFile): void => void files.push(file);
  const facts: TableFacts[] = [];
  let done = 0;
  for (const planned of filled) {
    const table = await writeDataFiles({ request, rules, planned, stem: planned.stem, finished }, (rows) => {
      done += rows;
      request.progress(done, total);
    });
    facts.push(table);
    await writeChangeFile({ request, rules, emit: planned.emit, stem: planned.stem, finished });
  }
  return facts;
}

/** Each finished file is among `files` at once, in the order of running. */
async function writeScripts(job: Job): Promise<void> {
  const { request, rules, plan, filled, files } = job;
  files.push(script(job, "05-schema.sql", "schema", schemaBatches(request, plan, rules)));
  const facts = await writeRows(job);
  // What the preflight asks for is known when the rows are written.
  const bytes = files.reduce((sum, file) => sum + (file.purpose === "data" ? file.bytes : 0), 0);
  const stems = new Map(filled.map(({ emit, stem }) => [emit, stem]));
  const tables = plan.map((planned) => ({ ...planned, stem: stems.get(planned.emit) }));
  files.unshift(script(job, "00-preflight.sql", "preflight", preflightBatches({ request, rules, tables, bytes })));
  // One by one: a file that is not among `files` would stay where a later one fails.
  files.push(script(job, "80-constraints.sql", "constraints", constraintBatches(request, plan, rules)));
  files.push(script(job, "82-attachments.sql", "attachments", attachmentBatches(request, plan, rules)));
  files.push(script(job, "90-verify.sql", "verify", verificationBatches(request, plan, facts, rules)));
  const run = files.filter(({ purpose }) => purpose !== "bulk").map((file) => path.basename(file.path));
  // Where rows may have been there before, nobody can tell which are ours.
  if (request.ifExists === "stop")
    files.push(script(job, "rollback.sql", "rollback", rollbackBatches(request, filled, rules)));
  for (const { name, text, mode } of loaderFiles(run, rules)) {
    const written = writeFileAtomic(path.join(request.folder, name), text);
    fs.chmodSync(written.path, mode);
    files.push({ ...written, purpose: "loader" });
  }
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
  if (request.transaction === "none" && request.ifExists === "stop") throw needsTransactions();
  checkTables(
    request.tables.map(({ table }) => table),
    request.version,
  );
  const files: EmittedFile[] = [];
  try {
    const plan = planLoad(request.tables);
    const withRows = plan.filter(({ emit }) => emit.rowCount + (emit.changedCells ?? 0) > 0);
    const filled = withRows.map((planned, position) => ({
      ...planned,
      stem: fileStem(planned.emit.table, position, withRows.length),
    }));
    await writeScripts({ request, rules: rulesOf(request.version), plan, filled, files });
  } catch (error) {
    // Scripts of half a database would look like those of a whole one.
    for (const file of files) fs.rmSync(file.path, { force: true });
    throw error;
  }
  return {
    files,
    notes: request.tables.flatMap((emit) => [
      ...notesOf(emit),
      ...(request.createsSchema ? tableNotes(emit.table) : []),
      ...unchangedNotes(emit, rulesOf(request.version)),
    ]),
  };
}

const emitter: Emitter = {
  id: "sqlserver",
  summary: "T-SQL INSERT scripts for SQL Server 2000 to 2022 and Azure SQL",
  check: checkTables,
  emit: writeRebuildScripts,
};

export default emitter;
