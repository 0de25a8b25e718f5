/** The numbered files with a table's rows: each a transaction that finds out whether it was run before. */
import path from "node:path";
import { setImmediate as yieldToEvents } from "node:timers/promises";
import { Fault, UserError } from "../../errors.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import { planKey } from "../../values/key.ts";
import { reviewLines } from "../common/review-lines.ts";
import type { EmittedFile, EmitTable } from "../emitter.ts";
import type { ColumnForm } from "./dialect.ts";
import { relation } from "./schema.ts";
import type { TableContext } from "./schema.ts";
import { keyColumns } from "./tables.ts";
import { TextFile } from "./text-file.ts";

type Row = readonly CanonicalValue[];

const batchRows = 500;
/** Characters of one INSERT: far below what a server takes by default (MariaDB: 16 MB). */
const batchLength = 128 * 1024;

export class Series {
  readonly #emit: EmitTable;
  readonly #context: TableContext;
  readonly #stem: string;
  readonly #forms: readonly ColumnForm[];
  readonly #keys: readonly number[];
  #file: TextFile | undefined;
  #files = 0;
  #inFile = 0;
  #inBatch = 0;
  #length = 0;
  #rows = 0;

  constructor(emit: EmitTable, context: TableContext, stem: string) {
    this.#emit = emit;
    this.#context = context;
    this.#stem = stem;
    this.#forms = emit.columns.map((column) => context.dialect.form(column));
    this.#keys = (keyColumns(emit.table) ?? []).map((column) => emit.columns.indexOf(column));
  }

  /** Every finished file; no unfinished one remains after a failure. */
  async *files(progress: (rows: number) => void): AsyncGenerator<EmittedFile> {
    try {
      for (const rows of this.#emit.rows()) {
        for (const row of rows) {
          if (this.#isFull()) yield this.#finish();
          this.#add(row);
        }
        progress(rows.length);
        await yieldToEvents();
        this.#context.request.signal.throwIfAborted();
      }
      if (this.#rows !== this.#emit.rowCount)
        throw new Fault(`${this.#emit.table.id}: ${this.#emit.rowCount} rows announced, ${this.#rows} given`);
      if (this.#file !== undefined) yield this.#finish();
    } catch (error) {
      this.#file?.discard();
      throw error;
    }
  }

  #isFull(): boolean {
    const { rows, bytes } = this.#context.request.split;
    return this.#file !== undefined && (this.#inFile >= rows || this.#file.bytes >= bytes);
  }

  #add(row: Row): void {
    const values = `(${this.#literals(row).join(", ")})`;
    const file = this.#file ?? this.#open(row);
    if (this.#inBatch >= batchRows || this.#length >= batchLength) this.#endBatch();
    file.write(this.#inBatch === 0 ? `${this.#insert()}\n${values}` : `,\n${values}`);
    this.#inBatch++;
    this.#inFile++;
    this.#rows++;
    this.#length += values.length;
  }

  #literals(row: Row): string[] {
    return this.#forms.map((form, index) => {
      const value = row[index] ?? null;
      try {
        return value === null ? "NULL" : form.encode(value);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const { name } = this.#emit.columns[index] as EmitTable["columns"][number];
        const where = { table: this.#emit.table.id, key: `${this.#keyText(row)}, column ${name}` };
        throw new UserError({ what: error.what, remedy: error.remedy, where, cause: error });
      }
    });
  }

  #keyText(row: Row): string {
    const key = planKey(this.#emit.table);
    return key.format(
      key.columns.map((column) => row[this.#emit.columns.findIndex(({ ordinal }) => ordinal === column.ordinal)]),
    );
  }

  #insert(): string {
    const { dialect } = this.#context;
    const names = this.#emit.columns.map((column) => dialect.quote(column.name));
    return `INSERT INTO ${relation(this.#emit.table, this.#context)} (${names.join(", ")}) VALUES`;
  }

  #endBatch(): void {
    if (this.#file === undefined || this.#inBatch === 0) return;
    const { dialect, request } = this.#context;
    const keys = (keyColumns(this.#emit.table) ?? []).map((column) => dialect.quote(column.name));
    const skip = request.ifExists === "skip" && keys.length > 0 ? `\n${dialect.skipDuplicates(keys)}` : "";
    this.#file.write(`${skip};\n`);
    this.#inBatch = 0;
    this.#length = 0;
  }

  #open(first: Row): TextFile {
    const { dialect, request } = this.#context;
    const number = ++this.#files;
    const head = [
      `tablesalvage: rows of ${this.#emit.table.id}, file ${number}, incident ${request.incident}, for ${dialect.name}.`,
      ...(number === 1 ? reviewLines(this.#emit) : []),
    ];
    const name = `${this.#stem}.${String(number).padStart(3, "0")}.sql${request.gzip ? ".gz" : ""}`;
    const file = new TextFile(path.join(request.folder, name), head, { gzip: request.gzip });
    this.#file = file;
    for (const setting of dialect.settings) file.statement(setting);
    for (const check of this.#checks(first, number)) file.statement(check);
    if (request.transaction === "file") file.statement(dialect.begin);
    return file;
  }

  /** Rows of this file, or of a load that was begun before, are told before anything is written. */
  #checks(first: Row, number: number): string[] {
    const { dialect, request } = this.#context;
    if (request.ifExists === "skip" && this.#keys.length > 0) return [];
    const table = relation(this.#emit.table, this.#context);
    const message = `tablesalvage: rows of this file are already in ${this.#emit.table.id.slice(0, 80)}`;
    return dialect.refuse(`SELECT 1 FROM ${table}${this.#wasLoaded(first, number, table)}`, message);
  }

  /** Without a key only their number tells. */
  #wasLoaded(first: Row, number: number, table: string): string {
    if (number === 1) return "";
    if (this.#keys.length === 0) return ` WHERE (SELECT count(*) FROM ${table}) > ${this.#rows}`;
    const { dialect } = this.#context;
    const parts = this.#keys.map((index) => {
      const name = dialect.quote((this.#emit.columns[index] as EmitTable["columns"][number]).name);
      return `${name} = ${(this.#forms[index] as ColumnForm).encode(first[index] as Exclude<CanonicalValue, null>)}`;
    });
    return ` WHERE ${parts.join(" AND ")}`;
  }

  #finish(): EmittedFile {
    this.#endBatch();
    const file = this.#file as TextFile;
    if (this.#context.request.transaction === "file") file.statement(this.#context.dialect.commit);
    const rows = this.#inFile;
    const written = file.commit();
    this.#file = undefined;
    this.#inFile = 0;
    return { ...written, purpose: "data", table: this.#emit.table.id, rows };
  }
}
