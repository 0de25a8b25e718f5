import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { formatFault } from "../../src/recipe/faults.ts";
import { RecipeError } from "../../src/recipe/faults.ts";
import { parseRecipe } from "../../src/recipe/load.ts";
import { checkNames, resolveTable } from "../../src/recipe/names.ts";
import { tableName } from "../../src/schema/model.ts";
import type { Column, DatabaseSchema, Table } from "../../src/schema/model.ts";
import { testExtractors } from "./extractors.ts";

function column(name: string, ordinal: number): Column {
  return { name, ordinal, type: { name: "int" }, declaredType: "int", nullable: true };
}

function table(schema: string, name: string, ...columns: string[]): Table {
  const id = tableName(schema, name);
  return { schema, name, id, columns: columns.map(column), unique: [], foreignKeys: [], checks: [], attachments: [] };
}

const orders = table("dbo", "Orders", "OrderID", "ShipCity", "Total");
const computed = { ...column("Age", 3), computed: { expression: "1", persisted: false } };
const schema: DatabaseSchema = {
  tables: [
    { ...orders, columns: [...orders.columns, computed] },
    table("dbo", "Order Details", "OrderID", "ProductID"),
    table("dbo", "a.b", "X"),
    table("dbo", "Notes", "NoteID"),
    table("crm", "Notes", "NoteID"),
    table("crm", "odd]name", "X"),
  ],
  userTypes: [],
  boundObjects: [],
  skipped: {},
};

function faultsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof RecipeError) return error.faults.map(formatFault);
    throw error;
  }
  return [];
}

function recipe(rest: string) {
  return parseRecipe(`incident: names\n${rest}`, "r.yaml", {}, testExtractors);
}

describe("resolveTable", () => {
  it.each([
    ["dbo.Orders", "dbo.Orders"],
    ["DBO.orders", "dbo.Orders"],
    ["Orders", "dbo.Orders"],
    ["[dbo].[Orders]", "dbo.Orders"],
    ['"dbo"."Orders"', "dbo.Orders"],
    ["dbo.Order Details", "dbo.Order Details"],
    ["[Order Details]", "dbo.Order Details"],
    ["dbo.[a.b]", "dbo.[a.b]"],
    ["[a.b]", "dbo.[a.b]"],
    ["crm.Notes", "crm.Notes"],
    ["crm.[odd]]name]", "crm.[odd]]name]"],
  ])("%s is %s", (name, id) => expect(resolveTable(schema, name).id).toBe(id));

  it.each([
    ["Notes", "several tables", "Say dbo.Notes or crm.Notes"],
    ["dbo.Order", "no table", 'Did you mean "dbo.Orders"?'],
    ["Ordres", "no table", 'Did you mean "dbo.Orders"?'],
    ["sales.Orders", "no table", 'Did you mean "dbo.Orders"?'],
    ["db.dbo.Orders", "no table", 'Did you mean "dbo.Orders"?'],
    ["Warehouses", "no table", "The schema has dbo.Orders, dbo.Order Details"],
    ["[unclosed", "no table", "The schema has"],
    ["", "no table", "The schema has"],
  ])("%s is refused: %s", (name, what, remedy) => {
    const resolve = (): unknown => resolveTable(schema, name);
    expect(resolve).toThrow(UserError);
    expect(resolve).toThrow(what);
    expect(resolve).toThrow(remedy);
  });
});

