/** SQL expressions over a staging store that are equal where the server takes the values as equal. */
import type { Column } from "../schema/model.ts";
import { cellDecoders } from "../stage/cells.ts";
import type { SqliteCell } from "../stage/cells.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { codecFor } from "../values/registry.ts";

const comparesAsStored = new Set([
  "bit",
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "uniqueidentifier",
  "decimal",
  "numeric",
  "date",
  "datetime",
]);

/** Strings compare under their collation, so SQLite is taught each column's equality; the others compare as they lie. */
export function comparableColumns(store: Store): (column: Column) => string {
  const names = new Map<Column, string>();
  return (column) => {
    if (comparesAsStored.has(column.type.name)) return quoteName(column.name);
    const name = names.get(column) ?? `equality_${names.size}`;
    if (!names.has(column)) teachEquality(store, name, column);
    names.set(column, name);
    return `${name}(${quoteName(column.name)})`;
  };
}

function teachEquality(store: Store, name: string, column: Column): void {
  const codec = codecFor(column);
  const decode = cellDecoders([column])[0] as (
    cell: SqliteCell,
  ) => ReturnType<typeof codec.equalityKey> | Uint8Array | null;
  store.function(name, { deterministic: true }, (cell: SqliteCell) => {
    const value = decode(cell);
    return value === null ? null : String(codec.equalityKey(value));
  });
}
