/** Runs an extractor on an input as the pipeline does, and holds it to what must be true of any input. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../../src/errors.ts";
import { expandArchives } from "../../src/extract/containers/archives.ts";
import type { EvidenceFile, Extractor, ObservationBatch } from "../../src/extract/extractor.ts";
import { extractSource } from "../../src/extract/run.ts";
import type { ObservationSink } from "../../src/extract/sink.ts";
import { evidenceFile } from "../extract/harness.ts";
import type { FuzzFormat } from "./format.ts";
import type { FuzzInput } from "./inputs.ts";

/** Something that must not be. */
export class Violation extends Error {}

export interface Outcome {
  /** The extractor refused the source with a UserError. */
  readonly refused: boolean;
  readonly read: number;
  readonly staged: number;
  readonly quarantined: number;
}

/** Beside the records, an extractor may say a little of its own. */
const rawSlack = 4096;

/** Throws Violation. The files are written to `folder`. */
export async function checkInput(format: FuzzFormat, input: FuzzInput, folder: string): Promise<Outcome> {
  const raw = { bytes: 0 };
  const options = format.extractor.options.parse(input.options);
  try {
    const files = await filesOf(format, input, folder);
    const { read, staged, quarantined } = await extractSource({
      source: "fuzz",
      extractor: watched(format.extractor, raw),
      options,
      files,
      folder,
      mappings: input.mappings,
      sink: sinkCounting(raw),
      zone: "UTC",
      capturePlace: { folder, shown: "captured" },
      offline: true,
      signal: new AbortController().signal,
      progress: () => undefined,
      log: () => undefined,
    });
    expectRaw(format, input, raw.bytes);
    return { refused: false, read, staged, quarantined };
  } catch (error) {
    if (error instanceof UserError) return { refused: true, read: 0, staged: 0, quarantined: 0 };
    throw error instanceof Violation ? error : new Violation(String(error), { cause: error });
  }
}

/** Archives are put into their members, as for a recipe. */
async function filesOf({ extractor }: FuzzFormat, input: FuzzInput, folder: string): Promise<EvidenceFile[]> {
  const files = writeFiles(input, folder);
  return extractor.members === undefined ? files : expandArchives(files, undefined);
}

function writeFiles(input: FuzzInput, folder: string): ReturnType<typeof evidenceFile>[] {
  return Object.entries(input.files).map(([name, bytes]) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, bytes);
    return evidenceFile(file, folder);
  });
}

/** The extractor, with the contract of each batch checked on the way. */
function watched(extractor: Extractor, raw: { bytes: number }): Extractor {
  return {
    ...extractor,
    async *extract(options, context) {
      for await (const batch of extractor.extract(options, context)) {
        checkBatch(batch);
        for (const index of batch.rows.keys()) raw.bytes += Buffer.byteLength(batch.raw(index));
        yield batch;
      }
    },
  };
}

function checkBatch({ rows, columns, positions, doubts = [], table }: ObservationBatch): void {
  expectThat(rows.length > 0, "a batch without rows");
  expectThat(rows.length <= 5000, `a batch of ${rows.length} rows`);
  expectThat(positions.length === rows.length, `${positions.length} positions of ${rows.length} rows`);
  expectThat(
    positions.every((position) => Number.isSafeInteger(position) && position > 0),
    "a position that is none",
  );
  expectThat(
    rows.every((row) => row.length === columns.length),
    "a row of another width than its columns",
  );
  expectThat(
    columns.every((column) => table.columns.includes(column)),
    "a column that its table does not have",
  );
  expectThat(new Set(columns).size === columns.length, "a column twice");
  for (const row of rows)
    for (const cell of row)
      expectThat(cell === null || cellTypes.has(typeof cell) || cell instanceof Uint8Array, "a cell that is no value");
  for (const doubt of doubts)
    expectThat(doubt.row < rows.length && columns.includes(doubt.column), "a doubt of no cell");
}

const cellTypes = new Set(["string", "number", "bigint", "boolean"]);

function sinkCounting(raw: { bytes: number }): ObservationSink {
  return {
    observe: () => undefined,
    evidence: (_, { reason }) => expectThat(reason !== "", "evidence without a reason"),
    quarantine(record, reason) {
      raw.bytes += typeof record === "object" && "sha256" in record ? record.bytes : Buffer.byteLength(record);
      expectThat(reason !== "", "a quarantine without a reason");
    },
    skip: (rule, records) => expectThat(rule !== "" && records >= 0, "a skip without a rule"),
    leftover: () => undefined,
    warn: (message) => expectThat(message !== "", "a warning that says nothing"),
    partial: () => undefined,
  };
}

function expectRaw({ rawTimes }: FuzzFormat, { files }: FuzzInput, raw: number): void {
  const contents = Object.values(files);
  const isPacked = contents.some((bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b);
  if (rawTimes === undefined || isPacked) return;
  const most = contents.reduce((sum, bytes) => sum + bytes.length, 0) * rawTimes + rawSlack;
  expectThat(raw <= most, `${raw} bytes of records from files that have no more than ${most}`);
}

function expectThat(isTrue: boolean, otherwise: string): void {
  if (!isTrue) throw new Violation(otherwise);
}
