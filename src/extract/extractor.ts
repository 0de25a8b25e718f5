/** What an extractor is. It reads one kind of source and yields observations; it never sees the store. */
import type { z } from "zod";
import type { Column, DatabaseSchema, Table } from "../schema/model.ts";
import type { Conventions, DateOrder, RawValue } from "../values/codec.ts";
import type { Capturing } from "./capture/capturing.ts";
import type { CaptureFolder } from "./capture/folder.ts";

/** Where a member of a zip archive lies, and what the archive says of it. */
export interface ArchiveMember {
  /** Its path in the archive, with forward slashes. */
  readonly name: string;
  /** Where its content, as it lies, begins in the archive. */
  readonly start: number;
  /** How it is compressed (APPNOTE 4.4.5). */
  readonly method: number;
  /** Of its content; undefined where the archive does not say it. */
  readonly size: number | undefined;
  readonly crc32: number | undefined;
  /** Why not all of it is there. */
  readonly cut: string | undefined;
}

/** One input file of a source, or a member of an archive that is one; `evidence.json` lists them. */
export interface EvidenceFile {
  /** Absolute, for opening; a member's archive. */
  readonly path: string;
  /** Relative to the recipe's folder with forward slashes: what people and outputs see. A member: `nightly.zip/orders.csv`. */
  readonly name: string;
  /** As it lies, compressed. */
  readonly bytes: number;
  /** Of the file; a member's archive. */
  readonly sha256: string;
  readonly member?: ArchiveMember;
  /**
   * Milliseconds since 1970 (UTC). A member has it only where its archive says a moment: DOS times are of an unknown zone. A copy has another:
   * nothing depends on it unless the recipe asks.
   */
  readonly modified?: number;
  /** With the first member of an archive: what cannot be read of the archive, one sentence each. */
  readonly archiveLosses?: readonly string[];
  /** When its data last equalled production, where each file of the source says so by itself. */
  readonly asOf?: number;
}

/** From the source's clock to the target's (IANA). */
export interface ClockShift {
  readonly from: string;
  readonly to: string;
}

/** Where the target table's cells are found in the source: the recipe's `tables:` entry, resolved. */
export interface TableMapping {
  readonly table: Table;
  /** The source's own name for it (a table, a file pattern), where the recipe gives one. */
  readonly from?: string;
  /** A SELECT whose rows it is filled from, in place of a table; only where the extractor {@link Extractor.readsSql}. */
  readonly query?: string;
  /** Which rows of the table are read, in the source's own SQL; only where the extractor {@link Extractor.readsSql}. */
  readonly where?: string;
  /** Source column name by target column name, as far as the recipe gives them. */
  readonly columns: ReadonlyMap<string, string>;
  /** By target column: the zones between whose clocks its dates with times are moved. */
  readonly shifts?: ReadonlyMap<string, ClockShift>;
  /** By target column: the width in characters at which the source cut its values. */
  readonly cutAt: ReadonlyMap<string, number>;
}

/** Where a record stands: line, or row id; and the byte or character offset where it is known. */
export interface Locator {
  readonly file: EvidenceFile;
  /** 1-based line where the record begins. */
  readonly line?: number;
  /** 0-based byte offset in the decompressed file. */
  readonly offset?: number;
  /** Row id, or 1-based position, in a table of a database file. */
  readonly row?: number;
  /** The part of the file: a table's name in a database file, a member of an archive. */
  readonly part?: string;
}

/** One table as a source holds it, before anything is mapped: what `salvage check` profiles. */
export interface SurveyedTable {
  readonly file: EvidenceFile;
  /** A sheet, a table's name, a way to the rows inside the file. */
  readonly part?: string;
  /** How it is written: encoding, delimiter, compression… `evidence`: how that was told, where it was not declared. */
  readonly facts: readonly { readonly name: string; readonly value: string; readonly evidence?: string }[];
  /** Names of the fields in their order; "" where there is none. */
  readonly fields: readonly string[];
  /** Their types, where the format declares them: one a field. */
  readonly types?: readonly string[];
  /** The records that can be read, in batches, in their order; a cell as {@link ObservationBatch.rows} would have it. */
  readonly rows: AsyncIterable<readonly (readonly (RawValue | null)[])[]>;
  /** What is wrong with it, known once `rows` are read: `12 records of another width, the first on line 40`. */
  damage(): readonly string[];
}

