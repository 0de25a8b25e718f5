/** Conditions on the target database that scripts stop at. */
import type { Table } from "../../schema/model.ts";
import type { Check } from "./batches.ts";
import { objectId, tableIdentifier } from "./identifiers.ts";

const longestName = 120;

/** A table's name for messages, which have little room. */
export function shortName(table: Table): string {
  const characters = Array.from(table.id);
  return characters.length > longestName ? `${characters.slice(0, longestName).join("")}…` : table.id;
}

export function tableMissing(table: Table): Check {
  return {
    condition: `ISNULL(OBJECTPROPERTY(${objectId(table)}, N'IsUserTable'), 0) <> 1`,
    message: `tablesalvage: table ${shortName(table)} is not in this database. Create it from the schema, or choose the right database, in a new connection.`,
  };
}

export function tableThere(table: Table): string {
  return `OBJECTPROPERTY(${objectId(table)}, N'IsUserTable') = 1`;
}

export function hasRows(table: Table): string {
  return `EXISTS (SELECT * FROM ${tableIdentifier(table)})`;
}
