/** sql_variant: each value is cast to its base type, or it would take that of its literal (GOTCHAS 3). */
import type { SqlType, TypeName } from "../../schema/model.ts";
import type { PresentValue } from "../../values/codec.ts";
import { typeText } from "./types.ts";
import { variantBase } from "../../values/variant.ts";

/** The base type with the length or precision that holds this value. */
function baseType(base: TypeName, value: string): SqlType {
  if (base === "varchar" || base === "varbinary") return { name: base, length: 8000 };
  if (base === "nvarchar") return { name: base, length: 4000 };
  if (base === "char" || base === "nchar") return { name: base, length: Math.max(value.length, 1) };
  if (base === "binary") return { name: base, length: Math.max((value.length - 2) / 2, 1) };
  if (base !== "decimal" && base !== "numeric") return { name: base };
  const [whole = "", decimals = ""] = value.replace("-", "").split(".");
  return { name: base, precision: Math.max(whole.length + decimals.length, 1), scale: decimals.length };
}

/** The canonical value that its text in the variant stands for. */
function baseValue(base: TypeName, text: string): PresentValue {
  if (base === "float" || base === "real") return Number(text);
  if (base === "binary" || base === "varbinary") return Uint8Array.from(Buffer.from(text.slice(2), "hex"));
  return text;
}

/** `encode` writes a canonical value of a type. The outer cast gives a column of VALUES one type (GOTCHAS 2). */
export function variantLiteral(text: string, encode: (type: SqlType, value: PresentValue) => string): string {
  const { base, value } = variantBase(text);
  const type = baseType(base, value);
  return `CAST(CAST(${encode(type, baseValue(base, value))} AS ${typeText(type)}) AS sql_variant)`;
}
