/** Databases in temporary folders, and what the sqlite extractor makes of them. */
import Database from "better-sqlite3";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Locator, ObservationBatch, TableMapping } from "../../src/extract/extractor.ts";
import { resolveInputs } from "../../src/extract/inputs.ts";
import sqlite from "../../src/extract/sqlite/index.ts";
import { tableName } from "../../src/schema/model.ts";
import type { Table } from "../../src/schema/model.ts";
import { sqlServerType } from "../../src/schema/sqlite-types.ts";
import { filesOnly } from "./harness.ts";

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-test-"));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A database made by `fill`, closed again. */
export function makeDatabase(fill: string | ((db: Database.Database) => void), file = "copy.db"): string {
  const full = path.join(temporaryFolder(), file);
  const db = new Database(full);
  db.pragma("synchronous = OFF");
  if (typeof fill === "string") db.exec(fill);
  else fill(db);
  db.close();
  return full;
}

/** A lost table of `schema.name` with columns `{ name: declared type }`. */
export function lostTable(schema: string, name: string, columns: Readonly<Record<string, string>>): Table {
  return {
    schema,
    name,
    id: tableName(schema, name),
    columns: Object.entries(columns).map(([column, declaredType], ordinal) => ({
      name: column,
      ordinal,
      type: sqlServerType(declaredType),
      declaredType,
      nullable: true,
    })),
    unique: [],
    foreignKeys: [],
    checks: [],
    attachments: [],
  };
}

export function mapTo(table: Table, from?: string, columns: Readonly<Record<string, string>> = {}): TableMapping {
  return {
    table,
    cutAt: new Map(),
    ...(from === undefined ? {} : { from }),
    columns: new Map(Object.entries(columns)),
  };
}

interface Quarantined {
  readonly raw: string | Uint8Array;
  readonly reason: string;
  readonly locator: Locator;
}

export interface Extraction {
  readonly batches: ObservationBatch[];
  /** Of all batches, in order. */
  readonly rows: ObservationBatch["rows"][number][];
  readonly positions: number[];
  readonly read: number;
  readonly skipped: Record<string, number>;
  readonly quarantined: Quarantined[];
  readonly leftover: Record<string, readonly string[]>;
  readonly warnings: string[];
  readonly progress: [done: number, total: number][];
}

/** Extracts files (patterns relative to `folder`), and checks that every record that was read is accounted for. */
export async function extract(
  file: string,
  mappings: readonly TableMapping[],
  signal = new AbortController().signal,
): Promise<Extraction> {
  const files = await resolveInputs([path.basename(file)], path.dirname(file));
  const seen: Omit<Extraction, "rows" | "positions"> & { read: number } = {
    batches: [],
    read: 0,
    skipped: {},
    quarantined: [],
    leftover: {},
    warnings: [],
    progress: [],
  };
  const context = {
    files,
    mappings,
    signal,
    read: (records: number) => void (seen.read += records),
    skip: (rule: string, records = 1) => void (seen.skipped[rule] = (seen.skipped[rule] ?? 0) + records),
    quarantine: (raw: string | Uint8Array, reason: string, locator: Locator) =>
      void seen.quarantined.push({ raw, reason, locator }),
    leftover: (place: string, fields: readonly string[]) => void (seen.leftover[place] = fields),
    warn: (message: string) => void seen.warnings.push(message),
    ...filesOnly,
    progress: (done: number, total: number) => void seen.progress.push([done, total]),
  };
  for await (const batch of sqlite.extract({ path: path.basename(file) }, context)) seen.batches.push(batch);
  const rows = seen.batches.flatMap((batch) => [...batch.rows]);
  const skipped = Object.values(seen.skipped).reduce((sum, count) => sum + count, 0);
  if (seen.read !== rows.length + skipped + seen.quarantined.length)
    throw new Error(
      `${seen.read} records read, ${rows.length} + ${skipped} + ${seen.quarantined.length} accounted for`,
    );
  return { ...seen, rows, positions: seen.batches.flatMap((batch) => [...batch.positions]) };
}

/** Name and hash of everything in a folder: nothing may have changed there. */
export function fingerprint(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder).toSorted();
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash("sha256")
        .update(fs.readFileSync(path.join(folder, name)))
        .digest("hex"),
    ]),
  );
}
