/** Conditions on the target database that scripts stop at. */
import type { Table } from "../../schema/model.ts";
import type { Check } from "./batches.ts";
import { tableIdentifier } from "./identifiers.ts";
import { nationalLiteral } from "./strings.ts";

const longestName = 120;

/** A table's name for messages, which have little room. */
export function shortName(table: Table): string {
  const characters = Array.from(table.id);
  return characters.length > longestName ? `${characters.slice(0, longestName).join("")}…` : table.id;
}

export function tableMissing(table: Table): Check {
  return {
    condition: `ISNULL(OBJECTPROPERTY(OBJECT_ID(${nationalLiteral(tableIdentifier(table))}), N'IsUserTable'), 0) <> 1`,
    message: `tablesalvage: table ${shortName(table)} is not in this database. Create it from the schema, or choose the right database, in a new connection.`,
  };
}

export function tableThere(table: Table): string {
  return `OBJECTPROPERTY(OBJECT_ID(${nationalLiteral(tableIdentifier(table))}), N'IsUserTable') = 1`;
}

export function hasRows(table: Table): string {
  return `EXISTS (SELECT * FROM ${tableIdentifier(table)})`;
}
