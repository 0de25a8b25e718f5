/**
 * Rows whose parent is not emitted cannot be loaded: they are withheld, and so are theirs, until nothing changes.
 * Only references between the target's tables are looked at; nothing is known of the others.
 */
import { findColumn, findTable, isStored } from "../schema/model.ts";
import type { Column, DatabaseSchema, ForeignKey, Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";

/** A foreign key between two target tables, with SQL expressions that are equal where the server takes the values as equal. */
export interface Reference {
  readonly child: Table;
  readonly parent: Table;
  readonly childKey: readonly string[];
  readonly parentKey: readonly string[];
}

/** Withholds rows without a parent; `tables` are the target's. Says how many rows of which table. */
export function withholdOrphans(store: Store, references: readonly Reference[]): ReadonlyMap<string, number> {
  const withheld = new Map<string, number>();
  for (let changed = true; changed;) {
    changed = false;
    for (const reference of references) {
      const rows = withholdChildren(store, reference);
      if (rows === 0) continue;
      changed = true;
      withheld.set(reference.child.id, (withheld.get(reference.child.id) ?? 0) + rows);
    }
  }
  return withheld;
}

/** Every enforced reference between the target's tables. */
export function findReferences(
  comparable: (column: Column) => string,
  schema: DatabaseSchema,
  tables: readonly Table[],
): Reference[] {
  return tables.flatMap((child) =>
    child.foreignKeys.flatMap((foreignKey) => {
      const parent = findTable(schema, foreignKey.references);
      if (parent === undefined || !tables.includes(parent) || foreignKey.disabled) return [];
      const pairs = pairColumns(child, foreignKey, parent);
      if (pairs.length !== foreignKey.columns.length) return [];
      return {
        child,
        parent,
        childKey: pairs.map((pair) => comparable(pair.child)),
        parentKey: pairs.map((pair) => comparable(pair.parent)),
      };
    }),
  );
}

function pairColumns(child: Table, foreignKey: ForeignKey, parent: Table): { child: Column; parent: Column }[] {
  const named = foreignKey.referencedColumns;
  const referenced = named.length > 0 ? named : (parent.primaryKey?.columns ?? []);
  return foreignKey.columns.flatMap((name, index) => {
    const from = findColumn(child, name);
    const to = findColumn(parent, referenced[index] ?? "");
    return from && to && isStored(from) && isStored(to) ? [{ child: from, parent: to }] : [];
  });
}

function withholdChildren(store: Store, { child, parent, childKey, parentKey }: Reference): number {
  const present = childKey.map((expression) => `${expression} IS NOT NULL`).join(" AND ");
  const parentPresent = parentKey.map((expression) => `${expression} IS NOT NULL`).join(" AND ");
  const update = store.prepare(
    `UPDATE ${quoteName(child.id)} SET "#withheld" = ? WHERE "#withheld" IS NULL AND ${present} AND (${childKey.join(", ")}) NOT IN
       (SELECT ${parentKey.join(", ")} FROM ${quoteName(parent.id)} WHERE "#withheld" IS NULL AND ${parentPresent})`,
  );
  return update.run(`no parent: its row of ${parent.id} is not recovered`).changes;
}
