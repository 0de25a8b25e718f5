/** How each type is read without loss (GOTCHAS 27): what the driver would round is put into text by the server, in styles that no setting changes. */

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
  sql_variant: "CONVERT(nvarchar(4000), @, 121)",
  hierarchyid: "CONVERT(varbinary(max), @)",
  geometry: "CONVERT(varbinary(max), @)",
  geography: "CONVERT(varbinary(max), @)",
};

/** `decimal(9,3)` → `decimal`. */
function baseOf(declaredType: string): string {
  return declaredType.replace(/\(.*$/s, "");
}

/** The expression that stands in the SELECT list; `name` is quoted. */
export function readAs(declaredType: string, name: string): string {
  return conversions[baseOf(declaredType)]?.replace("@", name) ?? name;
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

/** A parameter that holds a cell as it was read, in the column's own type. */
export function asColumn(declaredType: string, parameter: string): string {
  const base = baseOf(declaredType);
  if (["tinyint", "smallint", "int", "bit"].includes(base)) return parameter;
  const style = ["date", "time", "smalldatetime", "datetime", "datetime2", "datetimeoffset"].includes(base)
    ? ", 121"
    : "";
  return `CONVERT(${declaredType}, ${parameter}${style})`;
}
