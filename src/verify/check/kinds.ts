/** SQL types as a CHECK computes with them. */
import type { Column, SqlType, TypeName } from "../../schema/model.ts";
import { codePage } from "../../values/code-page.ts";
import type { PresentValue } from "../../values/codec.ts";
import { defaultCollation, isAscii, parseCollation } from "../../values/collation.ts";
import { undecided, type Exact, type Kind, type Other, type Text, type Undecided, type Value } from "./terms.ts";

/** Digits of an integer type where it meets a decimal ("Precision, scale, and length"). */
const integerDigits: Partial<Record<TypeName, number>> = { bit: 1, tinyint: 3, smallint: 5, int: 10, bigint: 19 };
const moneyDigits: Partial<Record<TypeName, number>> = { money: 19, smallmoney: 10 };
const moneyScale = 4;

const otherFamilies: Partial<Record<TypeName, Other["family"]>> = {
  date: "temporal",
  time: "temporal",
  smalldatetime: "temporal",
  datetime: "temporal",
  datetime2: "temporal",
  datetimeoffset: "temporal",
  binary: "bytes",
  varbinary: "bytes",
  image: "bytes",
  uniqueidentifier: "guid",
};

const textTypes = new Set<TypeName>(["char", "varchar", "text", "nchar", "nvarchar", "ntext"]);
/** They take part in LIKE, IS NULL and DATALENGTH only. */
const largeTypes = new Set<TypeName>(["text", "ntext", "image"]);

/** The kind of a column or of a conversion's result; text without a collation gets the server's usual default. */
export function kindOf(type: SqlType, collation: string = defaultCollation): Kind {
  const { name } = type;
  if (textTypes.has(name)) return { family: "text", type, national: name.startsWith("n"), collation };
  if (name === "float" || name === "real")
    return { family: "approximate", type, single: name === "real" || (type.precision ?? 53) <= 24 };
  return exactKind(type) ?? { family: otherFamilies[name] ?? "opaque", type };
}

function exactKind(type: SqlType): Exact | undefined {
  const digits = integerDigits[type.name];
  if (digits !== undefined) return { family: "exact", role: "integer", type, precision: digits, scale: 0 };
  const amount = moneyDigits[type.name];
  if (amount !== undefined) return { family: "exact", role: "money", type, precision: amount, scale: moneyScale };
  if (type.name !== "decimal" && type.name !== "numeric") return undefined;
  return decimalKind(type.precision ?? 18, type.scale ?? 0);
}

export function decimalKind(precision: number, scale: number): Exact {
  return { family: "exact", role: "decimal", type: { name: "decimal", precision, scale }, precision, scale };
}

export const intKind: Exact = { family: "exact", role: "integer", type: { name: "int" }, precision: 10, scale: 0 };

export function isLarge(kind: Kind): boolean {
  return kind.family !== "null" && largeTypes.has(kind.type.name);
}

/** Bytes that text of that kind takes; a code page that is not known leaves it undecided beyond ASCII. */
export function byteLength(text: string, kind: Text): number | Undecided {
  if (kind.national) return text.length * 2;
  const number = parseCollation(kind.collation ?? defaultCollation).codePage;
  const page = number === undefined ? undefined : codePage(number);
  if (page !== undefined) return page.byteLength(text);
  return isAscii(text) ? text.length : undecided;
}

/** Fills char and nchar up with blanks, as the server holds them; canonical text has none. */
function padText(text: string, kind: Text): string | Undecided {
  const { name, length } = kind.type;
  if ((name !== "char" && name !== "nchar") || typeof length !== "number") return text;
  const bytes = byteLength(text, kind);
  return bytes === undecided ? undecided : text + " ".repeat(Math.max(length - (kind.national ? bytes / 2 : bytes), 0));
}

/** From the canonical form of the kind's type. */
export function decode(kind: Kind, value: PresentValue): Value | Undecided {
  if (kind.family === "exact")
    return typeof value === "string" ? BigInt(value.replace(".", "")) : BigInt(value as number);
  if (kind.family === "text") return padText(value as string, kind);
  if (kind.family !== "approximate") return value;
  // The server has no NaN and no infinity; copies elsewhere may.
  if (!Number.isFinite(value)) return undecided;
  return kind.single ? Math.fround(value as number) : value;
}

/** As reasons name a column: `Qty (int)`. */
export function showColumn(column: Column): string {
  return `${column.name} (${column.type.name})`;
}
