/** What the values that a record gives for a row come to. */
import { sameName } from "../../schema/model.ts";
import { planKey } from "../../values/key.ts";
import type { TableMapping } from "../extractor.ts";
import { columnFor, type Fields, type RowChange } from "./changes.ts";

export type ChangeOperation = RowChange["operation"];
export type Change = Omit<RowChange, "at">;

/** A table by its id, by what its `from` is, or by its name. */
export function findMapping(mappings: readonly TableMapping[], name: string): TableMapping | undefined {
  return (
    mappings.find(({ table, from }) => sameName(table.id, name) || (from !== undefined && sameName(from, name))) ??
    mappings.find(({ table }) => sameName(table.name, name))
  );
}

const none: ReadonlyMap<string, string> = new Map();

/**
 * A deleted row held its values until then; an update that says none proves that the row was there. `touched`: columns that were
 * changed to what the record does not say, and how.
 */
export function changeOf(
  mapping: TableMapping,
  operation: ChangeOperation,
  values: Fields,
  touched: ReadonlyMap<string, string> = none,
): Change {
  const { columns } = planKey(mapping.table);
  const isKey = (name: string) => columns.some((column) => column === columnFor(mapping, name));
  const rest = [...values].filter(([name]) => !isKey(name));
  const others = new Map([...touched].filter(([name]) => !isKey(name)));
  if (operation === "insert" || (operation === "update" && rest.length + others.size > 0))
    return { mapping, operation, values, ...(others.size === 0 ? {} : { touched: others }) };
  const key = new Map([...values].filter(([name]) => isKey(name)));
  if (operation === "delete")
    return { mapping, operation, values: key, ...(rest.length > 0 ? { before: values } : {}) };
  return { mapping, operation: "proof", values: key };
}
