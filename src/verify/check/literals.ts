/** Literals as the server types them (Transact-SQL reference, "Constants"). */
import { parseDigits } from "../../values/digits.ts";
import { constant, literalBytes } from "./convert.ts";
import type { Cursor } from "./cursor.ts";
import { decimalKind, decode, intKind, kindOf } from "./kinds.ts";
import { NotUnderstood } from "./not-understood.ts";
import type { Exact, Scalar } from "./terms.ts";

const greatestInt = 2n ** 31n - 1n;
const mostDigits = 38;

/** The literal under the cursor, which moves on; undefined where none stands. */
export function readLiteral(cursor: Cursor): Scalar | undefined {
  const literal = literalAt(cursor);
  if (literal !== undefined) cursor.next();
  return literal;
}

function literalAt(cursor: Cursor): Scalar | undefined {
  const { kind, text } = cursor;
  const shown = cursor.shown();
  if (kind === "string") return textLiteral(text, false, shown);
  if (kind === "national-string") return textLiteral(text, true, shown);
  if (kind === "number") return /e/i.test(text) ? floatLiteral(text, shown) : numberLiteral(text, shown);
  if (kind === "money") return exactLiteral(text, shown, kindOf({ name: "money" }) as Exact);
  if (kind === "binary") return binaryLiteral(text, shown);
  return cursor.upper === "NULL" ? constant({ family: "null" }, null, shown) : undefined;
}

function textLiteral(text: string, national: boolean, shown: string): Scalar {
  const type = { name: national ? "nvarchar" : "varchar", length: "max" } as const;
  return { ...constant({ family: "text", type, national, collation: undefined }, text, shown), literal: text };
}

function floatLiteral(text: string, shown: string): Scalar {
  // `1e` is 1e0 to the server.
  const digits = /\d$/.test(text) ? text : `${text}0`;
  const kind = kindOf({ name: "float", precision: 53 });
  return { ...constant(kind, decode(kind, Number(digits)), shown), literal: digits };
}

/** Within int an int, else a decimal of just the digits that are written. */
function numberLiteral(text: string, shown: string): Scalar {
  const digits = parseDigits(text);
  if (digits === undefined) throw new NotUnderstood(`holds ${shown}, which is no number`);
  const { integer, fraction } = digits;
  const precision = Math.max(integer.length + fraction.length, 1);
  if (precision > mostDigits) throw new NotUnderstood(`holds ${shown}, which has more than ${mostDigits} digits`);
  const isInt = !text.includes(".") && BigInt(text) <= greatestInt;
  // In decimal arithmetic a constant counts with its own digits, not with the ten of int.
  return exactLiteral(text, shown, isInt ? { ...intKind, precision } : decimalKind(precision, fraction.length));
}

function exactLiteral(text: string, shown: string, kind: Exact): Scalar {
  const { negative, integer, fraction } = parseDigits(text === "" ? "0" : text) ?? {
    negative: false,
    integer: "0",
    fraction: "",
  };
  if (fraction.length > kind.scale) throw new NotUnderstood(`holds ${shown}, which ${kind.type.name} would round`);
  const units = BigInt(`0${integer}${fraction.padEnd(kind.scale, "0")}`);
  return { ...constant(kind, negative ? -units : units, shown), literal: text };
}

function binaryLiteral(digits: string, shown: string): Scalar {
  const bytes = literalBytes(digits);
  return { ...constant(kindOf({ name: "varbinary", length: "max" }), bytes, shown), literal: bytes };
}
