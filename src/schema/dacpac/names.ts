/** Names as a package's model writes them: `[dbo].[Order Details].[OrderID]`. */
import { tableName, type TableName } from "../model.ts";
import { splitName } from "../tsql/names.ts";

export interface PackagedName {
  readonly schema: string;
  readonly name: string;
  readonly id: TableName;
}

/** Schema and name of a table, a type, a constraint: the first two parts. */
export function objectName(name: string): PackagedName {
  const [schema = "dbo", own = ""] = splitName(name);
  return { schema, name: own, id: tableName(schema, own) };
}

/** A column's, an index's, a constraint's own name. */
export function lastName(name: string): string {
  return splitName(name).at(-1) ?? "";
}

/** The same in its brackets. */
export function lastQuoted(name: string): string {
  return quoteName(lastName(name));
}

export function quoteName(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

export function quoteText(text: string): string {
  return `N'${text.replaceAll("'", "''")}'`;
}
