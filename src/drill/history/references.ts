/** Which rows a row refers to by its foreign keys. */
import { findColumn, sameName, storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { planKey } from "../../values/key.ts";
import type { RowKey } from "../../values/key.ts";
import type { Cells } from "../truth/model.ts";

export interface Reference {
  readonly parent: Table;
  /** Names of the child's columns, in the order of the parent's key. */
  readonly columns: readonly string[];
  /** The key of the parent row; undefined: it refers to none. */
  readonly keyOf: (cells: Cells) => RowKey | undefined;
}

/** Foreign keys to the primary keys of other tables among `tables`, and with `itself` those to the table itself. */
export function referencesOf(table: Table, tables: readonly Table[], { itself = false } = {}): Reference[] {
  const stored = storedColumns(table);
  return table.foreignKeys.flatMap((foreign): Reference[] => {
    const parent = tables.find(({ id }) => sameName(id, foreign.references));
    if (parent === undefined || (parent === table && !itself)) return [];
    const key = planKey(parent);
    const named = foreign.referencedColumns.length > 0 ? foreign.referencedColumns : (parent.primaryKey?.columns ?? []);
    const columns = key.columns.map(({ name }) => {
      const at = named.findIndex((each) => sameName(each, name));
      return findColumn(table, foreign.columns[at] ?? "");
    });
    if (named.length !== columns.length || columns.some((column) => column === undefined)) return [];
    const indexes = columns.map((column) => stored.findIndex(({ name }) => name === column?.name));
    return [
      {
        parent,
        columns: columns.flatMap((column) => column?.name ?? []),
        keyOf: (cells) => {
          const values = indexes.map((index) => cells[index] ?? null);
          return values.includes(null) ? undefined : key.encode(values);
        },
      },
    ];
  });
}
