/** Holds the recipe's table and column names against the target schema. */
import { UserError } from "../errors.ts";
import { findColumn, findTable, isStored, sameName } from "../schema/model.ts";
import type { DatabaseSchema, Table } from "../schema/model.ts";
import { placed, throwFaults } from "./faults.ts";
import type { PathFault, RecipeFault } from "./faults.ts";
import type { YamlPath } from "./places.ts";
import type { Recipe, RecipeTable, TableAssertion, TableRules } from "./recipe.ts";
import { maskFault } from "./masks.ts";
import { nearest } from "./suggest.ts";

const listed = 12;
const namePart = String.raw`(?:\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"|[^.[\]"]+)`;
const eachPart = new RegExp(namePart, "g");
const wholeName = new RegExp(String.raw`^${namePart}(?:\.${namePart})*$`);

function unquote(text: string): string {
  if (text.startsWith("[")) return text.slice(1, -1).replaceAll("]]", "]");
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

/** `dbo.[Order Details]` → its parts; none where the text is no such name. */
function nameParts(name: string): string[] {
  return wholeName.test(name) ? (name.match(eachPart) ?? []).map((text) => unquote(text.trim())) : [];
}

function candidates(schema: DatabaseSchema, name: string): readonly Table[] {
  const exact = findTable(schema, name);
  if (exact !== undefined) return [exact];
  const parts = nameParts(name);
  const [bare = "", owner] = parts.toReversed();
  if (parts.length > 2) return [];
  return schema.tables.filter(
    (table) => sameName(table.name, bare) && (owner === undefined || sameName(table.schema, owner)),
  );
}

function listOf(names: readonly string[]): string {
  const more = names.length - listed;
  return more > 0 ? `${names.slice(0, listed).join(", ")} and ${more} more` : names.join(", ");
}

/** What to write in place of a name that is not there. */
function advice(name: string, names: readonly string[], holder: string): string {
  const meant = nearest(name, names);
  return meant === undefined ? `${holder} has ${listOf(names)}` : `Did you mean "${meant}"?`;
}

function unknownTable(schema: DatabaseSchema, name: string): UserError {
  const bare = nameParts(name).at(-1) ?? name;
  const alike = nearest(
    bare,
    schema.tables.map((table) => table.name),
  );
  const meant = schema.tables.find((table) => table.name === alike);
  const ids = schema.tables.map((table) => table.id);
  const remedy = meant === undefined ? advice(name, ids, "The schema") : `Did you mean "${meant.id}"?`;
  return new UserError({ what: `the schema has no table "${name}"`, remedy, where: { table: name } });
}

/**
 * The table of that name: `dbo.Orders`, `[dbo].[Order Details]`, or without its schema where only one table has the name.
 * @throws UserError with what may have been meant
 */
export function resolveTable(schema: DatabaseSchema, name: string): Table {
  const [table, ...others] = candidates(schema, name);
  if (table === undefined) throw unknownTable(schema, name);
  if (others.length === 0) return table;
  const ids = [table, ...others].map(({ id }) => id).join(" or ");
  throw new UserError({ what: `"${name}" names several tables`, remedy: `Say ${ids}`, where: { table: name } });
}

/** A name, and where the recipe says it. */
interface Mention {
  readonly name: string;
  readonly path: YamlPath;
  readonly part: "key" | "value";
}

function keysOf(map: Readonly<Record<string, unknown>> | undefined, path: YamlPath): Mention[] {
  return Object.keys(map ?? {}).map((name) => ({ name, path: [...path, name], part: "key" }));
}

function itemsOf(list: readonly string[] | undefined, path: YamlPath): Mention[] {
  return (list ?? []).map((name, index) => ({ name, path: [...path, index], part: "value" }));
}

/** Gathers faults; the same table under two names would be settled twice. */
class NameCheck {
  readonly faults: PathFault[] = [];
  readonly #schema: DatabaseSchema;

  constructor(schema: DatabaseSchema) {
    this.#schema = schema;
  }

  tables(mentions: readonly Mention[]): (Table | undefined)[] {
    const seen = new Map<Table, string>();
    return mentions.map(({ name, path, part }) => {
      const table = this.#table({ name, path, part });
      const twin = table && seen.get(table);
      if (twin !== undefined) this.faults.push({ path, part, message: `the same table as "${twin}" above; keep one` });
      if (table !== undefined) seen.set(table, name);
      return table;
    });
  }

  columns(table: Table | undefined, mentions: readonly Mention[]): void {
    if (table === undefined) return;
    for (const { name, path, part } of mentions) {
      const message = columnFault(table, name);
      if (message !== undefined) this.faults.push({ path, part, message });
    }
  }

  masks({ report }: Pick<Recipe, "report">, tables: readonly Table[]): void {
    for (const { name, path, part } of itemsOf(report.mask, ["report", "mask"])) {
      const message = maskFault(name, tables);
      if (message !== undefined) this.faults.push({ path, part, message });
    }
  }

  #table({ name, path, part }: Mention): Table | undefined {
    try {
      return resolveTable(this.#schema, name);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.faults.push({ path, part, message: `${error.what}. ${error.remedy}` });
      return undefined;
    }
  }
}

function columnFault(table: Table, name: string): string | undefined {
  const column = findColumn(table, name);
  if (column !== undefined)
    return isStored(column) ? undefined : `the server fills "${column.name}" itself; take it away`;
  const names = table.columns.map((each) => each.name);
  return `${table.id} has no column "${name}". ${advice(name, names, "It")}`;
}

/** Checks the tables that a map is keyed by, and the columns that each entry names. */
function checkEntries<Entry>(
  check: NameCheck,
  tables: Readonly<Record<string, Entry>>,
  path: YamlPath,
  columnsOf: (entry: Entry, path: YamlPath) => Mention[],
): void {
  const found = check.tables(keysOf(tables, path));
  Object.entries(tables).forEach(([name, entry], index) =>
    check.columns(found[index], columnsOf(entry, [...path, name])),
  );
}

function sourceColumns(entry: RecipeTable, path: YamlPath): Mention[] {
  return [
    ...keysOf({ ...entry.columns, ...entry.zones }, [...path, "columns"]),
    ...itemsOf(entry.crosswalk?.match, [...path, "crosswalk", "match"]),
    ...keysOf(entry.cutAt, [...path, "cutAt"]),
  ];
}

function ruleColumns(entry: TableRules, path: YamlPath): Mention[] {
  return [
    ...entry.together.flatMap((group, index) => itemsOf(group, [...path, "together", index])),
    ...itemsOf(entry.identity?.natural, [...path, "identity", "natural"]),
    ...keysOf(entry.columns, [...path, "columns"]),
  ];
}

function assertedColumns(entry: TableAssertion, path: YamlPath): Mention[] {
  return [...keysOf(entry.fill, [...path, "fill"]), ...keysOf(entry.range, [...path, "range"])];
}

/**
 * Checks every table and column that the recipe names.
 * @throws RecipeError with all faults at once
 */
export function checkNames(recipe: Recipe, schema: DatabaseSchema): void {
  const check = new NameCheck(schema);
  const named = check.tables(itemsOf(recipe.target.tables, ["target", "tables"]));
  for (const { id, tables } of recipe.sources) checkEntries(check, tables, ["sources", id, "tables"], sourceColumns);
  checkEntries(check, recipe.rules.tables, ["rules", "tables"], ruleColumns);
  checkEntries(check, recipe.assertions.tables, ["assert"], assertedColumns);
  check.masks(recipe, recipe.target.tables === undefined ? schema.tables : named.flatMap((table) => table ?? []));
  throwFaults(
    shownFile(recipe),
    check.faults.map((fault) => located(recipe, fault)),
  );
}

function located(recipe: Recipe, fault: PathFault): RecipeFault {
  const place = placed(fault, recipe.place(fault.path, fault.part));
  return { ...place, message: recipe.redact(place.message) };
}

function shownFile(recipe: Recipe): string {
  return recipe.place([]).file ?? recipe.file;
}
