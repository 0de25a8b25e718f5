/** sql_variant: `basetype:canonical` text, since each value carries its own type. */
import { Fault } from "../errors.ts";
import type { SqlType, TypeName } from "../schema/model.ts";
import { toHex } from "./bytes.ts";
import { Unparsable, type Codec, type RawValue } from "./codec.ts";
import { notA } from "./reasons.ts";

const most = { int: 2n ** 31n, bigint: 2n ** 63n, numeric: 10n ** 38n };
/** A variant's value has at most 8000 bytes. */
const mostBytes = 8000;

function integerBase(value: bigint): TypeName | undefined {
  if (value >= -most.int && value < most.int) return "int";
  if (value >= -most.bigint && value < most.bigint) return "bigint";
  return value > -most.numeric && value < most.numeric ? "numeric" : undefined;
}

function integerVariant(value: bigint): string | undefined {
  const base = integerBase(value);
  return base === undefined ? undefined : `${base}:${value}`;
}

/** A double that is whole is taken for the integer that it is; no source says more. */
function numberVariant(value: number): string | undefined {
  if (Number.isSafeInteger(value)) return integerVariant(BigInt(value));
  return Number.isFinite(value) ? `float:${value}` : undefined;
}

function variantText(raw: RawValue): string | undefined {
  if (typeof raw === "string") return raw.length * 2 > mostBytes ? undefined : `nvarchar:${raw}`;
  if (typeof raw === "number") return numberVariant(raw);
  if (typeof raw === "bigint") return integerVariant(raw);
  if (typeof raw === "boolean") return raw ? "bit:1" : "bit:0";
  return raw.length > mostBytes ? undefined : `varbinary:${toHex(raw)}`;
}

/** `codecOf`: the codec of a base type. */
export function variantCodec(type: SqlType, codecOf: (base: SqlType) => Codec): Codec {
  const notVariant = notA(type);
  return {
    type,
    parse: (raw, { namesBaseTypes = false }): string | Unparsable =>
      (namesBaseTypes && typeof raw === "string" ? namedVariant(raw, codecOf) : variantText(raw)) ?? notVariant,
    equalityKey: (value) => value as string,
    format: (value) => value as string,
  };
}

const named = /^([a-z0-9]+):(.*)$/s;
const textBases = new Set(["char", "varchar", "nchar", "nvarchar"]);
/** What a value is canonical by, of the types that a variant can hold. */
const canonicalBases: ReadonlySet<string> = new Set<TypeName>([
  "bit",
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "decimal",
  "numeric",
  "money",
  "smallmoney",
  "float",
  "real",
  "date",
  "time",
  "smalldatetime",
  "datetime",
  "datetime2",
  "datetimeoffset",
  "binary",
  "varbinary",
  "uniqueidentifier",
]);

/** `datetime:2026-03-14 09:26:53.997` → the same with its value in canonical form; undefined for what is none. */
function namedVariant(raw: string, codecOf: (base: SqlType) => Codec): string | undefined {
  const [, base = "", text = ""] = named.exec(raw) ?? [];
  if (textBases.has(base)) return raw;
  if (!canonicalBases.has(base)) return undefined;
  const codec = codecOf(baseType(base as TypeName, text));
  const value = codec.parse(base.endsWith("binary") ? Buffer.from(text.slice(2), "hex") : text, { dateOrder: "ymd" });
  return value instanceof Unparsable ? undefined : `${base}:${codec.format(value)}`;
}

/** With the digits that the text has. */
function baseType(name: TypeName, text: string): SqlType {
  if (name === "decimal" || name === "numeric") return { name, precision: 38, scale: text.split(".")[1]?.length ?? 0 };
  if (name === "binary") return { name, length: Math.max((text.length - 2) / 2, 1) };
  return name === "varbinary" ? { name, length: mostBytes } : { name };
}

/** A canonical sql_variant in its two parts; binary stays 0x text. */
export function variantBase(text: string): { readonly base: TypeName; readonly value: string } {
  const colon = text.indexOf(":");
  if (colon < 0) throw new Fault(`not a canonical sql_variant: ${text}`);
  return { base: text.slice(0, colon) as TypeName, value: text.slice(colon + 1) };
}
