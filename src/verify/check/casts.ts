/** CAST and CONVERT of a literal. */
import type { SqlType } from "../../schema/model.ts";
import { systemType } from "../../schema/tsql/system-types.ts";
import type { Conventions } from "../../values/codec.ts";
import { convertLiteral } from "./convert.ts";
import type { Cursor } from "./cursor.ts";
import { kindOf } from "./kinds.ts";
import { NotUnderstood } from "./not-understood.ts";
import type { Kind, Scalar } from "./terms.ts";

/** What a character or binary type without a length has in a conversion; in a declaration it would have 1. */
const lengthOfConversion = "30";
const sized = /^(?:n?(?:var)?char|(?:var)?binary)$/;

/** "Date and time styles"; 0 is the default style, which reads as no style does. */
const styles = new Map<string, Conventions["dateOrder"]>([
  ...["1", "101", "10", "110"].map((style) => [style, "mdy"] as const),
  ...["3", "103", "4", "104", "5", "105"].map((style) => [style, "dmy"] as const),
  ...["2", "102", "11", "111", "12", "112", "20", "120", "21", "121", "23", "126"].map(
    (style) => [style, "ymd"] as const,
  ),
]);

/** Reads `[name]`, `name(length)`, `name(precision, scale)`. Throws NotUnderstood for what is no system type. */
export function readType(cursor: Cursor): Exclude<Kind, { readonly family: "null" }> {
  if (!cursor.isName()) throw cursor.unexpected();
  const name = cursor.text.toLowerCase();
  cursor.next();
  const args = readArguments(cursor);
  const type = systemType(name, args.length === 0 && sized.test(name) ? [lengthOfConversion] : args);
  if (type === undefined || typeof type === "string")
    throw new NotUnderstood(`converts to ${name}, which is not evaluated`);
  return targetKind(type);
}

/** A text is of the database's collation, which is not known here: it takes the other side's, as a literal does. */
function targetKind(type: SqlType): Exclude<Kind, { readonly family: "null" }> {
  const kind = kindOf(type) as Exclude<Kind, { readonly family: "null" }>;
  return kind.family === "text" ? { ...kind, collation: undefined } : kind;
}

function readArguments(cursor: Cursor): string[] {
  const args: string[] = [];
  if (!cursor.takeSymbol("(")) return args;
  do {
    if (cursor.kind !== "number" && cursor.upper !== "MAX") throw cursor.unexpected();
    args.push(cursor.text.toLowerCase());
    cursor.next();
  } while (cursor.takeSymbol(","));
  cursor.expectSymbol(")");
  return args;
}

/** The literal converted; `style` as it is written. Throws NotUnderstood for all but literals, and for unread styles. */
export function cast(
  value: Scalar,
  kind: Exclude<Kind, { readonly family: "null" }>,
  style: Scalar | undefined,
): Scalar {
  if (style === undefined || style.literal === "0") return convertLiteral(value, kind);
  const dateOrder = typeof style.literal === "string" ? styles.get(style.literal) : undefined;
  if (kind.family !== "temporal" || dateOrder === undefined)
    throw new NotUnderstood(`converts ${value.shown} with style ${style.shown}, which is not evaluated`);
  return convertLiteral(value, kind, dateOrder);
}
