/** How bcp lays out a data file without a format file. */
import type { TableMapping } from "../extractor.ts";
import type { Column } from "../../schema/model.ts";
import { headerlessFields } from "../records/columns.ts";
import type { BcpField } from "./format/model.ts";
import { kindOf } from "./format/types.ts";
import { terminatorBytes } from "./format/terminator.ts";
import { nativePrefix } from "./native/prefixes.ts";
import type { BcpMode, BcpOptions } from "./options.ts";

const defaultFieldTerminator = String.raw`\t`;

/** `names`: the columns of a character file. `newline`: what ends its rows unless the recipe says otherwise. */
export function characterFields(
  names: readonly string[],
  { mode, fieldTerminator = defaultFieldTerminator, rowTerminator }: BcpOptions,
  newline: "\n" | "\r\n",
  encode: (text: string) => Buffer,
): BcpField[] {
  const wide = mode === "widechar";
  const kind = wide ? "nchar" : "char";
  const bytesOf = (written: string) => terminatorBytes(written, wide, encode);
  const [between, last] = [bytesOf(fieldTerminator), bytesOf(rowTerminator ?? newline)];
  return names.map((name, index) => ({
    name,
    kind,
    prefix: 0,
    terminator: index === names.length - 1 ? last : between,
  }));
}

/** Names of a character file's columns; undefined where neither the recipe nor a table says them. */
export function characterNames(
  { fields }: BcpOptions,
  mapping: TableMapping | undefined,
): readonly string[] | undefined {
  return mapping === undefined ? fields : headerlessFields(fields, mapping);
}

/** The target's columns, all of them, as `-n` and `-N` write them. */
export function nativeFields(columns: readonly Column[], mode: BcpMode): BcpField[] {
  return columns.map(({ name, type, nullable, collation }) => {
    const stored = kindOf(type);
    const kind = stored === "char" && mode === "widenative" ? "nchar" : stored;
    return {
      name,
      kind,
      type,
      prefix: nativePrefix(type, nullable),
      terminator: Buffer.alloc(0),
      ...(collation === undefined ? {} : { collation }),
    };
  });
}

/** Most newlines of the file's beginning are of this kind. */
export function newlineOf(head: Buffer, wide: boolean): "\n" | "\r\n" {
  const text = head.toString(wide ? "utf16le" : "latin1");
  const all = text.split("\n").length - 1;
  const crlf = text.split("\r\n").length - 1;
  return crlf * 2 >= all ? "\r\n" : "\n";
}
