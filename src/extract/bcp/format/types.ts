/**
 * Type names of format files. Sources: "Specify file storage type using bcp"; "XML format files", xsi:type values of COLUMN
 * (https://learn.microsoft.com/sql/relational-databases/import-export/xml-format-files-sql-server).
 */
import type { SqlType, TypeName } from "../../../schema/model.ts";

const typeNames: Readonly<Record<string, TypeName>> = {
  SQLBIGINT: "bigint",
  SQLBINARY: "varbinary",
  SQLBIT: "bit",
  SQLBITN: "bit",
  SQLCHAR: "char",
  SQLDATE: "date",
  SQLDATETIM4: "smalldatetime",
  SQLDATETIM8: "datetime",
  SQLDATETIME: "datetime",
  SQLDATETIME2: "datetime2",
  SQLDATETIMEOFFSET: "datetimeoffset",
  SQLDECIMAL: "decimal",
  SQLFLT4: "real",
  SQLFLT8: "float",
  SQLIMAGE: "image",
  SQLINT: "int",
  SQLMONEY: "money",
  SQLMONEY4: "smallmoney",
  SQLNCHAR: "nchar",
  SQLNTEXT: "ntext",
  SQLNUMERIC: "numeric",
  SQLNVARCHAR: "nvarchar",
  SQLSMALLINT: "smallint",
  SQLTEXT: "text",
  SQLTIME: "time",
  SQLTINYINT: "tinyint",
  SQLUDT: "varbinary",
  SQLUNIQUEID: "uniqueidentifier",
  SQLVARBIN: "varbinary",
  SQLVARCHAR: "varchar",
  SQLVARIANT: "sql_variant",
  SQLVARYBIN: "varbinary",
  SQLVARYCHAR: "varchar",
  SQLXML: "xml",
};

/** Undefined for a name that no format file has. */
export function findType(name: string): TypeName | undefined {
  return Object.hasOwn(typeNames, name.toUpperCase()) ? typeNames[name.toUpperCase()] : undefined;
}

export const knownTypes = Object.keys(typeNames);

const kinds: Partial<Record<TypeName, "char" | "nchar">> = {
  char: "char",
  varchar: "char",
  text: "char",
  nchar: "nchar",
  nvarchar: "nchar",
  ntext: "nchar",
};

/** How values of the type are stored: as text, or in the server's own form. */
export function kindOf({ name }: SqlType): "char" | "nchar" | "native" {
  return kinds[name] ?? "native";
}
