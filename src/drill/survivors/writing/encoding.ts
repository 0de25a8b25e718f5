/** Text as bytes of an encoding, and what is left of it there. */
import iconv from "iconv-lite";
import { UserError } from "../../../errors.ts";
import type { Column, Table } from "../../../schema/model.ts";
import type { CanonicalValue } from "../../../values/codec.ts";
import { variantAsText } from "./plain-text.ts";

export function isUtf8(encoding: string): boolean {
  return /^utf-?8$/i.test(encoding);
}

/** iconv-lite puts a mark before every piece of what it calls `utf-16`. */
function plainName(encoding: string): string {
  return /^utf-?16$/i.test(encoding) ? "utf-16le" : encoding;
}

export function encode(text: string, encoding: string): Buffer {
  const isUnicode = /^utf|^ucs/i.test(encoding);
  // iconv-lite takes U+FFFD for the first byte that a code page leaves undefined.
  return iconv.encode(isUnicode ? text : text.replaceAll("\uFFFD", "?"), plainName(encoding));
}

/** What a reader finds: `?` for what the encoding cannot hold, U+FFFD for half a surrogate pair. */
function asEncoded(text: string, encoding: string): string {
  return iconv.decode(encode(text, encoding), plainName(encoding), { stripBOM: false });
}

/** A cell that is written as text of an encoding. */
export function encodedCell(value: CanonicalValue, column: Column, encoding: string): CanonicalValue {
  const cell = variantAsText(value, column);
  return typeof cell === "string" ? asEncoded(cell, encoding) : cell;
}

/** The byte order mark of encodings that are hard to tell without one. */
export function markOf(encoding: string): Buffer {
  return /^utf-?16/i.test(encoding) ? encode("\uFEFF", encoding) : Buffer.alloc(0);
}

/** Throws UserError where a name of a table would be damaged, since nothing would be read under it. */
export function requireNames(tables: readonly Table[], encoding: string): void {
  for (const table of tables)
    for (const name of [table.schema, table.name, ...table.columns.map((column) => column.name)])
      if (asEncoded(name, encoding) !== name)
        throw new UserError({
          what: `${encoding} cannot hold the name ${name}`,
          remedy: "Write the survivor in utf-8",
          where: { table: table.id },
        });
}
