/** Names of SQL Server, quoted; https://learn.microsoft.com/sql/relational-databases/databases/database-identifiers */
import type { RelationName } from "../server/kind.ts";

export function quoteName(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

export function quoteRelation({ schema, name }: RelationName): string {
  return `${quoteName(schema)}.${quoteName(name)}`;
}

/** A text of the statement's own, never of a source's data. */
export function quoteText(text: string): string {
  return `N'${text.replaceAll("'", "''")}'`;
}
