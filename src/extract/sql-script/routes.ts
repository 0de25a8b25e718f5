/** Which target table a script's table feeds, and which column a script's column. */
import { closest } from "fastest-levenshtein";
import { UserError } from "../../errors.ts";
import { isStored, sameName, type Column } from "../../schema/model.ts";
import type { TableMapping } from "../extractor.ts";
import { parseTable, type ScriptTable } from "./names.ts";
import type { ScriptColumn } from "./session.ts";

/** One target table and the script's names for it and its columns. */
export interface Route {
  readonly mapping: TableMapping;
  readonly source: ScriptTable;
  /** Target columns by the script's name in upper case. */
  readonly columns: ReadonlyMap<string, Column>;
  /** The script's columns that were met, in upper case. */
  readonly met: Set<string>;
  /** Does the script hold this table, created or filled? */
  wasMet: boolean;
}

export class Routes {
  readonly #routes = new Map<string, Route>();
  /** Other engines keep the tables in schemas, or databases, of other names. */
  readonly #findsByName: boolean;
  /** The script's table that feeds the route, where it was found by its name alone. */
  readonly #claimed = new Map<Route, ScriptTable>();
  /** Tables that the scripts hold, for suggestions. */
  readonly #seen = new Map<string, string>();

  /** Throws UserError where two target tables would be fed by one. */
  constructor(mappings: readonly TableMapping[], defaultSchema: string, findsByName = false) {
    this.#findsByName = findsByName;
    for (const mapping of mappings) {
      const route = buildRoute(mapping, defaultSchema);
      const taken = this.#routes.get(route.source.key);
      if (taken !== undefined) throw fedTwice(route, taken);
      this.#routes.set(route.source.key, route);
    }
  }

  find(table: ScriptTable): Route | undefined {
    const exact = this.#routes.get(table.key);
    if (exact !== undefined || !this.#findsByName || table.isTemporary) return exact;
    const named = [...this.#routes.values()].filter((route) => isNamed(route, table));
    return named.length === 1 ? named[0] : undefined;
  }

  /** Notes that rows of the table feed the route. Throws UserError where another table of the script does so already. */
  claim(route: Route, table: ScriptTable): void {
    const other = this.#claimed.get(route) ?? table;
    if (other.key !== table.key) throw ambiguous(route, other, table);
    this.#claimed.set(route, table);
  }

  /** Takes note of a table that the script creates or fills, with its columns where they are known. */
  meet(table: ScriptTable, _columns?: readonly ScriptColumn[]): void {
    if (this.#seen.has(table.key) || table.isTemporary) return;
    this.#seen.set(table.key, table.label);
    const route = this.find(table);
    if (route !== undefined) route.wasMet = true;
  }

  /** Throws UserError for a table or a column that the recipe names and no script holds. */
  requireMet(): void {
    for (const route of this.#routes.values()) {
      if (route.mapping.from !== undefined && !route.wasMet) throw tableMissing(route, [...this.#seen.values()]);
      if (route.met.size > 0) requireColumns(route);
    }
  }
}

/** Throws UserError for a `from` that is no name, and for two target tables that would be fed by one. */
export function requireDistinct(mappings: readonly TableMapping[], defaultSchema: string): Routes {
  return new Routes(mappings, defaultSchema);
}

function buildRoute(mapping: TableMapping, defaultSchema: string): Route {
  const { table, from } = mapping;
  const own = { label: table.id, name: table.name.toUpperCase(), key: table.id.toUpperCase(), isTemporary: false };
  const source = from === undefined ? own : parseTable(from, defaultSchema);
  if (source === undefined) throw badName(mapping);
  const columns = new Map(table.columns.map((column) => [sourceName(mapping, column).toUpperCase(), column]));
  return { mapping, source, columns, met: new Set(), wasMet: false };
}

/** The script's name for a target column. */
function sourceName(mapping: TableMapping, column: Column): string {
  for (const [target, source] of mapping.columns) if (sameName(target, column.name)) return source;
  return column.name;
}

/** The target table's columns as an INSERT without column list would mean them, under the script's names. */
export function targetColumns(mapping: TableMapping): ScriptColumn[] {
  return mapping.table.columns.map((column) => ({ name: sourceName(mapping, column), kind: kindOf(column) }));
}

function kindOf(column: Column): ScriptColumn["kind"] {
  if (column.computed !== undefined) return "computed";
  if (!isStored(column)) return "default-only";
  return column.identity === undefined ? "plain" : "identity";
}

function requireColumns(route: Route): void {
  for (const [target, source] of route.mapping.columns) {
    if (route.met.has(source.toUpperCase())) continue;
    throw new UserError({
      what: `no INSERT into ${route.source.label} names a column ${source}, which the recipe takes for ${target}`,
      where: { table: route.mapping.table.id },
      remedy: `Correct the column in the recipe; ${suggestion(source, [...route.met])}`,
    });
  }
}

function suggestion(name: string, known: readonly string[]): string {
  return known.length === 0
    ? "the scripts fill no table"
    : `the nearest name in the scripts is ${closest(name, [...known])}`;
}

function tableMissing(route: Route, seen: readonly string[]): UserError {
  return new UserError({
    what: `the scripts hold no table ${route.source.label}`,
    where: { table: route.mapping.table.id },
    remedy: `Correct \`from\` in the recipe; ${suggestion(route.source.label, seen)}`,
  });
}

/** A `from` with a schema means that schema. */
function isNamed({ mapping, source }: Route, table: ScriptTable): boolean {
  return source.name === table.name && mapping.from?.includes(".") !== true;
}

function ambiguous({ mapping }: Route, first: ScriptTable, second: ScriptTable): UserError {
  return new UserError({
    what: `more than one table of the script could be it: ${first.label}, ${second.label}`,
    where: { table: mapping.table.id },
    remedy: `Say which, with \`from: ${first.label}\` or \`from: ${second.label}\` under the source's tables`,
  });
}

function fedTwice(route: Route, other: Route): UserError {
  return new UserError({
    what: `${route.mapping.table.id} and ${other.mapping.table.id} would both be fed by ${route.source.label}`,
    where: { table: route.mapping.table.id },
    remedy: "Give each table its own `from` in the recipe",
  });
}

function badName(mapping: TableMapping): UserError {
  return new UserError({
    what: `\`from: ${mapping.from}\` is no name of a table`,
    where: { table: mapping.table.id },
    remedy: "Write it as schema.table, with brackets around parts that hold a dot",
  });
}