/** What a log speaks of: a table that is changed, a kind of request, lines of one shape. */
export interface LogSubject {
  readonly of: "table" | "request" | "line";
  readonly name: string;
  readonly records: number;
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
}

/** What a log is, before anything is mapped: what `salvage check` shows. Of a statement only the verb and the table are looked at. */
export interface SurveyedLog {
  /** `PostgreSQL's server log`. */
  readonly format: string;
  readonly records: number;
  /** The first and the last time of its records, as it writes them. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** Most records first; at most 20. */
  readonly subjects: readonly LogSubject[];
  readonly otherSubjects: number;
  /** What is wrong with it, sentences without their full stop. */
  readonly damage: readonly string[];
  /** Was all of it looked at? */
  readonly isWhole: boolean;
  /** What a recipe has to say of it, as far as the log shows. */
  readonly suggested: Readonly<Record<string, unknown>>;
}

export interface LogSurveyContext extends CheckContext {
  /** So many characters are looked at. */
  readonly characters: number;
}

/** What is known of a record that is too long to be held. */
export interface RecordDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/** `proof`: the row was there at the time that the observation says; nothing is said of what it held but its key. */
export type Operation = "snapshot" | "insert" | "update" | "delete" | "proof";

/** A cell that was changed by then to a value that the source does not say. */
export interface Touch {
  /** Index into `rows`. */
  readonly row: number;
  readonly column: Column;
  /** What changed it: `Balance = Balance - 5`. */
  readonly by: string;
}

/** A cell that was read but may not be whole. */
export interface Doubt {
  /** Index into `rows`. */
  readonly row: number;
  readonly column: Column;
  readonly reason: string;
}

/** Up to about a thousand observations of one table, one column list, one file. */
export interface ObservationBatch {
  readonly table: Table;
  /** What each cell of a row is, in order. Columns left out are not claimed. */
  readonly columns: readonly Column[];
  readonly operation: Operation;
  readonly conventions: Conventions;
  /** The order of day, month and year by column, where it is another than that of `conventions`. */
  readonly dateOrders?: ReadonlyMap<Column, DateOrder | "unknown">;
  readonly file: EvidenceFile;
  readonly part?: string;
  /** What `positions` count. */
  readonly positionsAre: "line" | "row";
  readonly rows: readonly (readonly (RawValue | null)[])[];
  /** One a row: its line, or its row id. */
  readonly positions: readonly number[];
  /** The record as the source wrote it, for quarantine. Called at once or never. */
  raw(row: number): string | Uint8Array;
  readonly doubts?: readonly Doubt[];
  /**
   * Cells that hold no value, as the source itself shows (a spreadsheet's `#N/A`): kept as raw text and reported, never a claim. The reason
   * ends a sentence that begins with the cell.
   */
  readonly unclaimed?: readonly Doubt[];
  readonly touches?: readonly Touch[];
  /** Its rows go with records that other batches count: what a row held before the change that a record tells of. */
  readonly accompanies?: boolean;
}

/** `loss`: records that were there are missing from what was read, such as the rest of a file that is cut short. */
export type WarningWeight = "note" | "loss";

/** What a record proves that names no row. */
export interface Proof {
  /** Undefined: of no table of the target, or of nobody knows which. */
  readonly table?: Table | undefined;
  /** When, as the source writes it. */
  readonly at?: string | undefined;
  /** `rows were changed: the WHERE is not a key`. */
  readonly reason: string;
}

