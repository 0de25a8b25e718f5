/**
 * XML format files. Source: https://learn.microsoft.com/sql/relational-databases/import-export/xml-format-files-sql-server
 */
import { SaxesParser, type SaxesTagPlain } from "saxes";
import { UserError } from "../../../errors.ts";
import { nearest } from "../../../recipe/suggest.ts";
import type { SqlType } from "../../../schema/model.ts";
import type { PrefixLength } from "../native/prefixes.ts";
import type { BcpField, BcpFormat } from "./model.ts";
import { terminatorBytes } from "./terminator.ts";
import { findType, knownTypes, kindOf } from "./types.ts";

interface Where {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Element {
  readonly attributes: Readonly<Record<string, string>>;
  readonly type: string;
  readonly where: Where;
}

const fieldForm = /^(N?Char|Native)(Term|Fixed|Prefix)$/;
const fieldTypes = [
  "NativeFixed",
  "NativePrefix",
  "CharFixed",
  "NCharFixed",
  "CharPrefix",
  "NCharPrefix",
  "CharTerm",
  "NCharTerm",
];
const prefixes: ReadonlySet<number> = new Set<PrefixLength>([1, 2, 4, 8]);
const mostBytes = 0x7fff_ffff;

/** Throws UserError with line and column of what is wrong. */
export function parseXmlFormat(text: string, file: string): BcpFormat {
  const { root, fields, columns, end } = readElements(text, file);
  if (root !== "BCPFORMAT") throw refuse(`it is <${root}>, not <BCPFORMAT>`, "Name bcp's format file", end);
  if (fields.length === 0) throw refuse("it has no FIELD", "Name the format file that belongs to the data", end);
  const columnOf = columnsBySource(fields, columns);
  return {
    fields: fields.map((field) => readField(field, columnOf.get(field.attributes["ID"] ?? ""))),
    form: "XML",
    notes: [],
  };
}

function refuse(what: string, remedy: string, where: Where, cause?: unknown): UserError {
  return new UserError({
    what: `the format file cannot be read: ${what}`,
    remedy,
    where,
    ...(cause === undefined ? {} : { cause }),
  });
}

function readElements(text: string, file: string): { root: string; fields: Element[]; columns: Element[]; end: Where } {
  const parser = new SaxesParser();
  const [fields, columns]: [Element[], Element[]] = [[], []];
  let root = "";
  const here = (): Where => ({ file, line: parser.line, column: parser.column + 1 });
  parser.on("error", (cause) => {
    const what = cause.message.replace(/^\d+:\d+: /, "").replace(/\.$/, "");
    throw refuse(what, "Correct it, or take bcp's own: `bcp TABLE format nul -x -f FILE`", here(), cause);
  });
  let begin = here();
  parser.on("opentagstart", ({ name }) => {
    // The character behind the name is read by then.
    begin = { file, line: parser.line, column: Math.max(1, parser.column - name.length - 1) };
  });
  parser.on("opentag", (tag) => {
    const name = localName(tag.name);
    if (root === "") root = name;
    if (name === "FIELD") fields.push(elementOf(tag, begin));
    if (name === "COLUMN") columns.push(elementOf(tag, begin));
  });
  parser.write(text).close();
  return { root, fields, columns, end: here() };
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function elementOf({ attributes }: SaxesTagPlain, where: Where): Element {
  const typed = Object.entries(attributes).find(([name]) => name.endsWith(":type"))?.[1] ?? "";
  return { attributes, type: typed.trim(), where };
}

function columnsBySource(fields: readonly Element[], columns: readonly Element[]): Map<string, Element> {
  const ids = new Set<string>();
  for (const { attributes, where } of fields) {
    const id = attributes["ID"] ?? "";
    if (id === "" || ids.has(id))
      throw refuse(`the ID "${id}" of a FIELD is empty, or occurs twice`, "Give each FIELD its own", where);
    ids.add(id);
  }
  const bySource = new Map<string, Element>();
  for (const column of columns) {
    const source = column.attributes["SOURCE"] ?? "";
    if (!ids.has(source))
      throw refuse(
        `the COLUMN's SOURCE "${source}" is no FIELD's ID`,
        `The IDs are ${[...ids].join(", ")}`,
        column.where,
      );
    if (bySource.has(source))
      throw refuse(`two COLUMNs have the SOURCE "${source}"`, "Give each COLUMN its own FIELD", column.where);
    bySource.set(source, column);
  }
  return bySource;
}

function readField(field: Element, column: Element | undefined): BcpField {
  const [, storage = "", ending = ""] = fieldForm.exec(field.type) ?? [];
  if (storage === "") {
    const near = nearest(field.type, fieldTypes) ?? "CharTerm";
    throw refuse(
      `a FIELD has the xsi:type "${field.type}"`,
      `Did you mean ${near}? The types are ${fieldTypes.join(", ")}`,
      field.where,
    );
  }
  const type = column === undefined ? undefined : typeOf(column);
  const kind = storage === "Native" ? kindOf(type ?? { name: "varbinary" }) : storage === "Char" ? "char" : "nchar";
  const { COLLATION: collation = "", TERMINATOR: written = "" } = field.attributes;
  const terminator = terminatorBytes(written, kind === "nchar", (text) => Buffer.from(text, "utf8"));
  return {
    name: column?.attributes["NAME"] ?? "",
    kind,
    ...(type === undefined ? {} : { type }),
    ...(type === undefined && kind === "native" ? { type: { name: "varbinary" } as const } : {}),
    terminator,
    ...extentOf(ending, field, terminator, type),
    ...(collation === "" ? {} : { collation }),
  };
}

/** How a field's end is found. */
function extentOf(
  ending: string,
  { attributes, where }: Element,
  terminator: Buffer,
  type: SqlType | undefined,
): Pick<BcpField, "prefix" | "width"> {
  if (ending === "Prefix") {
    const prefix = Number(attributes["PREFIX_LENGTH"] ?? 0);
    if (!prefixes.has(prefix))
      throw refuse("a FIELD's PREFIX_LENGTH is missing or wrong", "Make it 1, 2, 4 or 8", where);
    return { prefix: prefix as PrefixLength };
  }
  if (ending === "Term") {
    if (terminator.length === 0) throw refuse("a FIELD has no TERMINATOR", 'Write it: TERMINATOR="\\t"', where);
    return { prefix: 0 };
  }
  const width = Number(attributes["LENGTH"] ?? 0);
  if (Number.isInteger(width) && width > 0 && width <= mostBytes) return { prefix: 0, width };
  if (attributes["LENGTH"] === undefined && type !== undefined && kindOf(type) === "native") return { prefix: 0 };
  throw refuse("a FIELD's LENGTH is missing or wrong", "Write how many bytes each of its values has", where);
}

function typeOf({ type, attributes, where }: Element): SqlType {
  const name = findType(type);
  if (name === undefined)
    throw refuse(
      `a COLUMN has the xsi:type "${type}"`,
      `Did you mean ${nearest(type, knownTypes) ?? "SQLVARYCHAR"}?`,
      where,
    );
  return { name, ...numberOf(attributes["PRECISION"], "precision"), ...numberOf(attributes["SCALE"], "scale") };
}

function numberOf(text: string | undefined, key: "precision" | "scale"): Partial<SqlType> {
  return text === undefined || !/^\d{1,2}$/.test(text) ? {} : { [key]: Number(text) };
}
