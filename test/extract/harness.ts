/** Runs an extractor as the pipeline does and keeps everything it says. For the tests of all extractors. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import type { z } from "zod";
import type {
  Doubt,
  EvidenceFile,
  ExtractContext,
  Extractor,
  Locator,
  RecordDigest,
  TableMapping,
} from "../../src/extract/extractor.ts";
import { type Column, type SqlType, type Table, tableName } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";

interface ExtractedRow {
  readonly table: string;
  readonly file: string;
  readonly part?: string;
  readonly position: number;
  /** By target column name; columns that are not claimed are not there. */
  readonly cells: Readonly<Record<string, RawValue | null>>;
  /** The record as the source wrote it; bytes as 0x hex. */
  readonly raw: string;
  /** `Column: reason`. */
  readonly doubts?: readonly string[];
  /** Of cells that hold no value: `Column: reason`. */
  readonly unclaimed?: readonly string[];
}

interface QuarantinedRecord {
  readonly raw: string;
  readonly reason: string;
  readonly at: string;
}

export interface Extraction {
  readonly rows: ExtractedRow[];
  readonly batches: {
    readonly table: string;
    readonly rows: number;
    readonly operation: string;
    readonly dateOrder: string;
    /** By column name, where the source's dates show them. */
    readonly dateOrders?: Readonly<Record<string, string>>;
  }[];
  read: number;
  readonly skipped: Record<string, number>;
  readonly quarantined: QuarantinedRecord[];
  /** What records prove that name no row: `dbo.Orders 2026-03-12 10:00:00: …`. */
  evidence?: { readonly raw: string; readonly proof: string; readonly at: string }[];
  readonly leftovers: Record<string, readonly string[]>;
  readonly warnings: string[];
  /** The last that `progress` said. */
  progress: readonly [done: number, total: number];
}

export interface ExtractionInput {
  readonly files: readonly EvidenceFile[];
  readonly mappings: readonly TableMapping[];
  readonly signal?: AbortSignal;
  /** What of the context the test needs in another way. */
  readonly context?: Partial<ExtractContext>;
}

/** A file as the pipeline hands it over, named relative to `folder`. */
export function evidenceFile(file: string, folder: string): EvidenceFile {
  const content = readFileSync(file);
  return {
    path: file,
    name: path.relative(folder, file).split(path.sep).join("/"),
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  };
}

/** A table by its columns' types: `makeTable("dbo.Orders", { OrderID: "int", Note: { name: "nvarchar", length: 40 } })`. */
export function makeTable(
  id: string,
  columns: Readonly<Record<string, SqlType["name"] | SqlType | Partial<Column>>>,
): Table {
  const [schema = "", name = ""] = id.split(/\.(.*)/s);
  return {
    schema,
    name,
    id: tableName(schema, name),
    unique: [],
    foreignKeys: [],
    checks: [],
    attachments: [],
    columns: Object.entries(columns).map(([column, as], ordinal) => makeColumn(column, ordinal, as)),
  };
}

function makeColumn(name: string, ordinal: number, as: SqlType["name"] | SqlType | Partial<Column>): Column {
  const plain = { name, ordinal, nullable: true, type: { name: "int" } as SqlType, declaredType: "int" };
  if (typeof as === "string") return { ...plain, type: { name: as }, declaredType: as };
  if ("name" in as && !("type" in as)) return { ...plain, type: as as SqlType, declaredType: as.name };
  return { ...plain, ...as };
}

/** A mapping of a table under its own names, or as the recipe says. */
export function mapTable(table: Table, from?: string, columns: Readonly<Record<string, string>> = {}): TableMapping {
  return {
    table,
    cutAt: new Map<string, number>(),
    columns: new Map(Object.entries(columns)),
    ...(from === undefined ? {} : { from }),
  };
}

