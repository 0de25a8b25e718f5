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

export function variantCodec(type: SqlType): Codec {
  const notVariant = notA(type);
  return {
    type,
    parse: (raw): string | Unparsable => variantText(raw) ?? notVariant,
    equalityKey: (value) => value as string,
    format: (value) => value as string,
  };
}

/** A canonical sql_variant in its two parts; binary stays 0x text. */
export function variantBase(text: string): { readonly base: TypeName; readonly value: string } {
  const colon = text.indexOf(":");
  if (colon < 0) throw new Fault(`not a canonical sql_variant: ${text}`);
  return { base: text.slice(0, colon) as TypeName, value: text.slice(colon + 1) };
}
