/** A table with a column of every type, as T-SQL that is valid from 2005 on and as what is read of it. */
import type { SqlType } from "../../../src/schema/model.ts";
import type { CanonicalValue } from "../../../src/values/codec.ts";

export interface TypeCase {
  readonly column: string;
  /** As CREATE TABLE has it. */
  readonly declared: string;
  readonly type: SqlType;
  readonly literal: string;
  readonly read: CanonicalValue;
  /** The first major version that knows the type; 2005 (9) where it is not said. */
  readonly since?: number;
}

export const everyType: readonly TypeCase[] = [
  { column: "Tiny", declared: "tinyint", type: { name: "tinyint" }, literal: "255", read: 255 },
  { column: "Small", declared: "smallint", type: { name: "smallint" }, literal: "-32768", read: -32_768 },
  { column: "Int", declared: "int", type: { name: "int" }, literal: "-2147483648", read: -2_147_483_648 },
  {
    column: "Big",
    declared: "bigint",
    type: { name: "bigint" },
    literal: "-9223372036854775808",
    read: "-9223372036854775808",
  },
  {
    column: "Exact",
    declared: "decimal(38, 10)",
    type: { name: "decimal", precision: 38, scale: 10 },
    literal: "1234567890123456789012345678.0123456789",
    read: "1234567890123456789012345678.0123456789",
  },
  {
    column: "Price",
    declared: "money",
    type: { name: "money" },
    literal: "-922337203685477.5808",
    read: "-922337203685477.5808",
  },
  {
    column: "Fee",
    declared: "smallmoney",
    type: { name: "smallmoney" },
    literal: "214748.3647",
    read: "214748.3647",
  },
  { column: "Ratio", declared: "float", type: { name: "float" }, literal: "1E-1", read: 0.1 },
  { column: "Part", declared: "real", type: { name: "real" }, literal: "2.5E0", read: 2.5 },
  {
    column: "Old",
    declared: "datetime",
    type: { name: "datetime" },
    literal: "'2026-03-14T09:26:53.997'",
    read: "2026-03-14 09:26:53.997",
  },
  { column: "Code", declared: "char(3)", type: { name: "char", length: 3 }, literal: "'a '", read: "a  " },
  {
    column: "Name",
    declared: "varchar(40)",
    type: { name: "varchar", length: 40 },
    literal: "'O''Brien'",
    read: "O'Brien",
  },
  {
    column: "Text",
    declared: "nvarchar(max)",
    type: { name: "nvarchar", length: "max" },
    literal: "N'あЖ' + NCHAR(13) + NCHAR(10)",
    read: "あЖ\r\n",
  },
  { column: "Note", declared: "ntext", type: { name: "ntext" }, literal: "N'Ж'", read: "Ж" },
  {
    column: "Bytes",
    declared: "varbinary(max)",
    type: { name: "varbinary", length: "max" },
    literal: "0x00FF",
    read: Buffer.from([0, 255]),
  },
  { column: "Picture", declared: "image", type: { name: "image" }, literal: "0x07", read: Buffer.from([7]) },
  {
    column: "Guid",
    declared: "uniqueidentifier",
    type: { name: "uniqueidentifier" },
    literal: "'0C72492E-D496-4D01-B339-2DAF14070248'",
    read: "0C72492E-D496-4D01-B339-2DAF14070248",
  },
  { column: "Doc", declared: "xml", type: { name: "xml" }, literal: "N'<a>Ж</a>'", read: "<a>Ж</a>" },
  { column: "Day", declared: "date", type: { name: "date" }, literal: "'0001-01-01'", read: "0001-01-01", since: 10 },
  {
    column: "At",
    declared: "datetime2(7)",
    type: { name: "datetime2", scale: 7 },
    literal: "'9999-12-31T23:59:59.9999999'",
    read: "9999-12-31 23:59:59.9999999",
    since: 10,
  },
  {
    column: "Away",
    declared: "datetimeoffset(7)",
    type: { name: "datetimeoffset", scale: 7 },
    literal: "'2026-03-14T09:26:53.1234567-05:30'",
    read: "2026-03-14 09:26:53.1234567 -05:30",
    since: 10,
  },
];

export const keyedRows = 60;

/** What sets the tables up, batch by batch: dbo.Every (a full row and one of NULLs) and dbo.Keyed (a key of two columns). */
export function setupBatches(cases: readonly TypeCase[]): string[] {
  const columns = cases.map(({ column, declared }) => `[${column}] ${declared} NULL`);
  const names = cases.map(({ column }) => `[${column}]`);
  const literals = cases.map(({ literal }) => literal);
  return [
    `CREATE TABLE dbo.[Every] ([ID] int NOT NULL CONSTRAINT [PK_Every] PRIMARY KEY, ${columns.join(", ")})`,
    `INSERT INTO dbo.[Every] ([ID], ${names.join(", ")}) VALUES (1, ${literals.join(", ")})`,
    "INSERT INTO dbo.[Every] ([ID]) VALUES (2)",
    "CREATE TABLE dbo.[Keyed] ([T] nvarchar(20) NOT NULL, [A] int NOT NULL, CONSTRAINT [PK_Keyed] PRIMARY KEY ([T], [A]))",
    ...Array.from({ length: keyedRows }, (_, at) => {
      const [text, number] = keyedRow(at);
      return `INSERT INTO dbo.[Keyed] ([T], [A]) VALUES (N'${text}', ${number})`;
    }),
  ];
}

export function keyedRow(at: number): readonly [string, number] {
  return [`t${at % 7}`, at];
}