/** Runs `extract` on options as a recipe writes them, and holds it to the contract of `extractor.ts`. */
export async function collect<Schema extends z.ZodObject>(
  extractor: Extractor<Schema>,
  options: unknown,
  input: ExtractionInput,
): Promise<Extraction> {
  const result = emptyExtraction();
  const parsed = extractor.options.parse(options);
  for await (const batch of extractor.extract(parsed, contextOf(input, result))) {
    expect(batch.positions).toHaveLength(batch.rows.length);
    expect(batch.rows.length).toBeGreaterThan(0);
    const { table, file, part } = batch;
    const dateOrder = batch.conventions.dateOrder;
    const orders = Object.fromEntries([...(batch.dateOrders ?? [])].map(([column, order]) => [column.name, order]));
    result.batches.push({
      table: table.id,
      rows: batch.rows.length,
      operation: batch.operation,
      dateOrder,
      ...(batch.dateOrders === undefined ? {} : { dateOrders: orders }),
    });
    for (const [index, row] of batch.rows.entries()) {
      expect(row).toHaveLength(batch.columns.length);
      const cells = Object.fromEntries(batch.columns.map((column, at) => [column.name, row[at] ?? null]));
      const [doubts, unclaimed] = [reasonsOf(batch.doubts, index), reasonsOf(batch.unclaimed, index)];
      result.rows.push({
        table: table.id,
        file: file.name,
        position: batch.positions[index] ?? Number.NaN,
        cells,
        raw: rawText(batch.raw(index)),
        ...(part === undefined ? {} : { part }),
        ...(doubts.length === 0 ? {} : { doubts }),
        ...(unclaimed.length === 0 ? {} : { unclaimed }),
      });
    }
  }
  return result;
}

function reasonsOf(doubts: readonly Doubt[] | undefined, row: number): string[] {
  return (doubts ?? []).filter((doubt) => doubt.row === row).map(({ column, reason }) => `${column.name}: ${reason}`);
}

function emptyExtraction(): Extraction {
  return {
    rows: [],
    batches: [],
    read: 0,
    skipped: {},
    quarantined: [],
    leftovers: {},
    warnings: [],
    progress: [0, 0],
  };
}

/** What a source of files never asks its context for. */
export const filesOnly = {
  evidence: () => undefined,
  folder: "/nowhere",
  zone: "UTC",
  offline: false,
  log: () => undefined,
  partial: () => undefined,
  capture(): never {
    throw new Error("files are not captured");
  },
} as const;

/** Promise 1: `read = staged + skipped + quarantined`, each row one record. */
export function expectBalance(extraction: Extraction): void {
  const skipped = Object.values(extraction.skipped).reduce((sum, records) => sum + records, 0);
  const kept = extraction.quarantined.length + (extraction.evidence?.length ?? 0);
  expect(extraction.read).toBe(extraction.rows.length + skipped + kept);
}

function contextOf(input: ExtractionInput, result: Extraction): ExtractContext {
  return {
    ...filesOnly,
    files: input.files,
    mappings: input.mappings,
    signal: input.signal ?? new AbortController().signal,
    read: (records) => void (result.read += records),
    skip: (rule, records = 1) => void (result.skipped[rule] = (result.skipped[rule] ?? 0) + records),
    quarantine: (raw, reason, locator) =>
      void result.quarantined.push({ raw: rawText(raw), reason, at: placeOf(locator) }),
    evidence: (raw, { table, at, reason }, locator) => {
      const proof = `${[table?.id, at].filter((part) => part !== undefined).join(" ")}: ${reason}`;
      (result.evidence ??= []).push({ raw: rawText(raw), proof, at: placeOf(locator) });
    },
    leftover: (place, fields) => void (result.leftovers[place] = fields),
    warn: (message, locator) =>
      void result.warnings.push(locator === undefined ? message : `${placeOf(locator)}: ${message}`),
    progress: (done, total) => void (result.progress = [done, total]),
    ...input.context,
  };
}

function placeOf({ file, part, line, row, offset }: Locator): string {
  const parts = Object.entries({ part, line, row, offset }).filter(([, value]) => value !== undefined);
  return [file.name, ...parts.map(([name, value]) => `${name} ${value}`)].join(" ");
}

/** A digest in words; text as it is; bytes that are UTF-8 as text, others as 0x hex. */
export function rawText(raw: string | Uint8Array | RecordDigest): string {
  if (typeof raw === "object" && !(raw instanceof Uint8Array)) return `${raw.bytes} bytes, sha256 ${raw.sha256}`;
  if (typeof raw === "string") return raw;
  const bytes = Buffer.from(raw);
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : `0x${bytes.toString("hex")}`;
}
