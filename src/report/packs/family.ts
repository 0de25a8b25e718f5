/** Which tables hold rows of a parent: those that refer to it, and those that refer to these. */
import type { DatabaseSchema, Table } from "../../schema/model.ts";
import { findReferences } from "../../verify/foreign-keys.ts";
import type { ForeignReference } from "../../verify/foreign-keys.ts";

/** A table whose rows belong to the parents, by all the ways that lead there. */
export interface Branch {
  readonly table: Table;
  /** From the parent, or from a branch that stands before this one. */
  readonly references: readonly ForeignReference[];
  /** Its own rows refer to each other: those that refer to a row of the parent are the parent's too, one step far. */
  readonly ownReferences: readonly ForeignReference[];
}

/**
 * The branches in an order in which each stands behind those that it refers to. A reference that would close a circle is left out,
 * as is any back to the parent's table but its own, which makes a branch of the table itself. What the server does not enforce
 * (NOCHECK) still tells what belongs together.
 * @param comparable as {@link findReferences} takes it
 */
export function findBranches(
  comparable: Parameters<typeof findReferences>[0],
  schema: DatabaseSchema,
  tables: readonly Table[],
  parent: Table,
): Branch[] {
  const enforced = new Map(tables.map((table) => [table.id, withAllEnforced(table)]));
  const all = [...enforced.values()];
  const own = new Map(tables.map((table) => [table.id, table]));
  const references = findReferences(comparable, { ...schema, tables: all }, all).map((reference) => ({
    ...reference,
    child: own.get(reference.child.id) ?? reference.child,
    parent: own.get(reference.parent.id) ?? reference.parent,
  }));
  const order = childrenFirst(references, parent).toReversed();
  const place = new Map(order.map((table, index) => [table, index]));
  const self = references.filter((each) => each.child === parent && each.parent === parent);
  const branches = order.slice(1).map((table): Branch => {
    const before = (each: ForeignReference): boolean => (place.get(each.parent) ?? Infinity) < (place.get(table) ?? 0);
    return {
      table,
      references: references.filter((each) => each.child === table && before(each)),
      ownReferences: references.filter((each) => each.child === table && each.parent === table),
    };
  });
  return [...(self.length === 0 ? [] : [{ table: parent, references: self, ownReferences: [] }]), ...branches];
}

function withAllEnforced(table: Table): Table {
  return { ...table, foreignKeys: table.foreignKeys.map((foreignKey) => ({ ...foreignKey, disabled: false })) };
}

/** Depth first; the parent comes last. */
function childrenFirst(references: readonly ForeignReference[], parent: Table): Table[] {
  const seen = new Set<Table>();
  const order: Table[] = [];
  const visit = (table: Table): void => {
    if (seen.has(table)) return;
    seen.add(table);
    // The last first, so that the turned order is that of the schema.
    for (const { child } of references.filter((each) => each.parent === table).toReversed()) visit(child);
    order.push(table);
  };
  visit(parent);
  return order;
}
