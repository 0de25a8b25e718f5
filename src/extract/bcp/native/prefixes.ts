/**
 * How many bytes say a field's length, before it; all of them 0xFF: NULL. Source:
 * https://learn.microsoft.com/sql/relational-databases/import-export/specify-prefix-length-in-data-files-by-using-bcp-sql-server,
 * which does not have all types, and errs about bit: files have a prefix there even where the column is NOT NULL.
 */
import type { SqlType, TypeName } from "../../../schema/model.ts";

export type PrefixLength = 0 | 1 | 2 | 4 | 8;

/** Their columns have none where they are NOT NULL. */
const oneWhereNullable: ReadonlySet<TypeName> = new Set<TypeName>([
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "money",
  "smallmoney",
  "float",
  "real",
  "date",
  "time",
  "smalldatetime",
  "datetime",
  "datetime2",
  "datetimeoffset",
]);

const always: Partial<Record<TypeName, PrefixLength>> = {
  bit: 1,
  decimal: 1,
  numeric: 1,
  uniqueidentifier: 1,
  timestamp: 1,
  char: 2,
  varchar: 2,
  nchar: 2,
  nvarchar: 2,
  binary: 2,
  varbinary: 2,
  text: 4,
  ntext: 4,
  image: 4,
  sql_variant: 4,
  xml: 8,
  hierarchyid: 8,
  geometry: 8,
  geography: 8,
};

/** The prefix that bcp gives a column's field. */
export function nativePrefix({ name, length }: SqlType, nullable: boolean): PrefixLength {
  if (length === "max") return 8;
  if (oneWhereNullable.has(name)) return nullable ? 1 : 0;
  return always[name] ?? 8;
}
