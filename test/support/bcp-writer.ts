/** Writes data files as bcp does under a format file, and the format files themselves, for round trips. */
import iconv from "iconv-lite";
import type { SqlType } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { encodeValue } from "./native-bcp.ts";

/** A field of a format as a test thinks of it. */
export interface WrittenField {
  readonly name: string;
  readonly kind: "char" | "nchar" | "native";
  readonly ending: "term" | "prefix" | "fixed";
  /** Of a native field. */
  readonly type?: SqlType;
  /** As its format file writes the type of the column. */
  readonly typeName: string;
  readonly prefix: number;
  readonly width: number;
  /** As bytes in latin1; "" for none. */
  readonly terminator: string;
}

/** The code page that stands for `collation`. */
const written = { encoding: "cp1251", collation: "Cyrillic_General_CI_AS" };

function bytesOf(field: WrittenField, value: RawValue): Buffer {
  if (field.type !== undefined) return encodeValue(field.type, value, { text: "utf-16", clocks: "seven" });
  const text = String(value);
  return field.kind === "nchar" ? Buffer.from(text, "utf16le") : iconv.encode(text, written.encoding);
}

function prefixOf(length: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(BigInt(length));
  return buffer.subarray(0, bytes);
}

function writeField(field: WrittenField, value: RawValue | null): Buffer {
  const end = Buffer.from(field.terminator, "latin1");
  if (field.ending === "prefix") {
    const bytes = value === null ? Buffer.alloc(0) : bytesOf(field, value);
    return Buffer.concat([prefixOf(value === null ? -1 : bytes.length, field.prefix), bytes, end]);
  }
  if (field.ending === "fixed")
    return Buffer.concat([value === null ? Buffer.alloc(field.width, " ") : bytesOf(field, value), end]);
  const nul = Buffer.alloc(field.kind === "nchar" ? 2 : 1);
  return Buffer.concat([value === null ? Buffer.alloc(0) : value === "" ? nul : bytesOf(field, value), end]);
}

export function writeRows(fields: readonly WrittenField[], rows: readonly (readonly (RawValue | null)[])[]): Buffer {
  return Buffer.concat(rows.flatMap((row) => fields.map((field, index) => writeField(field, row[index] ?? null))));
}

const escapes: Readonly<Record<string, string>> = {
  "\t": String.raw`\t`,
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\0": String.raw`\0`,
  '"': String.raw`\"`,
};

function escaped(terminator: string): string {
  return terminator.replaceAll(/[\t\n\r\0"]/g, (character) => escapes[character] ?? character);
}

export function plainFormat(fields: readonly WrittenField[]): string {
  const lines = fields.map((field, index) => {
    const type = field.kind === "native" ? field.typeName : field.kind === "char" ? "SQLCHAR" : "SQLNCHAR";
    const length = field.ending === "fixed" ? field.width : field.ending === "term" ? 100 : 0;
    const collation = field.kind === "char" ? written.collation : '""';
    return `${index + 1}  ${type}  ${field.prefix}  ${length}  "${escaped(field.terminator)}"  ${index + 1}  ${field.name}  ${collation}`;
  });
  return ["14.0", String(fields.length), ...lines, ""].join("\r\n");
}

const forms = { char: "Char", nchar: "NChar", native: "Native" };
const endings = { term: "Term", prefix: "Prefix", fixed: "Fixed" };

export function xmlFormat(fields: readonly WrittenField[]): string {
  const elements = fields.map((field, index) => {
    const terminator =
      field.terminator === "" ? "" : ` TERMINATOR="${escaped(field.terminator).replaceAll(String.raw`\"`, "&quot;")}"`;
    const prefix = field.ending === "prefix" ? ` PREFIX_LENGTH="${field.prefix}"` : "";
    const length = field.ending === "fixed" ? ` LENGTH="${field.width}"` : "";
    const collation = field.kind === "char" ? ` COLLATION="${written.collation}"` : "";
    return `<FIELD ID="f${index}" xsi:type="${forms[field.kind]}${endings[field.ending]}"${prefix}${length}${terminator}${collation}/>`;
  });
  const columns = fields.map(
    ({ name, typeName }, index) => `<COLUMN SOURCE="f${index}" NAME="${name}" xsi:type="${typeName}"/>`,
  );
  return `<?xml version="1.0"?>\n<BCPFORMAT xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n<RECORD>\n${elements.join("\n")}\n</RECORD>\n<ROW>\n${columns.join("\n")}\n</ROW>\n</BCPFORMAT>\n`;
}
