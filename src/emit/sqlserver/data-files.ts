/** The numbered series of files with a table's rows: each its own transaction, each safe to run again (GOTCHAS 21, 25). */
import path from "node:path";
import { setImmediate as yieldToEvents } from "node:timers/promises";
import { Fault, UserError } from "../../errors.ts";
import type { EmitRequest, EmittedFile } from "../emitter.ts";
import { isBulk, writeBulkFiles } from "./bulk-files.ts";
import { opening } from "./data-file-opening.ts";
import type { FileStart } from "./data-file-opening.ts";
import { TableFacts } from "./digests.ts";
import { guardOf } from "./batches.ts";
import { tableIdentifier } from "./identifiers.ts";
import { enter } from "./log.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { identityColumn } from "./reseed.ts";
import { compileRows } from "./rows.ts";
import type { Row, RowForm } from "./rows.ts";
import { ScriptFile } from "./script-file.ts";
import type { VersionRules } from "./versions.ts";

/** More is error 10738 (GOTCHAS 1). */
const batchRows = 1000;
/** Characters, of two bytes each on the wire: far under the server's 65,536 packets of 4096 bytes (GOTCHAS 21). */
const batchLength = 128 * 1024;
const longestRow = 64 * 1024 * 1024;

export interface SeriesPlan {
  readonly request: EmitRequest;
  readonly rules: VersionRules;
  readonly planned: PlannedTable;
  /** File name without number and ending: `12-dbo.Orders`. */
  readonly stem: string;
  /** Called with each finished file. */
  readonly finished: (file: EmittedFile) => void;
}

class Series {
  readonly #plan: SeriesPlan;
  readonly #form: RowForm;
  #file: ScriptFile | undefined;
  #fileNumber = 0;
  #rowsInFile = 0;
  #rowsInBatch = 0;
  #lengthOfBatch = 0;
  #rows = 0;
  #name: string | undefined;

  readonly #facts: TableFacts;

  constructor(plan: SeriesPlan) {
    this.#plan = plan;
    this.#facts = new TableFacts(plan.planned.emit, plan.rules);
    this.#form = compileRows(plan.planned.emit, plan.rules, plan.request);
  }

  get facts(): TableFacts {
    return this.#facts;
  }

  get rows(): number {
    return this.#rows;
  }

  add(row: Row): void {
    const alone = this.#form.standsAlone(row);
    if (
      alone ||
      this.#rowsInBatch >= Math.min(batchRows, this.#plan.request.split.rows) ||
      this.#lengthOfBatch >= batchLength
    )
      this.#endBatch();
    const file = this.#file ?? this.#open();
    const text = this.#form.render(row, this.#rowsInBatch === 0);
    if (text.length > longestRow) this.#refuseRow(text.length);
    file.write(this.#rowsInBatch === 0 ? this.#form.opening : this.#form.joiner);
    file.write(text);
    this.#count(text.length);
    this.#facts.add(row);
    if (alone) this.#endBatch();
  }

  /** Ends the series; the last file is committed. */
  close(): void {
    this.#endBatch();
    this.#closeFile();
  }

  get #guard(): string {
    return guardOf(this.#plan.request);
  }

  discard(): void {
    this.#file?.discard();
  }

  #count(length: number): void {
    this.#rowsInBatch++;
    this.#rowsInFile++;
    this.#rows++;
    this.#lengthOfBatch += length;
  }

  #endBatch(): void {
    if (this.#file === undefined || this.#rowsInBatch === 0) return;
    this.#file.endBatch();
    this.#file.batch(this.#guard);
    this.#rowsInBatch = 0;
    this.#lengthOfBatch = 0;
    const { rows, bytes } = this.#plan.request.split;
    if (this.#rowsInFile >= rows || this.#file.bytes >= bytes) this.#closeFile();
  }

  #open(): ScriptFile {
    const { request, rules, stem, planned } = this.#plan;
    const number = String(++this.#fileNumber).padStart(3, "0");
    const name = `${stem}.${number}.sql${request.gzip ? ".gz" : ""}`;
    const file = new ScriptFile(path.join(request.folder, name), rules, { gzip: request.gzip });
    const start: FileStart = { number: this.#fileNumber, name, before: this.#name };
    this.#file = file;
    this.#name = name;
    for (const batch of opening(request, rules, planned, start)) file.batch(batch);
    return file;
  }

  #closeFile(): void {
    if (this.#file === undefined) return;
    const { request, planned } = this.#plan;
    const { emit } = planned;
    if (identityColumn(emit) !== undefined) {
      this.#file.batch(`SET IDENTITY_INSERT ${tableIdentifier(emit.table)} OFF`);
      this.#file.batch(this.#guard);
    }
    this.#file.batch(enter(request, this.#name ?? "", this.#rowsInFile));
    this.#file.batch(this.#guard);
    if (request.transaction === "file") this.#file.batch("COMMIT TRANSACTION");
    const written = this.#file.commit();
    this.#file = undefined;
    this.#plan.finished({ ...written, purpose: "data", table: emit.table.id, rows: this.#rowsInFile });
    this.#rowsInFile = 0;
  }

  #refuseRow(length: number): never {
    throw new UserError({
      what: `a row takes ${length} characters of script, more than a server reads in one batch`,
      where: { table: this.#plan.planned.emit.table.id },
      remedy: "Withhold the row, and load its large value with a program",
    });
  }
}

/** Writes all rows of a table, and gives what the verification asks of them. On failure no unfinished file remains. */
export async function writeDataFiles(plan: SeriesPlan, progress: (rows: number) => void): Promise<TableFacts> {
  const bulk = isBulk(plan.planned.emit, plan.request) ? await writeBulkFiles(plan, progress) : undefined;
  if (bulk !== undefined) return bulk;
  const series = new Series(plan);
  const { emit } = plan.planned;
  try {
    for (const batch of emit.rows()) {
      for (const row of batch) series.add(row);
      progress(batch.length);
      await yieldToEvents();
      plan.request.signal.throwIfAborted();
    }
    if (series.rows !== emit.rowCount)
      throw new Fault(`${emit.table.id}: ${emit.rowCount} rows announced, ${series.rows} given`);
    series.close();
    return series.facts;
  } catch (error) {
    series.discard();
    throw error;
  }
}
