/** Could a column of the target hold what a field of an export holds? */
import type { Column, TypeName } from "../schema/model.ts";
import type { Kind } from "./kinds.ts";
import type { ColumnProfile } from "./model.ts";
import { compareNumbers } from "./numbers.ts";

const numbers: readonly Kind[] = ["integer", "decimal", "decimal-comma", "grouped", "scientific"];
const moments: readonly Kind[] = ["date", "datetime", "datetime-offset", "local-date", "local-datetime"];
const binaries: readonly Kind[] = ["hex", "binary"];

const whole: readonly Kind[] = ["integer"];
/** What is not listed takes anything. */
const kindsByType: Readonly<Partial<Record<TypeName, readonly Kind[]>>> = {
  bit: ["boolean", "integer"],
  tinyint: whole,
  smallint: whole,
  int: whole,
  bigint: whole,
  decimal: numbers,
  numeric: numbers,
  money: numbers,
  smallmoney: numbers,
  float: numbers,
  real: numbers,
  date: moments,
  smalldatetime: moments,
  datetime: moments,
  datetime2: moments,
  datetimeoffset: moments,
  time: ["time", ...moments],
  uniqueidentifier: ["uuid"],
  binary: binaries,
  varbinary: binaries,
  image: binaries,
};

const ranges: Readonly<Partial<Record<TypeName, readonly [least: string, most: string]>>> = {
  bit: ["0", "1"],
  tinyint: ["0", "255"],
  smallint: ["-32768", "32767"],
  int: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
};

const words: Readonly<Partial<Record<Kind, string>>> = {
  integer: "whole numbers",
  decimal: "numbers with decimals",
  "decimal-comma": "numbers with a decimal comma",
  grouped: "numbers",
  scientific: "numbers in scientific notation",
  boolean: "true and false",
  uuid: "uniqueidentifiers",
  date: "dates",
  datetime: "dates with times",
  "datetime-offset": "dates with times and offsets",
  "local-date": "dates",
  "local-datetime": "dates with times",
  time: "times",
  hex: "binary values",
  binary: "binary values",
  text: "text",
};

const lengthTypes = new Set<TypeName>(["char", "varchar", "nchar", "nvarchar"]);
/** A few odd cells do not make it another column. */
const leastFitting = 0.95;

/** Why it cannot; undefined where it can. Ends a sentence that begins with the field. */
export function misfitOf(profile: ColumnProfile, column: Column): string | undefined {
  const filled = profile.kinds.filter(({ kind }) => kind !== "null-word");
  const total = filled.reduce((sum, { count }) => sum + count, 0);
  const [main] = filled;
  if (main === undefined) return undefined;
  const accepted = kindsByType[column.type.name];
  const fitting = filled.reduce((sum, { kind, count }) => sum + (accepted?.includes(kind) === false ? 0 : count), 0);
  const isCompactDate = accepted === moments && profile.type === "date";
  if (fitting < leastFitting * total && !isCompactDate)
    return `holds ${profile.type?.includes("char") === true ? "text" : (words[main.kind] ?? main.kind)}`;
  return outOfRange(profile, column) ?? tooLong(profile, column);
}

function outOfRange({ range, kinds }: ColumnProfile, { type }: Column): string | undefined {
  const limits = ranges[type.name];
  if (limits === undefined || range === undefined || kinds[0]?.kind !== "integer") return undefined;
  const isWithin = compareNumbers(range.least, limits[0]) >= 0 && compareNumbers(range.most, limits[1]) <= 0;
  return isWithin ? undefined : "has values out of its range";
}

function tooLong({ length }: ColumnProfile, { type }: Column): string | undefined {
  if (!lengthTypes.has(type.name) || typeof type.length !== "number" || length === undefined) return undefined;
  return length.most > type.length ? `holds up to ${length.most} characters` : undefined;
}
