/** What the text of a cell says in its dialect. */
import type { Dialect } from "./dialect.ts";

export type Cell = string | null;

/** Of a cell without quotes. */
export function unquotedCell(dialect: Dialect, text: string): Cell {
  if (dialect.nulls.has(text)) return null;
  if (text === dialect.emptyString) return "";
  return dialect.bareEscape?.unescape(text) ?? text;
}

/** Of what stands between the quotes of a cell. An escape before any other character is data: a writer that escapes would have doubled it. */
export function quotedCell({ quote = "", escape, bareEscape }: Dialect, text: string): string {
  if (bareEscape !== undefined) return bareEscape.unescape(text);
  if (escape === undefined || !text.includes(escape)) return text;
  if (escape === quote) return text.replaceAll(quote + quote, quote);
  const parts = text.split(escape + escape);
  return parts.map((part) => part.replaceAll(escape + quote, quote)).join(escape);
}
