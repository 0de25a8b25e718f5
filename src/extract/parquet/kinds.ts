/** What a column's values are, by its annotation (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md). */
import { isUtf8 } from "node:buffer";
import type { SchemaElement } from "hyparquet";
import type { Column } from "../../schema/model.ts";
import { Malformed } from "./malformed.ts";
import {
  asBigint,
  asBytes,
  asNumber,
  type Cell,
  halfFloat,
  intervalText,
  textIn,
  unscaled,
  uuidText,
} from "./stored.ts";
import { clockText, dayText, momentText, type Resolution } from "./times.ts";

const texts = new Set(["char", "varchar", "text", "nchar", "nvarchar", "ntext", "xml"]);
const binaries = new Set(["binary", "varbinary", "image", "rowversion"]);
const floats = new Set(["float", "real"]);
const resolutions = { MILLIS: 1_000, MICROS: 1_000_000, NANOS: 1_000_000_000 } as const;
const mostScale = 1_000;

/** What a value is, whatever column it goes into. */
export interface Kind {
  readonly name: string;
  /** In JSON its text is a number. */
  readonly isNumber?: boolean;
  /** Of its values nine digits of a second are kept, two more than columns of times hold. */
  readonly isNanos?: boolean;
  /** Its text ends in an offset. */
  readonly isMoment?: boolean;
  read(stored: unknown, column?: Column): Cell;
}

export function kindOf(element: SchemaElement): Kind {
  return logicalKind(element) ?? convertedKind(element) ?? physicalKind(element);
}

function logicalKind(element: SchemaElement): Kind | undefined {
  const { logical_type: logical, type } = element;
  if (logical === undefined) return undefined;
  if (logical.type === "DECIMAL") return decimal(logical.scale, logical.precision);
  if (logical.type === "TIMESTAMP") return timestamp(logical.unit, logical.isAdjustedToUTC);
  if (logical.type === "TIME") return time(logical.unit);
  if (logical.type === "INTEGER") return integer(logical.bitWidth, logical.isSigned);
  if (logical.type === "UUID" && type === "FIXED_LEN_BYTE_ARRAY") return uuid;
  if (logical.type === "FLOAT16") return half;
  return byAnnotation[logical.type];
}

function convertedKind({ converted_type: converted, scale, precision }: SchemaElement): Kind | undefined {
  if (converted === "DECIMAL") return decimal(scale ?? 0, precision ?? 0);
  if (converted === "TIMESTAMP_MILLIS" || converted === "TIMESTAMP_MICROS")
    return timestamp(converted === "TIMESTAMP_MILLIS" ? "MILLIS" : "MICROS", true);
  if (converted === "TIME_MILLIS" || converted === "TIME_MICROS")
    return time(converted === "TIME_MILLIS" ? "MILLIS" : "MICROS");
  const [, unsigned, bits] = /^(U?)INT_(\d+)$/.exec(converted ?? "") ?? [];
  if (bits !== undefined) return integer(Number(bits), unsigned === "");
  return converted === undefined ? undefined : byAnnotation[converted];
}

const utf8: Kind = { name: "string", read: (stored) => textIn(asBytes(stored)) };
const interval: Kind = { name: "interval", read: (stored) => intervalText(asBytes(stored)) };
const date: Kind = { name: "date", read: (stored) => dayText(Number(stored)) };
const half: Kind = { name: "float16", isNumber: true, read: (stored) => halfFloat(asBytes(stored)) };
const bytes: Kind = { name: "binary", read: asBytes };
const uuid: Kind = {
  name: "uuid",
  read: (stored, column) => (binaries.has(column?.type.name ?? "") ? asBytes(stored) : uuidText(asBytes(stored))),
};

const byAnnotation: Readonly<Record<string, Kind | undefined>> = {
  STRING: utf8,
  UTF8: utf8,
  ENUM: { ...utf8, name: "enum" },
  JSON: { ...utf8, name: "json" },
  BSON: { ...bytes, name: "bson" },
  DATE: date,
  INTERVAL: interval,
};

function physicalKind({ type }: SchemaElement): Kind {
  if (type === "INT96")
    return {
      name: "int96 timestamp",
      isNanos: true,
      read: (stored) => momentText(asBigint(stored), resolutions.NANOS),
    };
  if (type === "FLOAT") return single;
  if (type === "BYTE_ARRAY") return { name: "binary", read: unannotated };
  if (type === "FIXED_LEN_BYTE_ARRAY") return bytes;
  if (type === "BOOLEAN") return { name: "boolean", read: (stored) => stored === true };
  return { name: (type ?? "nothing").toLowerCase(), isNumber: true, read: asNumber };
}

/** Wide enough for every digit, a single would show digits that it never had where decimals are written down. */
const single: Kind = {
  name: "float",
  isNumber: true,
  read(stored, column) {
    const value = Number(stored);
    return column !== undefined && floats.has(column.type.name) ? value : shortest(value);
  },
};

function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Older writers do not say that their bytes are text. */
function unannotated(stored: unknown, column?: Column): Cell {
  const raw = asBytes(stored);
  return column !== undefined && texts.has(column.type.name) && isUtf8(raw) ? Buffer.from(raw).toString("utf8") : raw;
}

function decimal(scale: number, precision: number): Kind {
  if (!(scale >= 0 && scale <= mostScale)) throw new Malformed(`a decimal has the scale ${scale}`);
  const read = (stored: unknown): string => {
    const digits = unscaled(stored).toString();
    const [sign, plain] = digits.startsWith("-") ? ["-", digits.slice(1)] : ["", digits];
    if (scale === 0) return digits;
    const padded = plain.padStart(scale + 1, "0");
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  };
  return { name: `decimal(${precision},${scale})`, isNumber: true, read };
}

function timestamp(unit: keyof typeof resolutions, isUtc: boolean): Kind {
  const resolution: Resolution = resolutions[unit];
  const offset = isUtc ? "+00:00" : "";
  return {
    name: `timestamp ${unit.toLowerCase()}${isUtc ? " utc" : ""}`,
    isMoment: isUtc,
    isNanos: unit === "NANOS",
    read: (stored) => momentText(asBigint(stored), resolution, offset),
  };
}

function time(unit: keyof typeof resolutions): Kind {
  return {
    name: `time ${unit.toLowerCase()}`,
    isNanos: unit === "NANOS",
    read: (stored) => clockText(asBigint(stored), resolutions[unit]),
  };
}

function integer(bits: number, isSigned: boolean): Kind {
  const name = `${isSigned ? "" : "u"}int${bits}`;
  const read = (stored: unknown): number | bigint => {
    if (isSigned) return asNumber(stored);
    return typeof stored === "bigint" ? BigInt.asUintN(64, stored) : Number(stored) >>> 0;
  };
  return { name, isNumber: true, read };
}
