/** Values as Debezium writes them without their schema: what the target's column and the recipe say of them, or nothing. */
import type { Column } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import { cellReader } from "../exec/cells.ts";
import { isString, readString } from "../text/json.ts";
import { isBase64OrHex, readBytesText } from "./bytes.ts";
import { decimalOf, isBinary, type ValueContext, variableDecimal } from "./connect-values.ts";
import { clockTime, dayOf, type EpochDigits, wallTime } from "./epoch.ts";
import { integerOf } from "./members.ts";
import type { CdcOptions } from "./options.ts";

export interface UntypedContext extends ValueContext {
  readonly modes: Pick<CdcOptions, "timePrecision" | "decimals">;
}

/** Why a value claims nothing: it is `ambiguous`, and an option of the recipe would say what it is. */
export class Ambiguous {
  readonly option: "decimals" | "binary";
  constructor(option: "decimals" | "binary") {
    this.option = option;
  }
}

const decimalTypes = new Set(["decimal", "numeric", "money", "smallmoney"]);
const timestampTypes = new Set(["smalldatetime", "datetime", "datetime2"]);
/** 9999-12-31. A count of anything finer than days so small is a moment of the first hour of 1970. */
const lastDay = 2_932_896n;

export function readUntyped(text: string, context: UntypedContext): RawValue | null | Ambiguous {
  if (text === "null") return null;
  return readByColumn(text, context) ?? cellReader(context.column, context.zone)(text);
}

function readByColumn(text: string, context: UntypedContext): RawValue | Ambiguous | undefined {
  const { column, modes } = context;
  if (isBinary(column)) return readBinary(text, context);
  if (decimalTypes.has(column.type.name)) return readDecimal(text, column, modes.decimals);
  if (modes.timePrecision === "isostring" && isString(text) && !isTextual(column))
    return readString(text).replace(/(?:Z|\+00:00)$/, "");
  const count = isString(text) ? undefined : integerOf(text);
  return count === undefined ? undefined : readCount(count, column, modes.timePrecision);
}

function isTextual({ type }: Column): boolean {
  return type.name.endsWith("char") || type.name.endsWith("text");
}

function readBinary(text: string, { binary }: UntypedContext): RawValue | Ambiguous | undefined {
  if (!isString(text)) return undefined;
  const value = readString(text);
  if (binary !== undefined) return readBytesText(value, binary);
  return isBase64OrHex(value) ? new Ambiguous("binary") : readBytesText(value, "base64");
}

const onlyDigits = /^\d+$/;

/** Digits alone may be base64, too: `1234` is three bytes. */
function readDecimal(text: string, { type }: Column, mode: CdcOptions["decimals"]): RawValue | Ambiguous | undefined {
  if (!isString(text)) return variableDecimal(text);
  if (mode === "precise") return decimalOf(text, type.scale ?? (type.name.endsWith("money") ? 4 : 0));
  const value = readString(text);
  if (mode === undefined && value.length % 4 === 0 && onlyDigits.test(value)) return new Ambiguous("decimals");
  return undefined;
}

function readCount(count: bigint, column: Column, mode: CdcOptions["timePrecision"]): string | undefined {
  const { name } = column.type;
  if (name === "date" && count >= -lastDay && count <= lastDay) return dayOf(count);
  if (mode === undefined || mode === "isostring") return undefined;
  if (name === "time") return clockTime(count, clockDigits(column, mode));
  if (timestampTypes.has(name)) return wallTime(count, timestampDigits(column, mode));
  return name === "date" ? wallTime(count, timestampDigits(column, mode))?.slice(0, 10) : undefined;
}

type Counting = Exclude<CdcOptions["timePrecision"], undefined | "isostring">;

const fixedDigits: Readonly<Partial<Record<Counting, EpochDigits>>> = { connect: 3, microseconds: 6, nanoseconds: 9 };

function clockDigits(column: Column, mode: Counting): EpochDigits {
  return mode === "adaptive_time_microseconds" ? 6 : timestampDigits(column, mode);
}

/** The adaptive modes go by the column's digits. */
function timestampDigits({ type }: Column, mode: Counting): EpochDigits {
  const scale = type.name === "datetime" || type.name === "smalldatetime" ? 3 : (type.scale ?? 7);
  return fixedDigits[mode] ?? (scale <= 3 ? 3 : scale <= 6 ? 6 : 9);
}
