/** What CAST and CONVERT make of a plain value. Facts: Transact-SQL reference, "CAST and CONVERT". */
import type { SqlType, TypeName } from "../../schema/model.ts";
import { Unparsable, type Conventions, type DateOrder, type RawValue } from "../../values/codec.ts";
import type { Target } from "./types.ts";
import { Unreadable } from "./unreadable.ts";

/** What a value is to the server, as far as the next operator or conversion needs to know. */
export type Form = "null" | "string" | "number" | "money" | "binary" | "temporal" | "other";

const typesOf: Partial<Record<Form, readonly TypeName[]>> = {
  string: ["char", "varchar", "text", "nchar", "nvarchar", "ntext"],
  binary: ["binary", "varbinary", "image", "timestamp"],
  money: ["money", "smallmoney"],
  number: ["bit", "tinyint", "smallint", "int", "bigint", "decimal", "numeric", "float", "real"],
  temporal: ["date", "time", "smalldatetime", "datetime", "datetime2", "datetimeoffset"],
};

const forms = new Map<TypeName, Form>(
  Object.entries(typesOf).flatMap(([form, types]) => types.map((type) => [type, form as Form] as const)),
);

/** The order of day, month and year in a date style; the styles that name their months are read alike under all. */
const styleOrders = new Map<number, DateOrder>([
  ...[0, 1, 7, 9, 10, 22].map((style) => [style, "mdy"] as const),
  ...[3, 4, 5, 6, 13].map((style) => [style, "dmy"] as const),
  ...[2, 8, 11, 12, 14, 20, 21, 23, 25, 126, 127].map((style) => [style, "ymd"] as const),
]);

/** The form of a value of that type. */
export function formOf(type: SqlType): Form {
  return forms.get(type.name) ?? "other";
}

/** The value after its conversion; a variant keeps what it is given. Throws Unreadable where the value would be a guess. */
export function convert(
  value: RawValue,
  form: Form,
  target: Target,
  style: number | undefined,
  conventions: Conventions | undefined,
): RawValue {
  if (target.type.name === "sql_variant") return value;
  const to = formOf(target.type);
  if (to === "string") return toText(value, form, target.type);
  if (to === "binary") return toBinary(value, form, target.type, style);
  if (to === "temporal" && form === "string") return toMoment(value as string, target, style, conventions);
  return parse(value, target, conventions ?? { dateOrder: "mdy" });
}

function parse(value: RawValue, target: Target, conventions: Conventions): RawValue {
  const parsed = target.codec.parse(value, conventions);
  if (!(parsed instanceof Unparsable)) return parsed;
  throw new Unreadable(`converts a value to ${target.type.name}, and the value ${parsed.reason}`);
}

function toMoment(
  text: string,
  target: Target,
  style: number | undefined,
  conventions: Conventions | undefined,
): RawValue {
  if (style === undefined) return parse(text, target, conventions ?? ambiguous());
  const dateOrder = styleOrders.get(style) ?? styleOrders.get(style - 100);
  if (dateOrder === undefined) throw new Unreadable(`converts a date with style ${style}, which is not read`);
  return parse(text, target, { dateOrder });
}

/** The script's SET DATEFORMAT is one that no reading here follows. */
function ambiguous(): never {
  throw new Unreadable("holds a date as text under a DATEFORMAT that is not read");
}

function toText(value: RawValue, form: Form, type: SqlType): string {
  const text = textOf(value, form, type);
  const length = typeof type.length === "number" ? type.length : Number.POSITIVE_INFINITY;
  if (text.length > length) return text.slice(0, length);
  return type.name === "char" || type.name === "nchar" ? text.padEnd(length) : text;
}

function textOf(value: RawValue, form: Form, type: SqlType): string {
  if (form === "string") return value as string;
  if (value instanceof Uint8Array && form === "binary") return decode(value, type);
  const isExact = form === "number" && !(typeof value === "string" && /e/i.test(value));
  if (isExact && (typeof value !== "number" || Number.isSafeInteger(value))) return String(value);
  throw new Unreadable(`makes text of a value that is none`);
}

function decode(bytes: Uint8Array, type: SqlType): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!type.name.startsWith("n")) {
    if (bytes.some((byte) => byte > 127)) throw new Unreadable(`makes text of bytes whose code page is not known`);
    return buffer.toString("latin1");
  }
  if (bytes.length % 2 !== 0) throw new Unreadable("makes text of an odd number of bytes");
  return buffer.toString("utf16le");
}

function toBinary(value: RawValue, form: Form, type: SqlType, style: number | undefined): Uint8Array {
  const bytes = value instanceof Uint8Array && form === "binary" ? value : fromHex(value, form, style);
  const length = typeof type.length === "number" ? type.length : Number.POSITIVE_INFINITY;
  if (bytes.length > length) return bytes.slice(0, length);
  if (type.name !== "binary" || bytes.length === length) return bytes;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  return padded;
}

/** Style 1 reads `0x01FF`, style 2 `01FF`. */
function fromHex(value: RawValue, form: Form, style: number | undefined): Uint8Array {
  const hex = style === 1 ? /^0x((?:[0-9a-f]{2})*)$/i : style === 2 ? /^((?:[0-9a-f]{2})*)$/i : undefined;
  const digits = form === "string" ? hex?.exec(value as string)?.[1] : undefined;
  if (digits === undefined) throw new Unreadable("makes bytes of a value that is none");
  return new Uint8Array(Buffer.from(digits, "hex"));
}
