/** Packages that tests read: small tables, one of every type, and one of a later version. */
import type { SqlType } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { encodeRows, type PackageColumn, type PackageSpec, type PackageTable } from "./bacpac-builder.ts";
import { nativeValues } from "./native-values.ts";

const int: SqlType = { name: "int" };
export const text: SqlType = { name: "nvarchar", length: 40 };
export const id: PackageColumn = { name: "ID", type: int, nullable: false };

export const orders: PackageTable = {
  name: "[dbo].[Orders]",
  columns: [id, { name: "Note", type: text }, { name: "Extra", type: { name: "money" } }],
  parts: [
    [
      [1, "first", "1.5000"],
      [2, null, null],
    ],
    [[3, "", "-0.0001"]],
  ],
};
export const details: PackageTable = {
  name: "[sales].[Order Details]",
  columns: [id, { name: "Quantity", type: { name: "smallint" }, nullable: false }],
  parts: [
    [
      [1, -5],
      [2, 7],
    ],
  ],
};

/** Types of a column with the values of `nativeValues` that goldens have room for, as a table. */
export function allTypes(nullable: boolean): PackageTable {
  const short = nativeValues.map(([type, values]) => ({
    type,
    values: values.filter((value) => typeof value !== "string" || value.length < 60).filter((value) => !isLong(value)),
  }));
  const columns = [id, ...short.map(({ type }, at) => ({ name: `${type.name}_${at}`, type, nullable }))];
  const count = Math.max(...short.map(({ values }) => values.length));
  const rows = Array.from({ length: count }, (_, row) => [
    row + 1,
    ...short.map(({ values }) => values[row % Math.max(values.length, 1)] ?? (nullable ? null : "")),
  ]);
  const nulls = [count + 1, ...short.map(() => null)];
  return { name: "[dbo].[All]", columns, parts: [nullable ? [...rows, nulls] : rows] };
}

function isLong(value: RawValue): boolean {
  return value instanceof Uint8Array && value.length > 60;
}

export function withPart(part: Buffer): PackageSpec {
  return { tables: [{ ...orders, parts: [part] }, details], origin: { rows: 5 } };
}

export const wholeRows = encodeRows(orders.columns, [
  [1, "first", "1.5000"],
  [2, null, null],
  [3, "third", null],
]);

/** A package of a later version: an element, a column and a type that nobody knows. */
export const newer: PackageSpec = {
  format: "2.0",
  origin: { data: "3.0.0.0", rows: 5 },
  elements: '<Element Type="SqlTimeMachine" Name="[dbo].[Then]"><Property Name="Year" Value="1999" /></Element>',
  tables: [
    {
      name: "[dbo].[Points]",
      columns: [id, { name: "At", type: { name: "vector" as SqlType["name"], length: 3 } }],
      parts: [Buffer.from("0100000001020304", "hex")],
    },
    orders,
    { ...details, xml: '<Entry><Element Type="SqlFutureColumn" Name="[sales].[Order Details].[Next]" /></Entry>' },
  ],
};
