/** Which column of the target a column of the log feeds. */
import type { Column } from "../../schema/model.ts";
import { columnFor } from "./changes.ts";
import type { TableMapping } from "../extractor.ts";

const known = new WeakMap<TableMapping, Map<string, Column | undefined>>();

/** Asked for every value, so that each name is looked for once. Undefined: it feeds none. */
export function columnOf(mapping: TableMapping, name: string): Column | undefined {
  const columns = known.get(mapping) ?? new Map<string, Column | undefined>();
  known.set(mapping, columns);
  if (!columns.has(name)) columns.set(name, columnFor(mapping, name));
  return columns.get(name);
}
