/** Holds the recipe's table and column names against the target schema. */
import { UserError } from "../errors.ts";
import { findColumn, findTable, isStored, sameName } from "../schema/model.ts";
import type { DatabaseSchema, Table } from "../schema/model.ts";
import { placed, throwFaults } from "./faults.ts";
import type { PathFault, RecipeFault } from "./faults.ts";
import type { YamlPath } from "./places.ts";
import type { Recipe } from "./recipe.ts";
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

/** Gathers faults; the same table under two names would be settled twice. */
class NameCheck {
  readonly faults: PathFault[] = [];
  readonly #schema: DatabaseSchema;

  constructor(schema: DatabaseSchema) {
    this.#schema = schema;
  }

  tables(
    names: readonly { readonly name: string; readonly path: YamlPath }[],
    part: "key" | "value",
  ): (Table | undefined)[] {
    const seen = new Map<Table, string>();
    return names.map(({ name, path }) => {
      const table = this.#table(name, path, part);
      const twin = table && seen.get(table);
      if (twin !== undefined) this.faults.push({ path, part, message: `the same table as "${twin}" above; keep one` });
      if (table !== undefined) seen.set(table, name);
      return table;
    });
  }

  columns(table: Table | undefined, names: readonly string[], path: YamlPath): void {
    for (const name of table === undefined ? [] : names) {
      const message = columnFault(table as Table, name);
      if (message !== undefined) this.faults.push({ path: [...path, name], part: "key", message });
    }
  }

  #table(name: string, path: YamlPath, part: "key" | "value"): Table | undefined {
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

function checkEntries(
  check: NameCheck,
  tables: Readonly<Record<string, { readonly columns: Readonly<Record<string, unknown>> }>>,
  path: YamlPath,
): void {
  const names = Object.keys(tables);
  const found = check.tables(
    names.map((name) => ({ name, path: [...path, name] })),
    "key",
  );
  names.forEach((name, index) =>
    check.columns(found[index], Object.keys(tables[name]?.columns ?? {}), [...path, name, "columns"]),
  );
}

/**
 * Checks every table and column that the recipe names.
 * @throws RecipeError with all faults at once
 */
export function checkNames(recipe: Recipe, schema: DatabaseSchema): void {
  const check = new NameCheck(schema);
  const targets = (recipe.target.tables ?? []).map((name, index) => ({ name, path: ["target", "tables", index] }));
  check.tables(targets, "value");
  for (const source of recipe.sources) checkEntries(check, source.tables, ["sources", source.id, "tables"]);
  checkEntries(check, recipe.rules.tables, ["rules", "tables"]);
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
