/** Step: sign-off packs, a page for every row of a table with all that belongs to it, so that many people check at once. */
import fs from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { writeFileAtomic } from "../files/atomic.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { resolveTable } from "../recipe/names.ts";
import type { Masks } from "../report/masks.ts";
import { addCounts, noCounts } from "../report/packs/counts.ts";
import { findBranches } from "../report/packs/family.ts";
import type { Branch } from "../report/packs/family.ts";
import { FileNames, fileStem } from "../report/packs/file-names.ts";
import { indexHeader, indexRecord } from "../report/packs/index-csv.ts";
import { renderIndex } from "../report/packs/index-page.tsx";
import type { PackEntry, PackIndex } from "../report/packs/model.ts";
import { renderPack } from "../report/packs/page.tsx";
import { PackReader } from "../report/packs/reader.ts";
import type { GatheredPack } from "../report/packs/reader.ts";
import { unattributedIds } from "../report/packs/words.ts";
import { storedColumns } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { openForReading } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { planKey } from "../values/key.ts";
import { comparableColumns } from "../verify/comparable.ts";
import { absenceRuns, countMissing } from "../verify/ledger.ts";
import type { Services } from "./services.ts";
import { requireReconciled } from "./state.ts";

export interface PacksOptions {
  /** The table of which every row gets a page, as people name it. */
  readonly by: string;
  readonly masks: Masks;
}

export interface PacksReport {
  readonly table: string;
  /** How many pages there are, the index left out. */
  readonly packs: number;
  /** Absolute; the index is its `index.html`. */
  readonly folder: string;
  /** Rows of the tables below that are in no pack. */
  readonly strays: number;
}

/** More than these an index page does not list; `index.csv` does. */
const listedParents = 20_000;
/** Patterns of columns that the packs beside it mask. */
const maskList = "masked.json";
const identifyingColumns = 3;
const longestIdentifying = 128;
/** Packs between two looks at what else is waiting: an interruption, the bar. */
const breath = 20;

/**
 * Writes the packs to `report/by/<table>/`, in place of earlier ones; the folder appears whole or not at all.
 * @throws UserError for a table that is not rebuilt, and where reconciliation has not run or is out of date
 */
export async function writePacks(incident: Incident, services: Services, options: PacksOptions): Promise<PacksReport> {
  requireReconciled(incident);
  const table = resolveTable({ ...incident.schema, tables: incident.tables }, options.by);
  const folder = path.join(layoutOf(incident.directory).report, "by", fileStem(table.id));
  const task = services.reporter.task("packs", table.id);
  const part = `${folder}.part`;
  fs.rmSync(part, { recursive: true, force: true });
  fs.mkdirSync(part, { recursive: true });
  const store = openForReading(layoutOf(incident.directory).reconciled);
  try {
    const maker = new PackMaker(incident, store, table, options.masks, part);
    const { index, packs } = await maker.write(services.signal, (done, total) => task.update(done, total, done));
    if (options.masks.isActive) fs.writeFileSync(path.join(part, maskList), JSON.stringify(options.masks.names));
    replaceFolder(part, folder);
    task.finish(`${packs} packs`);
    const strays = index.strays.reduce((sum, each) => sum + each.recovered + each.withheld + each.deleted, 0);
    return { table: table.id, packs, folder, strays };
  } catch (error) {
    fs.rmSync(part, { recursive: true, force: true });
    throw error;
  } finally {
    store.close();
  }
}

/** The patterns with which the packs in a folder were masked. */
export function masksOfPacks(folder: string): readonly string[] {
  const file = path.join(folder, maskList);
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as string[]) : [];
}

/** At every moment the folder holds the packs of one run or is not there. */
function replaceFolder(part: string, folder: string): void {
  const old = `${part}.old`;
  fs.rmSync(old, { recursive: true, force: true });
  if (fs.existsSync(folder)) fs.renameSync(folder, old);
  fs.renameSync(part, folder);
  fs.rmSync(old, { recursive: true, force: true });
}

