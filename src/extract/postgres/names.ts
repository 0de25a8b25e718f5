/** Names in the server's SQL, and in sentences. */
import type { RelationName } from "../server/kind.ts";

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteRelation({ schema, name }: RelationName): string {
  return `${quoteName(schema)}.${quoteName(name)}`;
}

export function showRelation({ schema, name }: RelationName): string {
  return `${schema}.${name}`;
}
