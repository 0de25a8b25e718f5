/** From what is said of a field to how its bytes are found, and what they mean. */
import type { Column, SqlType, TypeName } from "../../schema/model.ts";
import { fromHex } from "../../values/bytes.ts";
import type { RawValue } from "../../values/codec.ts";
import { defaultCollation, parseCollation } from "../../values/collation.ts";
import { wholeDecoder } from "../text/whole.ts";
import type { BcpField } from "./format/model.ts";
import { nativeField } from "./native/fields.ts";
import type { PrefixLength } from "./native/prefixes.ts";
import { Terminator } from "./terminator.ts";

export interface Field {
  /** For messages. */
  readonly name: string;
  readonly prefix: PrefixLength;
  /** Bytes of every value, where they are all that says where it ends. */
  readonly width: number | undefined;
  /** Bytes that a value has at most. */
  readonly longest: number;
  readonly terminator: Terminator | undefined;
  readonly isText: boolean;
  /** Can a newline be part of it? */
  readonly holdsNewlines: boolean;
  /** Undefined for bytes that are no value of it. */
  cell(bytes: Buffer): RawValue | null | undefined;
  /** Of a field of text: the cell of bytes that are ASCII, where they mean ASCII. */
  readonly fromAscii?: (text: string) => RawValue | null;
  /** What the bytes are that no value has: `bytes that are not cp437`. */
  readonly fault: string;
}

export interface FieldSettings {
  /** As the recipe declares it, for all text that is not UTF-16. */
  readonly encoding: string | undefined;
  /** The columns that the fields feed, where a field feeds one. */
  readonly columns: readonly (Column | undefined)[];
  /** Does a collation that nothing says mean the server's default? */
  readonly assumesCollation: boolean;
}

const binaryTypes: ReadonlySet<TypeName> = new Set<TypeName>([
  "binary",
  "varbinary",
  "image",
  "timestamp",
  "hierarchyid",
  "geometry",
  "geography",
]);
const textTypes: ReadonlySet<TypeName> = new Set<TypeName>([
  "char",
  "varchar",
  "text",
  "nchar",
  "nvarchar",
  "ntext",
  "xml",
  "sql_variant",
]);

export function makeFields(fields: readonly BcpField[], settings: FieldSettings): Field[] {
  return fields.map((field, index) => {
    const column = settings.columns[index];
    return field.kind === "native" ? native(field, column) : textField(field, column, settings);
  });
}

/** The encoding of a field's text as iconv-lite names it. */
export function encodingOf({ kind, collation }: BcpField, { encoding, assumesCollation }: FieldSettings): string {
  if (kind === "nchar") return "utf-16le";
  if (encoding !== undefined) return encoding;
  const codePage = parseCollation(collation ?? (assumesCollation ? defaultCollation : "")).codePage;
  return codePage === undefined || codePage === 65001 ? "utf-8" : `cp${codePage}`;
}

function native(field: BcpField, column: Column | undefined): Field {
  const type = nativeType(field, column);
  const style = { text: "utf-16", clocks: "seven" } as const;
  const { read, width, longest } = nativeField({ name: field.name, type, nullable: true }, style, field.prefix);
  return {
    name: field.name,
    prefix: field.prefix,
    width: field.prefix > 0 ? undefined : (width ?? field.width),
    longest,
    terminator: terminatorOf(field, "utf-8"),
    isText: false,
    holdsNewlines: false,
    cell: read,
    fault: "bytes that are no value of its type",
  };
}

/** Format files do not say how many fraction digits a time has; the column does. */
function nativeType({ type = { name: "varbinary" } }: BcpField, column: Column | undefined): SqlType {
  return column !== undefined && type.scale === undefined && column.type.name === type.name ? column.type : type;
}

function textField(field: BcpField, column: Column | undefined, settings: FieldSettings): Field {
  const encoding = encodingOf(field, settings);
  const { decode, isAsciiSuperset } = wholeDecoder(encoding);
  const type = column?.type.name ?? field.type?.name;
  const terminator = terminatorOf(field, encoding);
  const isFixed = field.prefix === 0 && terminator === undefined;
  const fromText = cellOf(type, field.prefix > 0 ? "prefixed" : isFixed ? "fixed" : "terminated");
  return {
    name: field.name,
    prefix: field.prefix,
    width: isFixed ? field.width : undefined,
    longest: Number.POSITIVE_INFINITY,
    terminator,
    isText: true,
    holdsNewlines: type === undefined || textTypes.has(type),
    cell(bytes) {
      const text = decode(bytes);
      return text === undefined ? undefined : fromText(text);
    },
    ...(isAsciiSuperset ? { fromAscii: fromText } : {}),
    fault: `bytes that are not ${encoding}`,
  };
}

function terminatorOf({ terminator, kind }: BcpField, encoding: string): Terminator | undefined {
  return terminator.length === 0 ? undefined : new Terminator(terminator, kind === "nchar" ? 2 : 1, encoding);
}

/**
 * From a field's text to its cell. Where a terminator ends it, an empty one is NULL and one NUL character the empty string
 * (GOTCHAS 34). Where all values are of one width, NULL is written as blanks: in a column of text they may be the value.
 */
function cellOf(
  type: TypeName | undefined,
  ending: "prefixed" | "fixed" | "terminated",
): (text: string) => RawValue | null {
  const convert = type !== undefined && binaryTypes.has(type) ? hexOrText : (text: string) => text;
  const isBlankNull = type !== undefined && !textTypes.has(type);
  if (ending === "prefixed") return convert;
  if (ending === "fixed") return (text) => (isBlankNull && text.trim() === "" ? null : convert(text));
  return (text) => (text === "" ? null : convert(text === "\0" ? "" : text));
}

/** bcp writes binary columns as hex, with `0x` or without; what is none is left to the column's type. */
function hexOrText(text: string): RawValue {
  return fromHex(/^0x/i.test(text) ? text : `0x${text}`) ?? text;
}
