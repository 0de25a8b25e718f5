/** Which lost table a table of the change log feeds. */
import { UserError } from "../../errors.ts";
import { sameName } from "../../schema/model.ts";
import type { TableMapping } from "../extractor.ts";

/** A table as the log names it. */
export interface LoggedTable {
  readonly database?: string | undefined;
  readonly schema?: string | undefined;
  readonly name: string;
}

const mostUnrouted = 1000;

export class TableRoutes {
  readonly #mappings: readonly TableMapping[];
  readonly #found = new Map<string, TableMapping | undefined>();
  /** Which one feeds a table that the recipe says nothing of. */
  readonly #feeders = new Map<TableMapping, LoggedTable>();

  constructor(mappings: readonly TableMapping[]) {
    this.#mappings = mappings;
  }

  /**
   * `from` is the table's name, behind its schema, behind its database or not. Without it a table is fed by its namesake of any database.
   * Undefined: it feeds none. Throws UserError where two feed one that the recipe does not tell apart.
   */
  find(logged: LoggedTable): TableMapping | undefined {
    const id = idOf(logged);
    if (this.#found.has(id)) return this.#found.get(id);
    const found = this.#search(logged, id);
    if (this.#found.size < mostUnrouted || found !== undefined) this.#found.set(id, found);
    return found;
  }

  /** Tables that feed nothing. */
  get passedOver(): string[] {
    return [...this.#found].flatMap(([id, mapping]) => (mapping === undefined ? id : []));
  }

  #search(logged: LoggedTable, id: string): TableMapping | undefined {
    const names = namesOf(logged);
    const named = names.flatMap((name) =>
      this.#mappings.filter(({ from }) => from !== undefined && sameName(from, name)),
    );
    if (named[0] !== undefined) return named[0];
    const unnamed = this.#mappings.filter(({ from, table }) => from === undefined && sameName(table.name, logged.name));
    const whole = unnamed.filter(({ table }) => logged.schema !== undefined && sameName(table.schema, logged.schema));
    const [found, another] = whole.length > 0 ? whole : unnamed;
    if (found === undefined) return undefined;
    const other = this.#feeders.get(found) ?? logged;
    if (differ(other.database, logged.database) || differ(other.schema, logged.schema))
      throw fedTwice(found, idOf(other), id);
    if (another !== undefined) throw feedsTwo(id, found, another);
    this.#feeders.set(found, { ...other, ...logged });
    return found;
  }
}

/** What one of them does not say is no difference. */
function differ(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && !sameName(left, right);
}

function idOf({ database, schema, name }: LoggedTable): string {
  return [database, schema, name].filter((part) => part !== undefined).join(".");
}

/** The longest first. */
function namesOf({ database, schema, name }: LoggedTable): string[] {
  return [...new Set([idOf({ database, schema, name }), idOf({ schema, name }), idOf({ database, name }), name])];
}

function fedTwice({ table }: TableMapping, one: string, other: string): UserError {
  return new UserError({
    what: `${one} and ${other} of the log are both called as ${table.id} is`,
    remedy: "Say with `from`, under the source's `tables`, which of them feeds it",
    where: { table: table.id },
  });
}

function feedsTwo(id: string, one: TableMapping, other: TableMapping): UserError {
  return new UserError({
    what: `${id} of the log fits two tables, ${one.table.id} and ${other.table.id}`,
    remedy: "Say with `from`, under the source's `tables`, which one it feeds",
  });
}
