/** What rows are left to write where others are loaded already: by earlier scripts, or in a database. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { EmitTable } from "../emit/emitter.ts";
import type { EmitOptions } from "../emit/options.ts";
import { UserError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { WaveReader } from "../stage/wave-reader.ts";
import { planKey } from "../values/key.ts";
import type { Services } from "./services.ts";
import { readDatabase } from "./verify.ts";

export interface Wave {
  /** SHA-256 of the manifest whose scripts are loaded. */
  readonly since?: string;
  readonly tables: readonly EmitTable[];
  /** Sentences for people. */
  readonly notes: readonly string[];
  close(): void;
}

/** Undefined where all rows are to be written. Throws UserError where nobody knows what was loaded, or the database cannot be read. */
export async function openWave(
  incident: Incident,
  services: Services,
  tables: readonly EmitTable[],
  { since, onlyMissing }: EmitOptions,
): Promise<Wave | undefined> {
  if (since !== undefined && onlyMissing !== undefined)
    throw new UserError({
      what: "rows can be held against earlier scripts or against a database, not both",
      remedy: "Give --since or --only-missing",
    });
  const { reconciled, verifying } = layoutOf(incident.directory);
  if (since !== undefined) {
    const manifest = hashOfManifest(since);
    const { file, tables: loaded } = requireWave(incident, manifest, since);
    const reader = new WaveReader(reconciled, file, loaded);
    return { since: manifest, ...beyond(tables, reader, loaded), close: () => reader.close() };
  }
  if (onlyMissing === undefined) return undefined;
  fs.rmSync(verifying, { recursive: true, force: true });
  const wanted = tables.map(({ table }) => table);
  const held = await readDatabase(incident, services, { target: onlyMissing, tables: wanted, folder: verifying });
  const reader = new WaveReader(reconciled, held);
  const close = (): void => {
    reader.close();
    // It holds a copy of the whole database.
    fs.rmSync(verifying, { recursive: true, force: true });
  };
  return { ...beyond(tables, reader), close };
}

function sha256Of(file: string): string {
  return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}

function hashOfManifest(file: string): string {
  try {
    return sha256Of(file);
  } catch (cause) {
    throw new UserError({
      what: "the manifest of the scripts that are loaded cannot be read",
      where: { file },
      remedy: "Give the manifest.json that lies beside those scripts",
      cause,
    });
  }
}

function requireWave(incident: Incident, manifest: string, given: string) {
  const { file, tables } = layoutOf(incident.directory).wave(manifest);
  if (fs.existsSync(tables)) return { file, tables: new Set(JSON.parse(fs.readFileSync(tables, "utf8")) as string[]) };
  throw new UserError({
    what: "nothing is kept of what the scripts of this manifest hold: they are not of this incident, or `staging/waves` is gone",
    where: { file: given },
    remedy: "Give the manifest of scripts that were emitted here, or write all rows with --if-exists skip",
  });
}

function isKeyed({ table }: EmitTable): boolean {
  return planKey(table).kind !== "row";
}

function beyond(
  tables: readonly EmitTable[],
  reader: WaveReader,
  loaded?: ReadonlySet<string>,
): Pick<Wave, "tables" | "notes"> {
  const keyed = tables.filter(isKeyed).map((emit) => ({ emit, ...reader.counts(emit.table) }));
  return {
    tables: keyed.map(({ emit, added, changedCells }) => ({
      ...emit,
      rowCount: added,
      rows: () => reader.addedBatches(emit.table),
      changedCells,
      changes: () => reader.changes(emit.table),
    })),
    notes: [
      ...tables
        .filter((emit) => !isKeyed(emit))
        .map(({ table }) => `${table.id} is left out: without a key nothing tells which of its rows are there`),
      ...keyed
        .filter(({ emit }) => loaded?.has(emit.table.id) === false)
        .map(({ emit }) => `${emit.table.id} is not among the tables of this manifest: all its rows are written`),
      ...keyed.flatMap(({ emit, added, changedCells, gone }) => [
        `${emit.table.id}: ${added} rows to add${loaded !== undefined ? `, ${changedCells} cells to change` : ""}`,
        ...(gone === 0
          ? []
          : [`${emit.table.id}: ${gone} rows that were loaded are not emitted any more; nothing takes them back`]),
      ]),
    ],
  };
}

/** Keeps what these scripts hold, without copying it where the file system can do so: reconciled files are never changed. The list of tables comes last. */
export function keepWave(incident: Incident, manifest: string, emitted: readonly EmitTable[]): void {
  const layout = layoutOf(incident.directory);
  const { file, tables } = layout.wave(sha256Of(manifest));
  if (fs.existsSync(tables)) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // Never written over: other waves may be links to the same file.
  fs.rmSync(file, { force: true });
  try {
    fs.linkSync(layout.reconciled, file);
  } catch {
    fs.copyFileSync(layout.reconciled, file);
  }
  writeFileAtomic(tables, `${JSON.stringify(emitted.map(({ table }) => table.id))}\n`);
}
