/** How a file of delimited text is written: what the scanner needs to know of the recipe's options. */

import type { BareEscape } from "./escapes.ts";

export interface Dialect {
  readonly delimiter: string;
  /** One character; undefined where cells are never quoted. */
  readonly quote: string | undefined;
  /** One character; the quote itself where quotes are doubled. */
  readonly escape: string | undefined;
  /** Undefined: newlines of the kind that the file's first one is. */
  readonly recordDelimiter: string | undefined;
  /** Unquoted cells that are NULL. */
  readonly nulls: ReadonlySet<string>;
  /** The unquoted cell that is the empty string, where the dialect has one (bcp writes a NUL character). */
  readonly emptyString: string | undefined;
  /** What a line begins with that is no record. */
  readonly comment: string | undefined;
  /** Escapes that count outside of quotes, too. */
  readonly bareEscape: BareEscape | undefined;
}

export type Newline = "\n" | "\r\n" | "\r";

/**
 * Length of the newline at `at`; 0 where none ends a record there. A carriage return alone is data in a file whose records end in a line feed
 * and the other way round, or a cell with a stray one would be staged in two halves. CRLF is one newline in every file
 * but, in one of CRLF records, a line feed alone is data.
 */
export function newlineLength(text: string, at: number, newline: Newline | undefined, isFinal: boolean): number {
  if (text.charCodeAt(at) === 10) return newline === "\n" || newline === undefined ? 1 : 0;
  if (text.charCodeAt(at) !== 13) return 0;
  if (text.charCodeAt(at + 1) === 10) return 2;
  const isKnownWhole = isFinal || at + 1 < text.length;
  return isKnownWhole && (newline === "\r" || newline === undefined) ? 1 : 0;
}