/** The services an extractor gets. Every record that it reads ends in a batch, `skip`, `evidence` or `quarantine`. */
export interface ExtractContext {
  readonly files: readonly EvidenceFile[];
  /** The recipe's, absolute: paths among the options are relative to it. */
  readonly folder: string;
  /** The lost tables that this source may fill: all of the target, or those that the recipe's `tables:` names. */
  readonly mappings: readonly TableMapping[];
  readonly signal: AbortSignal;
  /** Counts records as they are found in the source, before anything is decided about them. */
  read(records: number): void;
  /** Counts records that a rule of the format or the recipe passes over; the rule is shown with its count. */
  skip(rule: string, records?: number): void;
  /**
   * A record that proves something and gives no value: rows were changed that nobody can name, a row was there. Where the row has a key, a
   * batch of the operation `proof` says more; its rows are counted as evidence, too.
   */
  evidence(raw: string | Uint8Array, proof: Proof, locator: Locator): void;
  /** A record that cannot be staged; `raw` is kept (up to 1 MiB, else its length and hash). */
  quarantine(raw: string | Uint8Array | RecordDigest, reason: string, locator: Locator): void;
  /** Fields of the source that feed no target column: told to people once a place. */
  leftover(place: string, fields: readonly string[]): void;
  /** Something people should know of this source: a last line without newline, an encoding that was detected. */
  warn(message: string, locator?: Locator, weight?: WarningWeight): void;
  /** What the source tells of itself while it is read, such as what a program prints to stderr: a line of `run.log`, and nothing more. */
  log(line: string): void;
  /** The table is not all that was there, or not of one moment: what it lacks proves nothing. `why` is shown to people. */
  partial(table: Table, why: string): void;
  /** The zone (IANA) on whose clock moments are read that the source gives with an offset. */
  readonly zone: string;
  /** Nothing is asked: what is captured already has to do. */
  readonly offline: boolean;
  /** Where what is read is captured, as its list is now; only for an extractor that {@link Extractor.captures}. */
  capture(): CaptureFolder;
  /** The capture that goes on elsewhere, through {@link Extractor.capture}, and has to be followed; undefined: the extractor captures on the way. */
  readonly capturing?: Capturing | undefined;
  /** `done` of `total` units (bytes of the input files, compressed as they lie) are through. */
  progress(done: number, total: number): void;
}

export interface Extractor<Schema extends z.ZodObject = z.ZodObject> {
  readonly id: string;
  /** Of an extractor from outside of the project, a hash of its module: another revision reads anew. */
  readonly revision?: string;
  /** One sentence. */
  readonly summary: string;
  /** A strict object; every field described. */
  readonly options: Schema;
  /** YAML of a source that uses it. */
  readonly example: string;
  /** It reads what is not there tomorrow: a server, a program. What it reads is written down on the way, and read again from there. */
  readonly captures?: boolean;
  /** Captures all that is not captured yet, while `extract` follows in another thread. */
  capture?(options: z.infer<Schema>, context: CaptureContext): Promise<void>;
  /** Where the options of one that {@link Extractor.captures} point: what was captured of another place is not taken for it. */
  locate?(options: z.infer<Schema>): string;
  /** Every record has a time of its own, as logs have: the tables it fills have the column `rowTime` for it. */
  readonly timesRows?: boolean;
  /** Do the recipe's `query` and `where` mean something to it? */
  readonly readsSql?: boolean;
  /** File patterns (a path, or one with `*` and `?`), relative to the recipe: hashed before and after reading. */
  inputs(options: z.infer<Schema>): readonly string[];
  /** Its files may lie in zip archives: patterns of the members that are read. An extractor without it is handed archives as they are. */
  members?(options: z.infer<Schema>): readonly string[] | "all";
  /** Probes without reading the records: can it be opened, are the mapped columns there? Throws UserError. */
  check?(options: z.infer<Schema>, context: CheckContext): Promise<void>;
  /** The tables as they lie in the files, for a profile; their `rows` are read one table after the other, or not at all. */
  survey?(options: z.infer<Schema>, context: CheckContext): AsyncIterable<SurveyedTable>;
  /** What a log is, for a profile. What only reading needs may be missing from the options. */
  surveyLog?(
    file: EvidenceFile,
    options: Readonly<Record<string, unknown>>,
    context: LogSurveyContext,
  ): Promise<SurveyedLog>;
  /** The catalog as the model of lost tables, for a recipe whose `target.schema` names the source. */
  schema?(options: z.infer<Schema>, context: Pick<CheckContext, "files" | "signal">): Promise<DatabaseSchema>;
  extract(options: z.infer<Schema>, context: ExtractContext): AsyncIterable<ObservationBatch>;
}

/** What capturing alone needs. */
export interface CaptureContext extends Pick<ExtractContext, "mappings" | "signal" | "progress" | "capture"> {
  /** The list of what is captured has changed. */
  changed(): void;
}

export type CheckContext = Pick<ExtractContext, "files" | "folder" | "mappings" | "signal">;

/** Types an extractor's object literal; it adds nothing at run time. */
export function defineExtractor<Schema extends z.ZodObject>(extractor: Extractor<Schema>): Extractor<Schema> {
  return extractor;
}
