/** A look into data that nothing has validated yet. */

/** The entries of a map; none where the value is no map. */
export function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** What stands at the end of the keys; undefined where nothing does. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => new Map(entries(inner)).get(key), value);
}

/** The items of a list; none where the value is no list. */
export function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
