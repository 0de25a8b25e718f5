/** The real pipeline on the survivors, the scripts in a real database, and what stands there afterwards. */
import fs from "node:fs";
import path from "node:path";
import { layoutOf } from "../../incident.ts";
import type { Incident, Services } from "../../pipeline.ts";
import { apply, openIncident, run } from "../../pipeline.ts";
import { numberEqualRows } from "../../reconcile/merge.ts";
import { readJournal } from "../../report/journal.ts";
import type { Summary } from "../../report/summary.ts";
import { storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { ReconciledReader } from "../../stage/reconciled-reader.ts";
import { SourceReader } from "../../stage/source-reader.ts";
import { readDatabase } from "../../steps/verify.ts";
import { planKey } from "../../values/key.ts";
import type { RowKey } from "../../values/key.ts";
import type { TargetDatabase } from "../../verify/target/database.ts";
import type { CellSaid, RebuiltTable } from "../score/evidence.ts";
import type { Cells } from "../truth/model.ts";
import type { Stopwatch } from "./stopwatch.ts";

export interface Rescue {
  readonly recipe: string;
  readonly directory: string;
  readonly target: TargetDatabase;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Rescued {
  readonly incident: Incident;
  readonly summary: Summary;
  /** By the table's id. */
  readonly tables: ReadonlyMap<string, RebuiltTable>;
}

/** A sandbox is rebuilt without a question. */
const confirm = async (): Promise<void> => undefined;

/** Throws UserError where the pipeline cannot do its work: the drill has failed then, whatever its bars. */
export async function rescue(given: Rescue, services: Services, watch: Stopwatch): Promise<Rescued> {
  const incident = await openIncident({
    recipe: given.recipe,
    directory: given.directory,
    environment: given.environment,
    signal: services.signal,
  });
  const { summary } = await run(incident, services);
  const phases = readJournal(layoutOf(incident.directory).journal).at(-1)?.phases ?? [];
  for (const { name, started, ended } of phases) watch.add(name, started, ended);
  await watch.measure("rebuild", () =>
    apply(incident, services, { target: given.target, isRehearsal: false, confirm }),
  );
  const tables = await watch.measure("read", () => readBack(incident, services, given.target));
  return { incident, summary, tables };
}

async function readBack(
  incident: Incident,
  services: Services,
  target: TargetDatabase,
): Promise<ReadonlyMap<string, RebuiltTable>> {
  const folder = layoutOf(incident.directory).verifying;
  const file = await readDatabase(incident, services, { target, tables: incident.tables, folder });
  const found = new SourceReader(file);
  const reconciled = new ReconciledReader(layoutOf(incident.directory).reconciled);
  try {
    return new Map(incident.tables.map((table) => [table.id, rebuiltTable(table, found, reconciled)]));
  } finally {
    found.close();
    reconciled.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function rebuiltTable(table: Table, found: SourceReader, reconciled: ReconciledReader): RebuiltTable {
  const observations = found.observations(table);
  const keyed = planKey(table).kind === "row" ? numberEqualRows(observations) : observations;
  const rows = new Map<RowKey, Cells>();
  for (const { key, cells } of keyed)
    rows.set(
      key,
      cells.map((cell) => cell ?? null),
    );
  const said = whatWasSaid(table, reconciled);
  return { table, rows, said: (key, column) => said.get(key)?.[column] ?? "silent" };
}

const saidOf: Readonly<Record<string, CellSaid>> = {
  contested: "flagged",
  nulled: "flagged",
  defaulted: "default",
  absent: "absent",
};

/** By key, what was said of each cell; rows of which nothing was said are left out. */
function whatWasSaid(table: Table, reconciled: ReconciledReader): Map<RowKey, readonly CellSaid[]> {
  const columns = storedColumns(table);
  const patterns = new Map<number, CellSaid[]>();
  for (const { pattern, column, class: kind } of reconciled.patterns(table)) {
    const cells = patterns.get(pattern) ?? columns.map((): CellSaid => "silent");
    cells[columns.findIndex(({ name }) => name === column)] = saidOf[kind] ?? "silent";
    patterns.set(pattern, cells);
  }
  const said = new Map<RowKey, readonly CellSaid[]>();
  for (const { key, pattern } of reconciled.keyedPatterns(table)) {
    const cells = patterns.get(pattern);
    if (cells?.some((each) => each !== "silent") === true) said.set(key, cells);
  }
  return said;
}

/** A SQLite file that a rebuild begins anew. */
export function freshFile(file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (const each of ["", "-wal", "-shm", "-journal"]) fs.rmSync(file + each, { force: true });
}
