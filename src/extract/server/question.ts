/** What is asked of a server for one table, in one text: what was captured for another question answers none of this one. */
import type { TableMapping } from "../extractor.ts";

export function questionOf({ from, query, where }: TableMapping): string {
  return JSON.stringify({ from, query, where });
}
