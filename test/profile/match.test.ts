import { describe, expect, it } from "vitest";
import { findTable, matchTable } from "../../src/profile/match.ts";
import { suggestOptions, suggestTable } from "../../src/profile/suggest.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { profileRows } from "./profile-of.ts";

const { tables } = readTsqlSchema(
  `CREATE TABLE dbo.Customers (CustomerID int NOT NULL PRIMARY KEY, Name nvarchar(10) NOT NULL, CreatedAt datetime NULL);
   CREATE TABLE dbo.Orders (OrderID int NOT NULL PRIMARY KEY, CustomerID int NOT NULL, Total AS (1), Note varchar(20) NULL);
   CREATE TABLE dbo.Countries (Code char(2) NOT NULL PRIMARY KEY, Name nvarchar(40) NOT NULL);`,
  { file: "schema.sql" },
);

function long(start: number): string {
  return `${start}`.padEnd(20, "x");
}

describe("the likely key", () => {
  it.each<[string, number[] | undefined, string, ...string[]]>([
    ["a column that is called so", [1], "Name|CustomerID", "a|1", "b|2"],
    ["the first of several", [0], "A|B", "1|1", "2|2"],
    ["a pair", [0, 1], "OrderID|Line|Amount", "1|1|5.5", "1|2|6.5", "2|1|7.5"],
    ["none where it lacks a value", undefined, "ID", "1", "~"],
    ["none where values repeat", undefined, "ID", "1", "1"],
    ["none of amounts and moments", undefined, "Amount|At", "1.5|2026-01-01", "2.5|2026-01-02"],
    ["none of a single record", undefined, "ID", "1"],
  ])("%s", (_what, key, fields, ...rows) => {
    expect(profileRows(fields, ...rows).key?.columns).toEqual(key);
  });
});

describe("the likely table", () => {
  it.each<[string, string | undefined, string[], string, ...string[]]>([
    ["by its fields", "dbo.Customers", [], "CustomerID|Name|CreatedAt", "1|a|2026-01-01"],
    ["whatever the case, blanks and underscores", "dbo.Customers", [], "customer_id|NAME|Created At", "1|a|2026-01-01"],
    ["by the name of the file where fields leave it open", "dbo.Countries", ["countries"], "Name", "Norway"],
    ["none that shares a name by chance", undefined, [], "Name|X|Y|Z|U|V|W", "a|1|2|3|4|5|6"],
    ["by place and type where fields have no names", "dbo.Countries", ["countries-2026"], "|", "DE|Germany"],
  ])("%s", (_what, table, hints, fields, ...rows) => {
    expect(findTable(profileRows(fields, ...rows).columns, tables, hints)?.table).toBe(table);
  });

  it("is told with what is left on both sides, and what does not fit", () => {
    const { columns } = profileRows("order_id|CustomerID|Extra", "1|x|a", "2|y|b");
    expect(matchTable(columns, tables[1] as (typeof tables)[0])).toEqual({
      table: "dbo.Orders",
      score: 0.5,
      columns: [
        { field: "order_id", column: "OrderID", isSameName: false },
        {
          field: "CustomerID",
          column: "CustomerID",
          isSameName: true,
          misfit: "holds text, and the column is int",
        },
      ],
      fieldsLeft: ["Extra"],
      columnsLeft: ["Note"],
    });
  });

  it.each([
    ["CustomerID", "2147483648", "has values out of its range, and the column is int"],
    ["Name", "Maximilian Muster", "holds up to 17 characters, and the column is nvarchar(10)"],
    ["CreatedAt", "12", "holds whole numbers, and the column is datetime"],
    ["CreatedAt", "20260314", undefined],
    ["CreatedAt", "14/03/2026", undefined],
  ])("%s = %s", (field, value, misfit) => {
    const { columns } = profileRows(field, value);
    expect(matchTable(columns, tables[0] as (typeof tables)[0]).columns[0]?.misfit).toBe(misfit);
  });
});

describe("suggested lines of a recipe", () => {
  it.each([
    ["none for ordinary values", "A|B", ["1|x"], {}],
    ["NULL in a column of numbers", "A", ["1", "NULL"], { null: ["", "NULL"] }],
    ["NULL in two columns of text", "A|B", ["x|NULL", "NULL|y"], { null: ["", "NULL"] }],
    ["GOTCHAS 34: a person named Null is no NULL", "Name|City", ["Null|Oslo", "Null|Bergen"], {}],
    ["a decimal comma", "A", ["1,5", "2"], { decimal: "," }],
    ["the order of dates", "A|B", ["13/10/2025|01/02/2025"], { dateFormat: "dmy" }],
    ["no order where columns contradict each other", "A|B", ["13/10/2025|10/13/2025"], {}],
    ["bcp's empty string", "A", ["\0"], { emptyString: "\0" }],
  ] as const)("%s", (_what, fields, rows, options) => {
    expect(suggestOptions(profileRows(fields, ...rows).columns)).toEqual(options);
  });

  it("name what is called otherwise, and where values were cut", () => {
    const { columns } = profileRows("order_id|Note", `1|${long(1)}`, `2|${long(2)}`, `3|${long(3)}`, "4|short");
    const match = matchTable(columns, tables[1] as (typeof tables)[0]);
    expect(suggestTable(match, columns)).toEqual({ columns: { OrderID: "order_id" }, cutAt: { Note: 20 } });
  });
});
