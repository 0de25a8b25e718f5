/** Which elements of a model belong to which table. */
import type { TableName } from "../model.ts";
import { referenced, type ModelElement } from "./elements.ts";
import type { Role } from "./gather.ts";
import { objectName } from "./names.ts";

/** Elements of one role by the table that one of their relationships names. */
export class ByTable {
  readonly #lists = new Map<TableName, ModelElement[]>();

  constructor(elements: readonly ModelElement[], relationship: string) {
    for (const element of elements)
      for (const name of referenced(element, relationship)) this.#push(objectName(name).id, element);
  }

  of(table: TableName): readonly ModelElement[] {
    return this.#lists.get(table) ?? [];
  }

  #push(table: TableName, element: ModelElement): void {
    const list = this.#lists.get(table) ?? [];
    list.push(element);
    this.#lists.set(table, list);
  }
}

/** By which relationship the elements of a role belong to their table. */
export const owners = {
  primaryKeys: "DefiningTable",
  uniqueKeys: "DefiningTable",
  foreignKeys: "DefiningTable",
  checks: "DefiningTable",
  defaults: "DefiningTable",
  indexes: "IndexedObject",
  triggers: "Parent",
  permissions: "SecuredObject",
  descriptions: "Host",
} as const satisfies Partial<Record<Role, string>>;

export type Owned = keyof typeof owners;
