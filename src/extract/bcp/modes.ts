/** How bcp lays out a data file without a format file. */
import type { TableMapping } from "../extractor.ts";
import type { Column } from "../../schema/model.ts";
import { headerlessFields } from "../records/columns.ts";
import type { BcpField } from "./format/model.ts";
import { kindOf } from "./format/types.ts";
import { terminatorBytes } from "./format/terminator.ts";
import { nativePrefix } from "./native/prefixes.ts";
import type { BcpMode, BcpOptions } from "./options.ts";

const defaults = { field: String.raw`\t`, row: String.raw`\n` };

type Encode = (text: string) => Buffer;

/** `names`: the columns of a character file. `head`: its beginning, which shows what its newlines are. */
export function characterFields(
  names: readonly string[],
  settings: BcpOptions,
  head: Buffer,
  encode: Encode,
): BcpField[] {
  const wide = settings.mode === "widechar";
  const kind = wide ? "nchar" : "char";
  const between = terminatorBytes(settings.fieldTerminator ?? defaults.field, wide, encode);
  const last = rowTerminator(settings, head, encode);
  return names.map((name, index) => ({
    name,
    kind,
    prefix: 0,
    terminator: index === names.length - 1 ? last : between,
  }));
}

const newlineAtEnd = /(?<!\r|\\r)(?:\\n|\n)$/;

/** BULK INSERT takes `\n` for CRLF, bcp writes CRLF for it on Windows and LF elsewhere: the file has one or the other. */
function rowTerminator(
  { mode, rowTerminator: written = defaults.row }: BcpOptions,
  head: Buffer,
  encode: Encode,
): Buffer {
  const wide = mode === "widechar";
  if (!newlineAtEnd.test(written)) return terminatorBytes(written, wide, encode);
  const before = written.replace(newlineAtEnd, "");
  const [lf, crlf] = ["\n", "\r\n"].map((newline) => terminatorBytes(before + newline, wide, encode)) as [
    Buffer,
    Buffer,
  ];
  const crlfs = countOf(head, crlf);
  const lfs = countOf(head, lf) - (before === "" ? crlfs : 0);
  return lfs > crlfs ? lf : crlf;
}

function countOf(bytes: Buffer, part: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + part.length)) count++;
  return count;
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
