/** Runs an extractor of a change log and keeps each change with its operation, as golden files show them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { parse as parseYaml } from "yaml";
import type { z } from "zod";
import type { Extractor, ObservationBatch } from "../../src/extract/extractor.ts";
import { findColumn, type SqlType, type Table, withRowTime } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { collect, evidenceFile, type Extraction, type ExtractionInput, makeTable, mapTable } from "./harness.ts";

interface Change {
  readonly table: string;
  readonly operation: string;
  /** Is it what the row held before? */
  readonly isBefore: boolean;
  readonly position: number;
  readonly cells: Readonly<Record<string, RawValue | null>>;
}

export interface Changes extends Omit<Extraction, "rows" | "batches" | "progress"> {
  readonly changes: readonly Change[];
}

/** Holds the extractor to `read = staged + evidence + skipped + quarantined`; old values go with their changes. */
export async function collectChanges<Schema extends z.ZodObject>(
  extractor: Extractor<Schema>,
  options: unknown,
  input: ExtractionInput,
): Promise<Changes> {
  const batches: ObservationBatch[] = [];
  const watched: Extractor<Schema> = {
    ...extractor,
    async *extract(...asked) {
      for await (const batch of extractor.extract(...asked)) {
        batches.push(batch);
        yield batch;
      }
    },
  };
  const { rows, batches: _, progress: __, ...told } = await collect(watched, options, input);
  const changes = batches.flatMap((batch) => changesOf(batch));
  const skipped = Object.values(told.skipped).reduce((sum, records) => sum + records, 0);
  const staged = changes.filter(({ isBefore }) => !isBefore).length;
  expect(told.read).toBe(staged + skipped + told.quarantined.length + (told.evidence?.length ?? 0));
  expect(rows).toHaveLength(changes.length);
  return { ...told, changes };
}

function changesOf(batch: ObservationBatch): Change[] {
  return batch.rows.map((row, index) => ({
    table: batch.table.id,
    operation: batch.operation,
    isBefore: batch.accompanies === true,
    position: batch.positions[index] ?? Number.NaN,
    cells: Object.fromEntries(batch.columns.map(({ name }, at) => [name, row[at] ?? null])),
  }));
}

/** A table as a log's extractor is asked for it; its key is its first column. */
export function timedTable(id: string, columns: Readonly<Record<string, SqlType["name"] | SqlType>>): Table {
  const table = makeTable(id, columns);
  const [key = ""] = Object.keys(columns);
  return withRowTime({ ...table, primaryKey: { name: "PK", columns: [findColumn(table, key)?.name ?? ""] } });
}

interface Case {
  readonly options: Readonly<Record<string, unknown>>;
  readonly zone?: string;
  readonly tables: Readonly<Record<string, Readonly<Record<string, SqlType["name"] | SqlType>>>>;
  readonly mappings?: Readonly<Record<string, { from?: string; columns?: Readonly<Record<string, string>> }>>;
}

/** A folder of inputs with an options.yaml. */
export async function collectCase<Schema extends z.ZodObject>(
  extractor: Extractor<Schema>,
  folder: string,
): Promise<Changes> {
  const text = readFileSync(path.join(folder, "options.yaml"), "utf8");
  const { options, zone = "UTC", tables, mappings = {} } = parseYaml(text) as Case;
  const inputs = readdirSync(folder).filter((file) => file !== "options.yaml");
  return collectChanges(extractor, options, {
    files: inputs.toSorted().map((file) => evidenceFile(path.join(folder, file), folder)),
    mappings: Object.entries(tables).map(([id, columns]) =>
      mapTable(timedTable(id, columns), mappings[id]?.from, mappings[id]?.columns),
    ),
    context: { zone, folder },
  });
}

/** A change a line, and all that was said beside. */
export function goldenText({ changes, ...told }: Changes): string {
  const lines = changes.map(({ table, operation, isBefore, position, cells }) =>
    print([position, table, isBefore ? "before" : operation, cells]),
  );
  return `${lines.join("\n")}\n${print(told, 1)}\n`;
}

function print(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, inner: unknown) => plain(inner), indent);
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  const isBytes = typeof value === "object" && value !== null && "type" in value && value.type === "Buffer";
  return isBytes && "data" in value ? `0x${Buffer.from(value.data as number[]).toString("hex")}` : value;
}