describe("checkNames", () => {
  it("accepts what the schema has", () => {
    const good =
      recipe(`target: { dialect: sqlserver, version: 2000, schema: s.sql, tables: [Orders, dbo.Order Details] }
sources: { a: { extractor: sqlite, path: a, tables: { Orders: { columns: { shipcity: city } } } } }
rules: { tables: { DBO.ORDERS: { columns: { Total: [trust] } } } }
`);
    expect(faultsOf(() => checkNames(good, schema))).toEqual([]);
  });

  it("reports every unknown name at its place", () => {
    const bad = recipe(`target:
  { dialect: sqlserver, version: 2000, schema: s.sql, tables: [Ordres, Orders, dbo.orders] }
sources:
  a:
    extractor: sqlite
    path: a
    tables:
      Notes: {}
      dbo.Orders: { columns: { ShipCty: city, Age: age } }
      Orders: { columns: { Nothing: x } }
  b: { extractor: sqlite, path: b, tables: { Customers: { columns: { A: b } } } }
rules:
  tables:
    dbo.Orders: { columns: { Totals: [trust] } }
`);
    expect(faultsOf(() => checkNames(bad, schema))).toEqual([
      'r.yaml:3:64: target.tables[0]: the schema has no table "Ordres". Did you mean "dbo.Orders"?',
      'r.yaml:3:80: target.tables[2]: the same table as "Orders" above; keep one',
      'r.yaml:9:7: sources.a.tables.Notes: "Notes" names several tables. Say dbo.Notes or crm.Notes',
      'r.yaml:10:32: sources.a.tables["dbo.Orders"].columns.ShipCty: dbo.Orders has no column "ShipCty". Did you mean "ShipCity"?',
      'r.yaml:10:47: sources.a.tables["dbo.Orders"].columns.Age: the server fills "Age" itself; take it away',
      'r.yaml:11:7: sources.a.tables.Orders: the same table as "dbo.Orders" above; keep one',
      'r.yaml:11:28: sources.a.tables.Orders.columns.Nothing: dbo.Orders has no column "Nothing". It has OrderID, ShipCity, Total, Age',
      'r.yaml:12:46: sources.b.tables.Customers: the schema has no table "Customers". The schema has dbo.Orders, dbo.Order Details, dbo.[a.b], dbo.Notes, crm.Notes, crm.[odd]]name]',
      'r.yaml:15:30: rules.tables["dbo.Orders"].columns.Totals: dbo.Orders has no column "Totals". Did you mean "Total"?',
    ]);
  });

  it("accepts columns wherever a recipe names them, in any case", () => {
    const good = recipe(`target: { dialect: sqlserver, version: 2000, schema: s.sql }
sources:
  a:
    extractor: sqlite
    path: a
    tables: { Orders: { crosswalk: { match: [shipcity] }, cutAt: { SHIPCITY: 5 }, modifiedAt: anything } }
rules:
  tables: { Orders: { together: [[ShipCity, total]], identity: { natural: [OrderID] }, columns: { Total: {} } } }
assert:
  orders: { fill: { total: 1 }, range: { ShipCity: { min: A } } }
`);
    expect(faultsOf(() => checkNames(good, schema))).toEqual([]);
  });

  it("reports unknown columns in crosswalks, groups, identities, widths and assertions", () => {
    const bad = recipe(`target: { dialect: sqlserver, version: 2000, schema: s.sql }
sources:
  a:
    extractor: sqlite
    path: a
    tables: { Orders: { crosswalk: { match: [ShipCty] }, cutAt: { Nots: 5 } } }
rules:
  tables:
    Orders: { together: [[ShipCity, Totl]], identity: { natural: [Age] }, columns: { Total: {} } }
assert:
  Orders: { fill: { Totals: 1 }, range: { Age: { min: 0 } } }
  dbo.orders: { rows: 5 }
  Ordres: { rows: 5 }
`);
    expect(faultsOf(() => checkNames(bad, schema))).toEqual([
      'r.yaml:7:46: sources.a.tables.Orders.crosswalk.match[0]: dbo.Orders has no column "ShipCty". Did you mean "ShipCity"?',
      'r.yaml:7:67: sources.a.tables.Orders.cutAt.Nots: dbo.Orders has no column "Nots". It has OrderID, ShipCity, Total, Age',
      'r.yaml:10:37: rules.tables.Orders.together[0][1]: dbo.Orders has no column "Totl". Did you mean "Total"?',
      'r.yaml:10:67: rules.tables.Orders.identity.natural[0]: the server fills "Age" itself; take it away',
      'r.yaml:12:21: assert.Orders.fill.Totals: dbo.Orders has no column "Totals". Did you mean "Total"?',
      'r.yaml:12:43: assert.Orders.range.Age: the server fills "Age" itself; take it away',
      'r.yaml:13:3: assert["dbo.orders"]: the same table as "Orders" above; keep one',
      'r.yaml:14:3: assert.Ordres: the schema has no table "Ordres". Did you mean "dbo.Orders"?',
    ]);
  });
});
