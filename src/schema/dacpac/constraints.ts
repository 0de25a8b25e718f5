/** Keys, foreign keys, checks and defaults of a package's model. */
import type { Check, Column, ForeignKey, Key } from "../model.ts";
import { children, flag, property, referenced, type ModelElement } from "./elements.ts";
import { lastName, objectName } from "./names.ts";

function named({ name }: ModelElement): { name?: string } {
  return name === undefined ? {} : { name: lastName(name) };
}

/** Names of the columns of a key or an index. */
export function keyColumns(element: ModelElement): string[] {
  return children(element, "ColumnSpecifications").flatMap((each) => referenced(each, "Column").map(lastName));
}

/** Left out where it is what the server would do. */
export function primaryKey(element: ModelElement): Key {
  return { ...named(element), columns: keyColumns(element), clustered: flag(element, "IsClustered", true) };
}

export function uniqueKey(element: ModelElement): Key {
  return { ...named(element), columns: keyColumns(element), clustered: flag(element, "IsClustered") };
}

/** By number, as the model writes them; 0 and what is left out: NO ACTION. */
const actions: Readonly<Record<string, string>> = { 1: "CASCADE", 2: "SET NULL", 3: "SET DEFAULT" };

function actionOf(element: ModelElement, when: "onDelete" | "onUpdate"): Pick<ForeignKey, "onDelete" | "onUpdate"> {
  const number = property(element, when === "onDelete" ? "OnDeleteAction" : "OnUpdateAction") ?? "0";
  const action = actions[number];
  return action === undefined ? {} : { [when]: action };
}

function isDisabled(element: ModelElement): boolean {
  return flag(element, "IsDisabled") || flag(element, "Disabled");
}

export function foreignKey(element: ModelElement): ForeignKey {
  return {
    ...named(element),
    columns: referenced(element, "Columns").map(lastName),
    references: objectName(referenced(element, "ForeignTable")[0] ?? "").id,
    referencedColumns: referenced(element, "ForeignColumns").map(lastName),
    ...actionOf(element, "onDelete"),
    ...actionOf(element, "onUpdate"),
    notForReplication: flag(element, "IsNotForReplication"),
    disabled: isDisabled(element),
  };
}

export function check(element: ModelElement): Check {
  const expression = property(element, "CheckExpressionScript") ?? "";
  return { ...named(element), expression, disabled: isDisabled(element) };
}

export function defaultOf(element: ModelElement): NonNullable<Column["default"]> {
  return { ...named(element), expression: property(element, "DefaultExpressionScript") ?? "" };
}
