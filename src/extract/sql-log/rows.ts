/** What a statement says of rows, under the names of the source, as a change of each. */
import { sameName } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import { planKey } from "../../values/key.ts";
import type { RowChange } from "../events/changes.ts";
import type { Dialect, Surroundings } from "../sql-script/dialects/dialect.ts";
import { temporalTypes } from "../sql-script/dialects/typed.ts";
import type { Route } from "../sql-script/routes.ts";
import { Unreadable } from "../sql-script/unreadable.ts";
import type { Conditions, Given } from "./clauses.ts";

/** Values that are known, and columns that are computed, by the source's names. */
export interface Gathered {
  readonly values: Map<string, RawValue | null>;
  readonly touched: Map<string, string>;
}

const mostRows = 10_000;
const zonedText = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(?:Z|[+-]\d\d:\d\d)$/;

export class RowReader {
  readonly #dialect: Dialect;
  readonly #surroundings: Surroundings;

  constructor(dialect: Dialect, surroundings: Surroundings) {
    this.#dialect = dialect;
    this.#surroundings = surroundings;
  }

  gather(given: Iterable<readonly [string, Given]>, route: Route): Gathered {
    const values = new Map<string, RawValue | null>();
    const touched = new Map<string, string>();
    for (const [name, each] of given) {
      const adapted = this.#adapted(name, each, route);
      if ("by" in adapted) touched.set(name, adapted.by);
      else values.set(name, adapted.value);
    }
    return { values, touched };
  }

  /** The keys that the conditions name, one a row; a sentence where they name none. Throws Unreadable. */
  keys(conditions: Conditions, route: Route): Map<string, RawValue | null>[] | string {
    const { kind, columns } = planKey(route.mapping.table);
    const isOfKey = ({ name }: Conditions[number]) => keyNames(route).some((key) => sameName(key, name));
    const named = new Set(conditions.filter(isOfKey).map(({ name }) => name.toUpperCase()));
    if (kind === "row" || named.size < columns.length) return "the WHERE is not a key";
    if (conditions.length > columns.length)
      return "the WHERE asks for more than the key: its row may have stayed as it was";
    const rows = conditions.reduce((product, { values }) => product * values.length, 1);
    if (rows > mostRows) return `the WHERE names ${rows} keys`;
    let keys: Map<string, RawValue | null>[] = [new Map()];
    for (const { name, values } of conditions)
      keys = keys.flatMap((key) =>
        values
          .filter((value) => value !== null)
          .map((value) => new Map([...key, [name, this.#adapt(name, value, route)]])),
      );
    return keys;
  }

  #adapted(name: string, given: Given, route: Route): Given {
    if ("by" in given || given.value === null) return given;
    try {
      return { value: this.#adapt(name, given.value, route) };
    } catch (error) {
      if (error instanceof Unreadable) return { by: shown(given.value), why: error.reason };
      throw error;
    }
  }

  #adapt(name: string, value: RawValue, { columns }: Route): RawValue {
    const column = columns.get(name.toUpperCase());
    if (column === undefined) return value;
    const adapter = this.#dialect.adapter?.(undefined, column, this.#surroundings);
    if (adapter !== undefined) return adapter(value);
    // The server drops the offset of what it is given for a wall clock.
    const isWall = temporalTypes.has(column.type.name) && column.type.name !== "datetimeoffset";
    return isWall && typeof value === "string" ? value.replace(zonedText, "$1") : value;
  }
}

/** The source's names of the key's columns. */
export function keyNames({ mapping, columns }: Route): string[] {
  const key = planKey(mapping.table);
  if (key.kind === "row") return [];
  return [...columns].filter(([, column]) => key.columns.includes(column)).map(([name]) => name);
}

/** The row's key among the values; undefined where some of it is missing or NULL. */
export function keyOf(
  values: ReadonlyMap<string, RawValue | null>,
  route: Route,
): Map<string, RawValue | null> | undefined {
  const names = keyNames(route);
  const found = [...values].filter(([name, value]) => value !== null && names.some((key) => sameName(key, name)));
  return names.length > 0 && found.length === names.length ? new Map(found) : undefined;
}

export function changeOf(
  operation: RowChange["operation"],
  { mapping }: Route,
  { values, touched }: Gathered,
): Omit<RowChange, "at"> {
  return { mapping, operation, values, ...(touched.size === 0 ? {} : { touched }) };
}

function shown(value: RawValue): string {
  return value instanceof Uint8Array ? `${value.length} bytes` : String(value).slice(0, 100);
}
