/**
 * Step: is in a database what was to be rebuilt? The database is read as a source is, into a staging file of its own, and held against the
 * reconciled rows in key order (docs/decisions/0010).
 */
import fs from "node:fs";
import path from "node:path";
import type { TableMapping } from "../extract/extractor.ts";
import { resolveInputs } from "../extract/inputs.ts";
import type { WrittenFile } from "../files/atomic.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { resolveTable } from "../recipe/names.ts";
import { writeDifferences } from "../report/differences.ts";
import type { ListedDifference } from "../report/differences.ts";
import type { Masks } from "../report/masks.ts";
import type { Table } from "../schema/model.ts";
import { ReconciledReader } from "../stage/reconciled-reader.ts";
import { SourceReader } from "../stage/source-reader.ts";
import { TableComparison } from "../verify/target/table.ts";
import type { VerifiedTable } from "../verify/target/table.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import { stageFrom } from "./capture-and-stage.ts";
import { masksOf } from "./masks.ts";
import type { Services } from "./services.ts";
import type { StageJob } from "./stage.ts";
import { requireReconciled } from "./state.ts";

export interface VerifyReport {
  /** Never with a password. */
  readonly target: string;
  readonly isSame: boolean;
  readonly tables: readonly VerifiedTable[];
  /** The first differences. */
  readonly first: readonly ListedDifference[];
  /** All of them. */
  readonly list: WrittenFile;
  /** What people should know of how the database was read. */
  readonly notes: readonly string[];
}

export interface VerifyOptions {
  readonly target: TargetDatabase;
  /** Only these tables. */
  readonly only?: readonly string[] | undefined;
}

const shown = 10;

/** Throws UserError where the database cannot be read, or nothing is reconciled. */
export async function verify(
  incident: Incident,
  services: Services,
  { target, only }: VerifyOptions,
): Promise<VerifyReport> {
  requireReconciled(incident);
  const masks = masksOf(incident);
  const { verifying, reconciled } = layoutOf(incident.directory);
  const tables = only?.map((name) => resolveTable(incident.schema, name)) ?? incident.tables;
  fs.rmSync(verifying, { recursive: true, force: true });
  try {
    const staged = await readDatabase(incident, services, { target, tables, folder: verifying });
    const expected = new ReconciledReader(reconciled);
    const found = new SourceReader(staged);
    try {
      return compareTables(incident, tables, { expected, found, target, signal: services.signal, masks });
    } finally {
      expected.close();
      found.close();
    }
  } finally {
    // It holds a copy of the whole database.
    fs.rmSync(verifying, { recursive: true, force: true });
  }
}

interface Reading {
  readonly target: TargetDatabase;
  readonly tables: readonly Table[];
  readonly folder: string;
}

/** Path of the staging file. */
export async function readDatabase(
  incident: Incident,
  services: Services,
  { target: { extractor, options, location }, tables, folder }: Reading,
): Promise<string> {
  const task = services.reporter.task("verify", location);
  const job: StageJob = {
    source: "target",
    options,
    files: await resolveInputs(extractor.inputs(options), incident.recipe.folder),
    folder: incident.recipe.folder,
    mappings: tables.map(mappingOf),
    fileTimes: undefined,
    zone: incident.recipe.target.timezone ?? "UTC",
    capturePlace: { folder: path.join(folder, "captured"), shown: "the target" },
    offline: false,
    staged: path.join(folder, "target.db"),
  };
  const summary = await stageFrom(job, extractor, {
    workforce: services.workforce,
    signal: services.signal,
    progress: (done, total, rows) => task.update(done, total, rows),
    log: (line) => task.log(line),
  });
  task.finish(`${summary.read} rows read`);
  return job.staged;
}

function mappingOf(table: Table): TableMapping {
  return { table, columns: new Map(), cutAt: new Map() };
}

interface Compared {
  readonly expected: ReconciledReader;
  readonly found: SourceReader;
  readonly target: TargetDatabase;
  readonly signal: AbortSignal;
  readonly masks: Masks;
}

function compareTables(incident: Incident, tables: readonly Table[], compared: Compared): VerifyReport {
  const { report } = layoutOf(incident.directory);
  const verified: VerifiedTable[] = [];
  const first: ListedDifference[] = [];
  const list = writeDifferences(report, allDifferences());
  const { warnings, losses, partial } = compared.found.notes();
  return {
    target: compared.target.location,
    isSame: verified.every(isSame),
    tables: verified,
    first,
    list,
    notes: [...losses, ...warnings, ...partial.map(({ table, why }) => `${table}: ${why}`)],
  };

  function* allDifferences(): Generator<ListedDifference> {
    for (const table of tables) {
      const comparison = new TableComparison(table, compared.expected, compared.found);
      for (const clear of comparison.differences()) {
        compared.signal.throwIfAborted();
        const difference = maskDifference(clear, compared.masks);
        if (first.length < shown) first.push(difference);
        yield difference;
      }
      verified.push(comparison.verified());
    }
  }
}

function maskDifference(difference: ListedDifference, masks: Masks): ListedDifference {
  const { table, key, column, expected, found } = difference;
  const show = (value: string | null): string | null => (column === null ? value : masks.value(table, column, value));
  return { ...difference, key: masks.key(table, key), expected: show(expected), found: show(found) };
}

function isSame({ missing, extra, different, lackingColumns }: VerifiedTable): boolean {
  return missing + extra + different + lackingColumns.length === 0;
}
