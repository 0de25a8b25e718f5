/**
 * Crosswalks (DESIGN, Reconciliation 3): a source with surrogate keys of its own is read through a copy of its staging file in which
 * its rows, and what refers to them, have the target's keys. Numbers of observations and their places are as they were.
 */
import fs from "node:fs";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { RecipeSource } from "../recipe/recipe.ts";
import { copyScratch, promote, quoteName } from "../stage/database.ts";
import { followLink } from "./links.ts";
import { matchRows } from "./match.ts";
import { planCrosswalk } from "./plan.ts";
import type { TouchedTable } from "./plan.ts";
import { planKey } from "../values/key.ts";
import { rekey } from "./rekey.ts";
import { Workshop } from "./workshop.ts";

/** Has the source keys of its own anywhere? */
export function hasCrosswalk({ tables }: RecipeSource): boolean {
  return Object.values(tables).some(({ crosswalk }) => crosswalk !== undefined);
}

/** Writes the copy of every source that has keys of its own. All sources are staged. */
export function writeCrosswalks(incident: Incident, signal: AbortSignal): void {
  const layout = layoutOf(incident.directory);
  fs.rmSync(layout.crosswalks, { recursive: true, force: true });
  const plans = new Map(incident.recipe.sources.map((source) => [source, planCrosswalk(incident, source)]));
  for (const source of incident.recipe.sources) {
    signal.throwIfAborted();
    if (hasCrosswalk(source)) writeCrosswalk(incident, source, plans);
  }
}

type Plans = ReadonlyMap<RecipeSource, readonly TouchedTable[]>;

function writeCrosswalk(incident: Incident, source: RecipeSource, plans: Plans): void {
  const layout = layoutOf(incident.directory);
  const file = layout.crosswalk(source.id);
  const store = copyScratch(layout.staged(source.id), `${file}.part`);
  try {
    store.prepare("ATTACH ? AS original").run(layout.staged(source.id));
    const workshop = new Workshop(store);
    const tables = (plans.get(source) ?? []).filter(({ table }) => workshop.holds(table));
    const others = (table: TouchedTable): string[] =>
      [...plans].flatMap(([other, plan]) => (hasTargetKeys(plan, table) ? layout.staged(other.id) : []));
    moveRows(workshop, tables, others);
    for (const { table } of tables) rekey(store, table, source.id);
  } finally {
    store.close();
  }
  promote(`${file}.part`, file);
}

function moveRows(
  workshop: Workshop,
  tables: readonly TouchedTable[],
  others: (table: TouchedTable) => readonly string[],
): void {
  for (const { table } of tables)
    workshop.store.exec(`ALTER TABLE main.${quoteName(table.id)} ADD COLUMN "#noKey" TEXT;
      ALTER TABLE main.${quoteName(table.id)} ADD COLUMN "#lost" INTEGER NOT NULL DEFAULT 0`);
  for (const [index, table] of tables.entries()) {
    // A natural key may hold a foreign key, which has to say what the others say before rows are found by it.
    for (const link of table.links) if (!tables.slice(index).includes(link.parent)) followLink(workshop, table, link);
    if (table.match !== undefined) matchRows(workshop, table, others(table));
  }
  // Self references, and circles of tables: until no more rows lose their parent.
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
