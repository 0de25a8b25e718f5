/** Literals converted to another type, as the server would; what it might do otherwise is not understood. */
import { fromHex } from "../../values/bytes.ts";
import { defaultConventions, Unparsable, type Conventions, type RawValue } from "../../values/codec.ts";
import { codecFor } from "../../values/registry.ts";
import { decode } from "./kinds.ts";
import { NotUnderstood } from "./not-understood.ts";
import type { Exact, Kind, Scalar } from "./terms.ts";

type TypedKind = Exclude<Kind, { readonly family: "null" }>;

/** A scalar that is the same on every row. */
export function constant(kind: Kind, value: ReturnType<Scalar["read"]>, shown: string): Scalar {
  return { kind, read: () => value, shown };
}

function isText(scalar: Scalar): boolean {
  return scalar.kind.family === "text";
}

function refuse(literal: Scalar, kind: TypedKind, why: string): NotUnderstood {
  return new NotUnderstood(`converts ${literal.shown} to ${kind.type.name}, ${why}`);
}

const noConversion = "a conversion that is not evaluated";
const isoDate = /^\s*\d{4}-\d{1,2}-\d{1,2}(?!\d)/;
const whole = /^\s*[+-]?\d+\s*$/;
const plain = /^\s*[+-]?\d*(?:\.(\d*))?\s*$/;

/**
 * The literal as a constant of `kind`. `dateOrder`: the order that a style states for its text; without one, a date whose order
 * of day and month is open is not understood. Throws NotUnderstood.
 */
export function convertLiteral(literal: Scalar, kind: TypedKind, dateOrder?: Conventions["dateOrder"]): Scalar {
  if (literal.kind.family === "null") return constant(kind, null, literal.shown);
  const raw = literal.literal;
  if (raw === undefined || !isConvertible(literal, kind)) throw refuse(literal, kind, noConversion);
  if (kind.family === "temporal") requireClearOrder(literal, kind, dateOrder);
  if (kind.family === "exact" && isText(literal)) requireExact(literal, raw as string, kind);
  const value = parse(literal, kind, raw, dateOrder === undefined ? defaultConventions : { dateOrder });
  return { ...constant(kind, decode(kind, value), literal.shown), literal: raw };
}

/** The forms of literals that the codec of the kind reads as the server converts them. */
function isConvertible(literal: Scalar, kind: TypedKind): boolean {
  const from = literal.kind;
  const isNumber = from.family === "exact" || from.family === "approximate";
  if (from.family === "bytes") return kind.family === "bytes" || (kind.family === "exact" && kind.role === "integer");
  if (kind.family === "temporal" || kind.family === "guid") return isText(literal);
  if (kind.family === "text") return isText(literal) || (from.family === "exact" && from.role === "integer");
  if (kind.family === "exact" || kind.family === "approximate") return isText(literal) || isNumber;
  return false;
}

function parse(literal: Scalar, kind: TypedKind, raw: RawValue, conventions: Conventions) {
  const collation = kind.family === "text" ? kind.collation : undefined;
  const value = codecFor({ type: kind.type, collation }).parse(raw, conventions);
  if (value instanceof Unparsable) throw refuse(literal, kind, `and it ${value.reason}`);
  return value;
}

/** GOTCHAS 10: `03/04/2005` is two dates. ISO dates are meant as such, whatever a French session makes of them. */
function requireClearOrder(literal: Scalar, kind: TypedKind, dateOrder: Conventions["dateOrder"] | undefined): void {
  const text = literal.literal as string;
  const isIso = isoDate.test(text);
  if (dateOrder !== undefined) {
    if (isIso && dateOrder !== "ymd") throw refuse(literal, kind, noConversion);
    return;
  }
  if (isIso) return;
  const codec = codecFor({ type: kind.type });
  const [first, ...others] = (["mdy", "dmy", "ymd"] as const).map((order) => codec.parse(text, { dateOrder: order }));
  if (others.some((other) => other !== first && !(other instanceof Unparsable && first instanceof Unparsable)))
    throw refuse(literal, kind, "and the order of its day and month is open");
}

/** What a fraction is rounded to, or whether it is an error, differs between types and contexts. */
function requireExact(literal: Scalar, text: string, kind: Exact): void {
  if (kind.type.name === "bit") return;
  const fraction = plain.exec(text)?.[1] ?? "";
  const isExact = kind.role === "integer" ? whole.test(text) : plain.test(text);
  if (!isExact || fraction.replace(/0+$/, "").length > kind.scale) throw refuse(literal, kind, noConversion);
}

/** The bytes of a 0x literal's digits: an odd number of them begins with a half byte. */
export function literalBytes(digits: string): Uint8Array {
  return fromHex(`0x${digits.length % 2 === 0 ? digits : `0${digits}`}`) ?? new Uint8Array();
}
