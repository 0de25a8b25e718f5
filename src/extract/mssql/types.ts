/** How each type is read without loss (GOTCHAS 27): what the driver would round is put into text by the server, in styles that no setting changes. */
import type { ServerColumn } from "../server/kind.ts";
import { variantText } from "./variant.ts";

/** `@` stands for the column. None: as the driver gives it. */
const conversions: Readonly<Record<string, string>> = {
  bigint: "CONVERT(varchar(20), @)",
  decimal: "CONVERT(varchar(41), @)",
  numeric: "CONVERT(varchar(41), @)",
  money: "CONVERT(varchar(30), @, 2)",
  smallmoney: "CONVERT(varchar(30), @, 2)",
  date: "CONVERT(varchar(10), @, 23)",
  time: "CONVERT(varchar(16), @, 121)",
  smalldatetime: "CONVERT(varchar(23), @, 121)",
  datetime: "CONVERT(varchar(23), @, 121)",
  datetime2: "CONVERT(varchar(27), @, 121)",
  datetimeoffset: "CONVERT(varchar(34), @, 121)",
  hierarchyid: "CONVERT(varbinary(max), @)",
  geometry: "CONVERT(varbinary(max), @)",
  geography: "CONVERT(varbinary(max), @)",
};

/** Of a code page, which the server knows better than the driver: all its characters, and UTF-8. */
const codePageTypes = new Set(["char", "varchar", "text"]);
/** What an nvarchar holds that is no max type. */
const longestNational = 4000;

const lengthForm = /\((\d+)\)$/;

/** `decimal(9,3)` → `decimal`. */
function baseOf(declaredType: string): string {
  return declaredType.replace(/\(.*$/s, "");
}

/** The expression that stands in the SELECT list; `name` is quoted, `version` the server's major one: max types are there from 9 (2005) on. */
export function readAs(declaredType: string, name: string, version: number): string {
  const base = baseOf(declaredType);
  if (base === "sql_variant") return variantText(name, version);
  if (codePageTypes.has(base)) return `CONVERT(${nationalOf(declaredType, version)}, ${name})`;
  return conversions[base]?.replace("@", () => name) ?? name;
}

function nationalOf(declaredType: string, version: number): string {
  const length = Number(lengthForm.exec(declaredType)?.[1] ?? Infinity);
  if (length <= longestNational) return `nvarchar(${length})`;
  return version >= 9 ? "nvarchar(max)" : "ntext";
}

/** Why a column is not read; undefined: it is. */
export function unreadBecause(base: string): string | undefined {
  return base === "timestamp" ? "a rowversion says nothing outside of its database" : undefined;
}

const unordered = new Set(["float", "real", "text", "ntext", "image", "xml", "sql_variant", "geometry", "geography"]);

/** Can rows be read in its order, and behind one of its values? */
export function isOrdered(declaredType: string): boolean {
  return !unordered.has(baseOf(declaredType));
}

/** A collation's name is written without quotes. */
const collationForm = /^\w+$/;

/**
 * A parameter that holds a cell as it was read, in the column's own type. A text goes through the code page of the column's collation, not of the database's, and is compared in
 * its order.
 */
export function asColumn({ declaredType, collation }: ServerColumn, parameter: string): string {
  const base = baseOf(declaredType);
  if (["tinyint", "smallint", "int", "bit"].includes(base)) return parameter;
  const style = ["date", "time", "smalldatetime", "datetime", "datetime2", "datetimeoffset"].includes(base)
    ? ", 121"
    : "";
  const collated =
    collation !== undefined && collationForm.test(collation) ? `${parameter} COLLATE ${collation}` : parameter;
  return `CONVERT(${declaredType}, ${collated}${style})`;
}
