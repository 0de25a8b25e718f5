/**
 * Non-XML format files: a version, the number of fields, a line a field. Source:
 * https://learn.microsoft.com/sql/relational-databases/import-export/non-xml-format-files-sql-server
 */
import { UserError } from "../../../errors.ts";
import { nearest } from "../../../recipe/suggest.ts";
import type { PrefixLength } from "../native/prefixes.ts";
import type { BcpField, BcpFormat } from "./model.ts";
import { findType, kindOf, knownTypes } from "./types.ts";
import { terminatorBytes } from "./terminator.ts";

/** Order, type, prefix, length, terminator, column, name and perhaps a collation, which older versions lack. */
const fieldLine = /^\s*(\d+)\s+(\w+)\s+(\d+)\s+(\d+)\s+"((?:[^"\\]|\\.)*)"\s+(\d+)\s+(.+?)\s*$/s;
/** A name may have blanks; a collation has none, but underscores. */
const named = /^(.*?)\s+(""|RAW|\w+_\w+)$/is;

const versions = { first: 6, last: 17 };
const mostFields = 30_000;
const prefixes: ReadonlySet<number> = new Set<PrefixLength>([0, 1, 2, 4, 8]);

/** Throws UserError with the line of what is wrong. */
export function parsePlainFormat(text: string, file: string): BcpFormat {
  const lines = text.split(/\r\n|\n|\r/).map((content, index) => ({ content, line: index + 1 }));
  const filled = lines.filter(({ content }) => content.trim() !== "");
  const [version, count, ...rest] = filled;
  const form = readVersion(version, file);
  const expected = readCount(count, file);
  if (rest.length !== expected)
    throw refuse(
      `it says ${expected} fields, and describes ${rest.length}`,
      "Correct the number in the second line, or the lines below it",
      { file, line: count?.line ?? 1 },
    );
  const fields = rest.map(({ content, line }, index) => readField(content, index + 1, { file, line }));
  return { fields, ...form };
}

type Where = { readonly file: string; readonly line: number };

function refuse(what: string, remedy: string, where: Where): UserError {
  return new UserError({ what: `the format file cannot be read: ${what}`, remedy, where });
}

function readVersion(line: { content: string; line: number } | undefined, file: string): Omit<BcpFormat, "fields"> {
  const [, major] = /^\s*(\d+)\.\d+\s*$/.exec(line?.content ?? "") ?? [];
  if (line === undefined || major === undefined)
    throw refuse(
      "it begins neither with a version of bcp, such as 12.0, nor with XML",
      "Name the format file (`bcp TABLE format nul -f FILE`) under `format`",
      { file, line: line?.line ?? 1 },
    );
  const isKnown = Number(major) >= versions.first && Number(major) <= versions.last;
  const notes = isKnown
    ? []
    : [`${file} is of version ${line.content.trim()}, which is not known: it is read as others are`];
  return { form: `non-XML, version ${line.content.trim()}`, notes };
}

function readCount(line: { content: string; line: number } | undefined, file: string): number {
  const count = Number(/^\s*(\d{1,9})\s*$/.exec(line?.content ?? "")?.[1] ?? 0);
  if (count >= 1 && count <= mostFields) return count;
  throw refuse("its second line is no number of fields", "Write there how many lines follow, one a field", {
    file,
    line: line?.line ?? 2,
  });
}

function readField(content: string, order: number, where: Where): BcpField {
  const [, position, type = "", prefix, length, terminator = "", column, rest = ""] = fieldLine.exec(content) ?? [];
  if (position === undefined)
    throw refuse(
      "the line has not the parts of a field",
      'Write: order, type, prefix length, data length, "terminator", column order, column name, collation',
      where,
    );
  if (Number(position) !== order)
    throw refuse(
      `field ${position} stands where field ${order} should`,
      "Put the fields in the order of the data file",
      where,
    );
  const [, name = rest, collation = ""] = named.exec(rest) ?? [];
  const storage = storageOf(type, Number(prefix), Number(length), terminator, where);
  return {
    name: column === "0" ? "" : name,
    ...storage,
    ...(collation === '""' || collation === "" ? {} : { collation }),
  };
}

function storageOf(
  name: string,
  prefix: number,
  length: number,
  written: string,
  where: Where,
): Omit<BcpField, "name" | "collation"> {
  const type = findType(name);
  if (type === undefined)
    throw refuse(`the type ${name} is not known`, `Did you mean ${nearest(name, knownTypes) ?? "SQLCHAR"}?`, where);
  if (!prefixes.has(prefix)) throw refuse(`the prefix length is ${prefix}`, "Make it 0, 1, 2, 4 or 8", where);
  const kind = kindOf({ name: type });
  const terminator = terminatorBytes(written, kind === "nchar", (text) => Buffer.from(text, "utf8"));
  const isOpen = prefix === 0 && terminator.length === 0;
  if (isOpen && length === 0 && kind !== "native")
    throw refuse("nothing says where the field ends", "Give it a terminator, a prefix length or a data length", where);
  return {
    kind,
    ...(kind === "native" ? { type: { name: type } } : {}),
    prefix: prefix as PrefixLength,
    ...(prefix === 0 && length > 0 ? { width: length } : {}),
    terminator,
  };
}
