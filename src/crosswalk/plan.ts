/** Which tables of a source a crosswalk touches: those with keys of their own, and all that refer to them, however far down. */
import { UserError } from "../errors.ts";
import type { Incident } from "../incident.ts";
import { resolveTable } from "../recipe/names.ts";
import type { RecipeSource } from "../recipe/recipe.ts";
import { findColumn, findTable, isStored } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { planKey } from "../values/key.ts";
import { planAllocation } from "./allocation.ts";
import type { Allocation } from "./allocation.ts";

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
  /** Which keys rows without a match get; undefined: none. */
  readonly allocation: Allocation | undefined;
  /** Foreign keys whose values change. */
  readonly links: Link[];
}

/** The touched tables; none for a source without a crosswalk. */
export function planCrosswalk(incident: Incident, source: RecipeSource): readonly TouchedTable[] {
  const touched = new Map<Table, TouchedTable>();
  for (const [name, { crosswalk }] of Object.entries(source.tables)) {
    const table = resolveTable(incident.schema, name);
    if (crosswalk === undefined || !incident.tables.includes(table)) continue;
    requireKey(incident, source, table, name);
    const match = crosswalk.match.flatMap((column) => findColumn(table, column) ?? []);
    touched.set(table, { table, match, allocation: planAllocation(incident, source, table, name), links: [] });
  }
  addChildren(incident, touched);
  for (const child of touched.values()) child.links.push(...linksOf(incident, touched, child.table));
  return [...touched.values()];
}

function requireKey({ recipe }: Incident, source: RecipeSource, table: Table, name: string): void {
  if (planKey(table).kind !== "row") return;
  throw new UserError({
    what: `${table.id} has no key that a crosswalk could change`,
    where: recipe.place(["sources", source.id, "tables", name, "crosswalk"], "key"),
    remedy: "Take the crosswalk away, or give the table its key in the schema",
  });
}

/**
 * A natural key may hold a reference to rows that have their keys already (`done`), not one that leads back to the table itself: the
 * numbers of the source and of the target would be taken for one another.
 */
export function requireFindable(
  { recipe, schema }: Incident,
  source: RecipeSource,
  { table, match = [], links }: TouchedTable,
  done: ReadonlySet<Table>,
): void {
  const open = links.filter(({ parent }) => !done.has(parent.table));
  const column = match.find((each) => open.some(({ columns }) => columns.includes(each)));
  if (column === undefined) return;
  const name = Object.keys(source.tables).find((each) => resolveTable(schema, each) === table) ?? table.id;
  throw new UserError({
    what: `${column.name} refers to rows of ${table.id}, or to rows that refer to them: no row can be found by it`,
    where: recipe.place(["sources", source.id, "tables", name, "crosswalk"], "key"),
    remedy: "Match by columns that hold no number of the source's own",
  });
}

/** Until nothing changes: a child's rows go where their parents' rows went. */
function addChildren({ schema, tables }: Incident, touched: Map<Table, TouchedTable>): void {
  for (let size = -1; size !== touched.size;) {
    size = touched.size;
    for (const table of tables)
      if (!touched.has(table) && table.foreignKeys.some((key) => isTouched(findTable(schema, key.references), touched)))
        touched.set(table, { table, match: undefined, allocation: undefined, links: [] });
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

/** The tables that any plan touches, parents first as far as references run in no circle. */
export function parentsFirst({ tables }: Incident, plans: Iterable<readonly TouchedTable[]>): readonly Table[] {
  const all = [...plans].flat();
  const ordered = new Set<Table>();
  const begun = new Set<Table>();
  const visit = (table: Table): void => {
    if (begun.has(table)) return;
    begun.add(table);
    for (const { links } of all.filter((touched) => touched.table === table))
      for (const { parent } of links) visit(parent.table);
    ordered.add(table);
  };
  for (const table of tables) if (all.some((touched) => touched.table === table)) visit(table);
  return [...ordered];
}
