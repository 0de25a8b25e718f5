/** One parquet file, from its row groups to batches of observations: every row is accounted for. */
import { defaultConventions, type RawValue } from "../../values/codec.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { type ColumnPlan, planColumns } from "../records/columns.ts";
import { type RowReader, plannedReader } from "./cells.ts";
import { GroupReader, type GroupRows, type LostRows } from "./group.ts";
import { describeGroup } from "./lost.ts";
import type { GroupPlace, ParquetSource } from "./source.ts";
import { type Cell, InvalidText } from "./stored.ts";

type FileContext = Pick<
  ExtractContext,
  "read" | "skip" | "quarantine" | "leftover" | "warn" | "partial" | "signal" | "zone"
>;

/** Between 500 and 1000 rows cost least to pass on. */
const rowsABatch = 1000;

/** A row that was read. */
interface ReadRow {
  /** 1-based, in the file. */
  readonly position: number;
  readonly cells: readonly (Cell | null)[];
  readonly stored: readonly unknown[];
}

export class FileExtraction {
  readonly #file: EvidenceFile;
  readonly #mapping: TableMapping;
  readonly #source: ParquetSource;
  readonly #context: FileContext;
  readonly #plan: ColumnPlan;
  readonly #reader: RowReader;
  #lost = 0;

  /** Throws UserError as planning the columns does. */
  constructor(file: EvidenceFile, mapping: TableMapping, source: ParquetSource, context: FileContext) {
    this.#file = file;
    this.#mapping = mapping;
    this.#source = source;
    this.#context = context;
    const names = source.fields.map(({ name }) => name);
    this.#plan = planColumns(names, mapping, { file: file.name });
    this.#reader = plannedReader(source.fields, this.#plan, context.zone);
  }

  /** `reached`: the share of the rows that is through. */
  async *read(reached: (share: number) => void): AsyncGenerator<ObservationBatch> {
    const { groups } = this.#source;
    if (this.#plan.leftover.length > 0) this.#context.leftover(this.#file.name, this.#plan.leftover);
    for (const place of groups) {
      yield* this.#group(place);
      reached(place.number / groups.length);
    }
    if (groups.every(({ rows }) => rows === 0)) this.#context.warn("the file holds no rows", { file: this.#file });
    for (const [name, values] of this.#reader.rounded)
      this.#context.warn(`${name}: nanoseconds of ${values} values are rounded to 100 ns, as the server has them`, {
        file: this.#file,
      });
    if (this.#lost > 0) this.#tellLost();
  }

  async *#group(place: GroupPlace): AsyncGenerator<ObservationBatch> {
    const reader = new GroupReader(this.#source, place, this.#reader, this.#context.signal);
    let lost: LostRows | undefined;
    for await (const piece of reader.read()) {
      if (piece.kind === "rows") yield* this.#batches(place, piece);
      else lost = await this.#join(place, lost, piece);
    }
    await this.#setAside(place, lost);
  }

  /** What is lost side by side for one reason is told once. */
  async #join(place: GroupPlace, before: LostRows | undefined, lost: LostRows): Promise<LostRows> {
    if (before?.to === lost.from && before.reason === lost.reason) return { ...lost, from: before.from };
    await this.#setAside(place, before);
    return lost;
  }

  *#batches(place: GroupPlace, { from, rows }: GroupRows): Generator<ObservationBatch> {
    for (let at = 0; at < rows.length; at += rowsABatch) {
      this.#context.signal.throwIfAborted();
      const stored = rows.slice(at, at + rowsABatch);
      this.#context.read(stored.length);
      const read = stored.flatMap((row, index) => this.#row(place, row, place.firstRow + from + at + index + 1));
      if (read.length > 0) yield this.#batch(place, read);
    }
  }

  /** A row with a value that is none, or text that is none, is set aside. */
  #row(place: GroupPlace, stored: readonly unknown[], position: number): ReadRow[] {
    const locator = { file: this.#file, part: partOf(place), row: position };
    const cells = this.#reader.cells(stored);
    if (typeof cells === "string") {
      this.#context.quarantine(JSON.stringify({ row: position }), cells, locator);
      return [];
    }
    const bad = cells.findIndex((cell) => cell instanceof InvalidText);
    if (bad < 0) return [{ position, cells, stored }];
    const reason = `${this.#reader.nameOf(bad)} holds text that is not valid UTF-8`;
    this.#context.quarantine(this.#reader.json(stored), reason, locator);
    return [];
  }

  /** One record in quarantine stands for all rows that went together. */
  async #setAside(place: GroupPlace, lost: LostRows | undefined): Promise<void> {
    if (lost === undefined) return;
    const rows = lost.to - lost.from;
    const at = { file: this.#file, part: partOf(place), row: place.firstRow + lost.from + 1 };
    this.#lost += rows;
    this.#context.read(1);
    const raw = await describeGroup(this.#source, place, lost, this.#context.signal);
    this.#context.quarantine(raw, `${countOf(rows)} cannot be read: ${lost.reason}`, at);
  }

  #tellLost(): void {
    const all = this.#source.groups.reduce((sum, { rows }) => sum + rows, 0);
    const message = `the file is damaged: ${this.#lost} of its ${countOf(all)} cannot be read`;
    this.#context.warn(message, { file: this.#file }, "loss");
    this.#context.partial(this.#mapping.table, `${this.#file.name} is damaged`);
  }

  #batch(place: GroupPlace, rows: readonly ReadRow[]): ObservationBatch {
    return {
      table: this.#mapping.table,
      columns: this.#plan.columns,
      operation: "snapshot",
      conventions: defaultConventions,
      file: this.#file,
      part: partOf(place),
      positionsAre: "row",
      rows: rows.map(({ cells }) => cells as readonly (RawValue | null)[]),
      positions: rows.map(({ position }) => position),
      raw: (row) => this.#reader.json(rows[row]?.stored ?? []),
    };
  }
}

function partOf({ number }: GroupPlace): string {
  return `row group ${number}`;
}

function countOf(rows: number): string {
  return rows === 1 ? "1 row" : `${rows} rows`;
}
