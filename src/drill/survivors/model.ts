/** What survives of the truth in a drill: copies of rows as of some moment, or the changes of some days, damaged as the plan says. */
import type { Column, Table } from "../../schema/model.ts";
import type { RowKey } from "../../values/key.ts";
import type { Cells } from "../truth/model.ts";

/** A row as a survivor holds it. */
export interface CopiedRow {
  /** Its key in the truth, whatever the survivor makes of it. */
  readonly key: RowKey;
  /** As the columns of its table's copy. */
  readonly cells: Cells;
}

export interface CopiedTable {
  readonly table: Table;
  /** Those that the survivor has, in the table's order. */
  readonly columns: readonly Column[];
  readonly rows: readonly CopiedRow[];
}

/** A change as a log tells it. */
export interface LoggedChange {
  readonly table: Table;
  readonly key: RowKey;
  /** On the clock of whoever wrote the log: milliseconds since 1970, UTC. */
  readonly at: number;
  readonly kind: "insert" | "update" | "delete";
  /** As `storedColumns(table)`; undefined for a delete. */
  readonly after: Cells | undefined;
  /** Undefined for an insert. */
  readonly before: Cells | undefined;
}

/** What is to be written, before it is written. */
export interface Copy {
  readonly kind: "rows";
  readonly tables: readonly CopiedTable[];
}

export interface Log {
  readonly kind: "changes";
  /** Oldest first. */
  readonly changes: readonly LoggedChange[];
  /** What the disaster itself left in it, as T-SQL statements, behind all changes. */
  readonly strikes: readonly { readonly at: number; readonly sql: string }[];
}

/** How the plan wants a file written. */
export interface WriteOptions {
  /** As iconv-lite names it; what it cannot hold becomes `?`. */
  readonly encoding: string;
  /** The IANA zone of a log's clock. */
  readonly timezone: string;
  /** The text passed through a spreadsheet before it was saved. */
  readonly excel: boolean;
  /** URL of the server that a dump program reads from; undefined: the program's usual port of this machine. */
  readonly server?: string | undefined;
}

/** A record in a file that was written: which row it tells of, and where it ends. */
export interface WrittenRecord {
  readonly table: Table;
  readonly key: RowKey;
  /** Offset of its first byte. */
  readonly from: number;
  /** Offset behind its last byte, line end included. */
  readonly to: number;
}

/** A file of a survivor, in memory. */
export interface EvidenceFile {
  /** Within the survivor's folder. */
  readonly name: string;
  readonly bytes: Buffer;
  /** In the order of the file; empty where records have no place of their own (databases, workbooks). */
  readonly records: readonly WrittenRecord[];
}

/** How survivors of one kind are written, and how a recipe has them read. */
export interface Format<Content extends Copy | Log = Copy | Log> {
  readonly id: string;
  /** What it can write. */
  readonly content: Content["kind"];
  /** Cells as a reader will find them: what the format itself makes of a value (a code page, a spreadsheet). */
  asWritten?(value: Cells[number], column: Column, options: WriteOptions): Cells[number];
  write(content: Content, options: WriteOptions): Promise<readonly EvidenceFile[]>;
  /** The extractor with its options; `folder`: the survivor's, as the recipe writes it. `tables`: what each is called there. */
  source(
    folder: string,
    content: Content,
    options: WriteOptions,
  ): { readonly extractor: string; readonly [option: string]: unknown };
}
