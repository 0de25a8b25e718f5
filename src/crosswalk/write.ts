/**
 * Crosswalks (DESIGN, Reconciliation 3): a source with surrogate keys of its own is read through a copy of its staging file in which
 * its rows, and what refers to them, have the target's keys. Numbers of observations and their places are as they were.
 */
import fs from "node:fs";
import path from "node:path";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { RecipeSource } from "../recipe/recipe.ts";
import type { Table } from "../schema/model.ts";
import { copyScratch, promote, quoteName } from "../stage/database.ts";
import { planKey } from "../values/key.ts";
import { allocateKeys } from "./allocate.ts";
import { followLink } from "./links.ts";
import { findRows, giveKeys, refuseTwins } from "./match.ts";
import { parentsFirst, planCrosswalk, requireFindable } from "./plan.ts";
import type { TouchedTable } from "./plan.ts";
import { rekey } from "./rekey.ts";
import { SeenIds } from "./seen-ids.ts";
import { Workshop } from "./workshop.ts";

/** Has the source keys of its own anywhere? */
export function hasCrosswalk({ tables }: RecipeSource): boolean {
  return Object.values(tables).some(({ crosswalk }) => crosswalk !== undefined);
}

/** Has the recipe keys allocated for rows of the source? */
export function allocates({ tables }: RecipeSource): boolean {
  return Object.values(tables).some(({ crosswalk }) => crosswalk?.allocate !== undefined);
}

type Plans = ReadonlyMap<RecipeSource, readonly TouchedTable[]>;

/** A source whose copy is being made. */
interface Bench {
  readonly source: RecipeSource;
  readonly workshop: Workshop;
  /** The touched tables that it has rows of. */
  readonly tables: readonly TouchedTable[];
}

/** Writes the copy of every source that has keys of its own. All sources are staged. */
export function writeCrosswalks(incident: Incident, signal: AbortSignal): void {
  const layout = layoutOf(incident.directory);
  fs.rmSync(layout.crosswalks, { recursive: true, force: true });
  const plans = new Map(incident.recipe.sources.map((source) => [source, planCrosswalk(incident, source)]));
  const benches: Bench[] = [];
  try {
    for (const source of incident.recipe.sources)
      if (hasCrosswalk(source)) benches.push(openBench(incident, source, plans));
    moveRows(incident, benches, plans, signal);
  } finally {
    for (const { workshop } of benches) workshop.store.close();
  }
  for (const { source } of benches) promote(partOf(incident, source), layout.crosswalk(source.id));
}

function partOf(incident: Incident, source: RecipeSource): string {
  return `${layoutOf(incident.directory).crosswalk(source.id)}.part`;
}

function openBench(incident: Incident, source: RecipeSource, plans: Plans): Bench {
  const staged = layoutOf(incident.directory).staged(source.id);
  const store = copyScratch(staged, partOf(incident, source));
  store.prepare("ATTACH ? AS original").run(staged);
  const workshop = new Workshop(store);
  const tables = (plans.get(source) ?? []).filter(({ table }) => workshop.holds(table));
  for (const { table } of tables)
    store.exec(`ALTER TABLE main.${quoteName(table.id)} ADD COLUMN "#noKey" TEXT;
      ALTER TABLE main.${quoteName(table.id)} ADD COLUMN "#allocated" TEXT;
      ALTER TABLE main.${quoteName(table.id)} ADD COLUMN "#lost" INTEGER NOT NULL DEFAULT 0`);
  return { source, workshop, tables };
}

/** Table by table through all sources, parents first: a key that is allocated is the same in all of them. */
function moveRows(incident: Incident, benches: readonly Bench[], plans: Plans, signal: AbortSignal): void {
  const done = new Set<Table>();
  for (const table of parentsFirst(incident, plans.values())) {
    signal.throwIfAborted();
    moveTable(incident, table, benches, plans, done);
    done.add(table);
  }
  for (const { source, workshop, tables } of benches) {
    followCircles(workshop, tables);
    for (const { table } of tables) rekey(workshop.store, table, source.id);
  }
}

/** `done`: the tables whose rows have their keys already. */
function moveTable(
  incident: Incident,
  table: Table,
  benches: readonly Bench[],
  plans: Plans,
  done: ReadonlySet<Table>,
): void {
  const here = benches.flatMap(({ source, workshop, tables }) =>
    tables.filter((touched) => touched.table === table).map((touched) => ({ source, workshop, touched })),
  );
  for (const { workshop, touched } of here)
    for (const link of touched.links) if (done.has(link.parent.table)) followLink(workshop, touched, link);
  const seeking = here.filter(({ touched }) => touched.match !== undefined);
  for (const { source, workshop, touched } of seeking) {
    requireFindable(incident, source, touched, done);
    findRows(
      workshop,
      touched,
      stagedWith(incident, plans, (plan) => hasTargetKeys(plan, touched)),
    );
  }
  allocate(incident, seeking, plans);
  for (const { workshop, touched } of seeking) giveKeys(workshop, touched);
}

function allocate(
  incident: Incident,
  seeking: readonly { readonly workshop: Workshop; readonly touched: TouchedTable }[],
  plans: Plans,
): void {
  const seekers = seeking.flatMap(({ workshop, touched: { table, match = [], allocation } }) => {
    if (allocation === undefined) return [];
    refuseTwins(workshop, match);
    return { store: workshop.store, table, allocation };
  });
  const [first] = seekers;
  if (first === undefined) return;
  const { table, allocation } = first;
  const files = stagedWith(
    incident,
    plans,
    (plan) => !plan.some((own) => own.table === table && own.match !== undefined),
  );
  const seen = new SeenIds(files, table, allocation.column, incident);
  const scratch = path.join(layoutOf(incident.directory).crosswalks, "keys.part");
  allocateKeys(seekers, seen, incident.recipe.target.reseedMargin, scratch);
}

/** The staging files of the sources whose plan is such. */
function stagedWith(incident: Incident, plans: Plans, isSuch: (plan: readonly TouchedTable[]) => boolean): string[] {
  const layout = layoutOf(incident.directory);
  return [...plans].flatMap(([{ id }, plan]) => (isSuch(plan) ? layout.staged(id) : []));
}

/** Self references, and circles of tables: until no more rows lose their parent. */
function followCircles(workshop: Workshop, tables: readonly TouchedTable[]): void {
  for (let before = -1, now = countOutside(workshop, tables); now !== before; now = countOutside(workshop, tables)) {
    before = now;
    for (const table of tables) for (const link of table.links) followLink(workshop, table, link);
  }
}

function countOutside({ store }: Workshop, tables: readonly TouchedTable[]): number {
  const counts = tables.map(({ table }) =>
    Number(
      store
        .prepare(`SELECT count(*) FROM main.${quoteName(table.id)} WHERE "#noKey" IS NOT NULL`)
        .pluck(true)
        .get(),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Are the keys and the natural keys of the table, as the other source gives them, the target's? */
function hasTargetKeys(plan: readonly TouchedTable[], { table, match = [] }: TouchedTable): boolean {
  const own = plan.find((touched) => touched.table === table);
  if (own === undefined) return true;
  const compared = new Set([...match, ...planKey(table).columns]);
  return own.match === undefined && !own.links.some(({ columns }) => columns.some((column) => compared.has(column)));
}
