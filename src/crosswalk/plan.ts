/** Which tables of a source a crosswalk touches: those with keys of their own, and all that refer to them, however far down. */
import { UserError } from "../errors.ts";
import type { Incident } from "../incident.ts";
import { resolveTable } from "../recipe/names.ts";
import type { RecipeSource } from "../recipe/recipe.ts";
import { findColumn, findTable, isStored } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { planKey } from "../values/key.ts";

/** A foreign key to a touched table. */
export interface Link {
  readonly parent: TouchedTable;
  readonly columns: readonly Column[];
  /** What they refer to in `parent`, one each. */
  readonly referenced: readonly Column[];
}

export interface TouchedTable {
  readonly table: Table;
  /** The natural key by which its rows are found; undefined: its keys are the target's. */
  readonly match: readonly Column[] | undefined;
  /** Foreign keys whose values change. */
  readonly links: Link[];
}

/** The touched tables, parents first as far as references run in no circle; none for a source without a crosswalk. */
export function planCrosswalk(incident: Incident, source: RecipeSource): readonly TouchedTable[] {
  const matches = matchesOf(incident, source);
  const touched = new Map<Table, TouchedTable>();
  for (const table of incident.tables) {
    const match = matches.get(table);
    if (match !== undefined) touched.set(table, { table, match, links: [] });
  }
  addChildren(incident, touched);
  for (const child of touched.values()) child.links.push(...linksOf(incident, touched, child.table));
  return parentsFirst([...touched.values()]);
}

function matchesOf(incident: Incident, source: RecipeSource): Map<Table, Column[]> {
  const matches = new Map<Table, Column[]>();
  for (const [name, { crosswalk }] of Object.entries(source.tables)) {
    if (crosswalk === undefined) continue;
    const table = resolveTable(incident.schema, name);
    requireKey(incident, source, table, name);
    matches.set(
      table,
      crosswalk.match.flatMap((column) => findColumn(table, column) ?? []),
    );
  }
  return matches;
}

function requireKey({ recipe }: Incident, source: RecipeSource, table: Table, name: string): void {
  if (planKey(table).kind !== "row") return;
  throw new UserError({
    what: `${table.id} has no key that a crosswalk could change`,
    where: recipe.place(["sources", source.id, "tables", name, "crosswalk"], "key"),
    remedy: "Take the crosswalk away, or give the table its key in the schema",
  });
}

/** Until nothing changes: a child's rows go where their parents' rows went. */
function addChildren({ schema, tables }: Incident, touched: Map<Table, TouchedTable>): void {
  for (let size = -1; size !== touched.size;) {
    size = touched.size;
    for (const table of tables)
      if (!touched.has(table) && table.foreignKeys.some((key) => isTouched(findTable(schema, key.references), touched)))
        touched.set(table, { table, match: undefined, links: [] });
  }
}

function isTouched(table: Table | undefined, touched: ReadonlyMap<Table, TouchedTable>): boolean {
  return table !== undefined && touched.has(table);
}

function linksOf({ schema }: Incident, touched: ReadonlyMap<Table, TouchedTable>, child: Table): Link[] {
  return child.foreignKeys.flatMap((foreignKey) => {
    const table = findTable(schema, foreignKey.references);
    const parent = table && touched.get(table);
    if (table === undefined || parent === undefined) return [];
    const { referencedColumns } = foreignKey;
    const columns = storedOf(child, foreignKey.columns);
    const referenced = storedOf(
      table,
      referencedColumns.length > 0 ? referencedColumns : (table.primaryKey?.columns ?? []),
    );
    const isWhole = columns.length === foreignKey.columns.length && columns.length === referenced.length;
    return isWhole ? { parent, columns, referenced } : [];
  });
}

function storedOf(table: Table, names: readonly string[]): Column[] {
  return names.flatMap((name) => {
    const column = findColumn(table, name);
    return column !== undefined && isStored(column) ? column : [];
  });
}

function parentsFirst(tables: readonly TouchedTable[]): TouchedTable[] {
  const ordered: TouchedTable[] = [];
  const seen = new Set<TouchedTable>();
  const visit = (table: TouchedTable): void => {
    if (seen.has(table)) return;
    seen.add(table);
    for (const { parent } of table.links) visit(parent);
    ordered.push(table);
  };
  for (const table of tables) visit(table);
  return ordered;
}