class PackMaker {
  readonly #incident: Incident;
  readonly #table: Table;
  readonly #masks: Masks;
  readonly #folder: string;
  readonly #branches: readonly Branch[];
  readonly #reader: PackReader;
  readonly #identifying: readonly Column[];
  readonly #unattributed: readonly string[];
  readonly #names = new FileNames(["index"]);

  constructor(incident: Incident, store: Store, table: Table, masks: Masks, folder: string) {
    this.#incident = incident;
    this.#table = table;
    this.#masks = masks;
    this.#folder = folder;
    this.#branches = findBranches(comparableColumns(store), incident.schema, incident.tables, table);
    this.#reader = new PackReader(store, table, this.#branches, masks);
    this.#identifying = identifyingOf(incident, table);
    const { version } = incident.recipe.target;
    this.#unattributed = this.#branches.flatMap((branch) =>
      unattributedIds(branch.table.id, countMissing(absenceRuns(store, branch.table, version))),
    );
  }

  async write(
    signal: AbortSignal,
    progress: (done: number, total: number) => void,
  ): Promise<{ index: PackIndex; packs: number }> {
    const { parents } = this.#reader;
    const list = fs.openSync(path.join(this.#folder, "index.csv"), "w");
    const entries: PackEntry[] = [];
    let [packs, totals] = [0, noCounts];
    try {
      fs.writeSync(list, indexHeader(this.#identifying.map(({ name }) => name)));
      for (const pack of this.#reader.packs()) {
        const entry = this.#writePack(pack);
        fs.writeSync(list, indexRecord(entry));
        totals = addCounts(totals, entry.counts);
        if (entries.length < listedParents) entries.push(entry);
        if (++packs % breath !== 0) continue;
        progress(packs, parents);
        await setImmediate();
        signal.throwIfAborted();
      }
    } finally {
      fs.closeSync(list);
    }
    const index = this.#index({ entries, parents, totals });
    writeFileAtomic(path.join(this.#folder, "index.html"), renderIndex(index));
    return { index, packs };
  }

  #writePack(pack: GatheredPack): PackEntry {
    const identifying = this.#identifying.map(
      ({ name }) => pack.row.cells.find(({ column }) => column === name)?.value ?? { text: null },
    );
    const { incident } = this.#incident.recipe;
    const page = renderPack({
      ...pack,
      incident,
      table: this.#table.id,
      title: identifying.flatMap(({ text }) => (text === null || text === "" ? [] : text)).join(" · "),
      unattributed: this.#unattributed,
      masked: this.#masks.names,
    });
    const file = `${this.#names.take(pack.key, pack.number)}.html`;
    // The folder gets its name as a whole, so a file need not be.
    fs.writeFileSync(path.join(this.#folder, file), page);
    const counts = pack.branches.map((branch) => branch.counts).reduce(addCounts, pack.own);
    return { key: pack.key, identifying, state: pack.state, counts, file };
  }

  #index(found: Pick<PackIndex, "entries" | "parents" | "totals">): PackIndex {
    return {
      ...found,
      incident: this.#incident.recipe.incident,
      table: this.#table.id,
      identifying: this.#identifying.map(({ name }) => name),
      branches: this.#branches.map(({ table }) => table.id),
      strays: this.#reader.strays(),
      unattributed: this.#unattributed,
      masked: this.#masks.names,
    };
  }
}

const shortTexts = new Set(["char", "varchar", "nchar", "nvarchar"]);

/** What the recipe says identifies a row to people, else the first short texts that are no part of the key. */
function identifyingOf({ recipe }: Incident, table: Table): Column[] {
  const columns = storedColumns(table);
  const natural = recipe.rules.tables[table.id]?.identity?.natural;
  if (natural !== undefined)
    return columns.filter(({ name }) => natural.some((one) => one.toUpperCase() === name.toUpperCase()));
  const key = new Set(planKey(table).columns);
  return columns
    .filter(
      (column) =>
        !key.has(column) &&
        shortTexts.has(column.type.name) &&
        typeof column.type.length === "number" &&
        column.type.length <= longestIdentifying,
    )
    .slice(0, identifyingColumns);
}
