import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadSchema } from "../../src/schema/load.ts";
import { storedColumns, type AttachmentKind, type DatabaseSchema, type Table } from "../../src/schema/model.ts";

const data = path.join(import.meta.dirname, "../../../shared/data");
const isMissing = !existsSync(data);

function load(name: string): Promise<DatabaseSchema> {
  return loadSchema(path.join(data, name));
}

function requireTable(schema: DatabaseSchema, id: string): Table {
  const found = schema.tables.find((table) => table.id === id);
  if (found === undefined) throw new Error(`no table ${id}`);
  return found;
}

function total(schema: DatabaseSchema, count: (table: Table) => number): number {
  return schema.tables.reduce((sum, table) => sum + count(table), 0);
}

function attachments(schema: DatabaseSchema, kind: AttachmentKind): number {
  return total(schema, (table) => table.attachments.filter((attachment) => attachment.kind === kind).length);
}

/** The server stores `([Qty]>(0))` for `Qty > 0`. */
function bare(expression: string): string {
  return expression.toLowerCase().replaceAll(/[[\]()\s]/g, "");
}

function byName<Item extends { readonly name?: string }>(items: readonly Item[]): Item[] {
  return items.toSorted((left, right) => ((left.name ?? "") < (right.name ?? "") ? -1 : 1));
}

/** What two scripts of one database must agree on. Order of tables and constraints is the script's own. */
function essence(schema: DatabaseSchema) {
  const tables = schema.tables.map((table) => ({
    id: table.id,
    columns: table.columns.map((column) => ({
      ...column,
      default: column.default && { ...column.default, expression: bare(column.default.expression) },
    })),
    primaryKey: table.primaryKey,
    unique: byName(table.unique),
    foreignKeys: byName(table.foreignKeys),
    checks: byName(table.checks).map((check) => ({ ...check, expression: bare(check.expression) })),
    indexes: table.attachments.filter(({ kind }) => kind === "index").length,
  }));
  return tables.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

describe.skipIf(isMissing)("Northwind (skipped without ../shared/data)", () => {
  it("the installation script has 13 tables with keys, checks and defaults", async () => {
    const schema = await load("northwind/instnwnd.sql");
    expect(schema.tables).toHaveLength(13);
    expect(total(schema, (table) => (table.primaryKey === undefined ? 0 : 1))).toBe(13);
    expect(total(schema, (table) => table.foreignKeys.length)).toBe(13);
    expect(total(schema, (table) => table.checks.length)).toBe(8);
    expect(total(schema, (table) => table.columns.filter((column) => column.default !== undefined).length)).toBe(9);
    expect(total(schema, (table) => table.foreignKeys.filter((key) => key.disabled).length)).toBe(0);
    expect(schema.skipped).toMatchObject({ procedure: 7, view: 16, insert: 3308 });
  });

  it("the script of SSMS in UTF-16 says the same of every column, key, default and check", async () => {
    const [installed, generated] = await Promise.all([
      load("northwind/instnwnd.sql"),
      load("northwind/ssms-generated-utf16.sql"),
    ]);
    expect(essence(generated)).toEqual(essence(installed));
    expect(generated.skipped).toMatchObject({ procedure: 7, view: 16, insert: 3308 });
  });
});

describe.skipIf(isMissing)("Chinook (skipped without ../shared/data)", () => {
  it("has 11 tables, each with its key, and 11 foreign keys with their actions", async () => {
    const schema = await load("chinook/Chinook_SqlServer.sql");
    expect(schema.tables).toHaveLength(11);
    expect(requireTable(schema, "dbo.PlaylistTrack").primaryKey?.columns).toEqual(["PlaylistId", "TrackId"]);
    expect(total(schema, (table) => table.foreignKeys.length)).toBe(11);
    expect(schema.tables.flatMap((table) => table.foreignKeys).every((key) => key.onDelete === "NO ACTION")).toBe(true);
    expect(requireTable(schema, "dbo.Invoice").columns.at(-1)?.type).toEqual({
      name: "numeric",
      precision: 10,
      scale: 2,
    });
  });
});

describe.skipIf(isMissing)("AdventureWorks (skipped without ../shared/data)", () => {
  it("has 71 tables in six schemas, and everything that hangs on them", async () => {
    const schema = await load("adventureworks/instawdb.sql");
    expect(schema.tables).toHaveLength(71);
    expect(new Set(schema.tables.map((table) => table.schema)).size).toBe(6);
    expect(total(schema, (table) => table.foreignKeys.length)).toBe(90);
    expect(total(schema, (table) => table.checks.length)).toBe(89);
    expect(total(schema, (table) => table.columns.filter((column) => column.default !== undefined).length)).toBe(152);
    expect(attachments(schema, "trigger")).toBe(10);
    expect(attachments(schema, "full-text")).toBe(3);
    expect(schema.userTypes.map((type) => type.name)).toEqual([
      "AccountNumber",
      "Flag",
      "NameStyle",
      "Name",
      "OrderNumber",
      "Phone",
    ]);
    expect(schema.skipped).toMatchObject({ procedure: 10, function: 11, view: 20 });
  });

  it("resolves user types, computed columns, xml and hierarchyid", async () => {
    const schema = await load("adventureworks/instawdb.sql");
    const employee = requireTable(schema, "HumanResources.Employee");
    const column = (name: string) => employee.columns.find((each) => each.name === name);
    expect(column("SalariedFlag")).toMatchObject({ type: { name: "bit" }, declaredType: "Flag", nullable: false });
    expect(column("OrganizationNode")?.type.name).toBe("hierarchyid");
    expect(column("OrganizationLevel")?.computed?.expression).toBe("OrganizationNode.GetLevel()");
    expect(storedColumns(employee)).toHaveLength(employee.columns.length - 1);
    const person = requireTable(schema, "Person.Person");
    expect(person.columns.find((each) => each.name === "Demographics")?.type.name).toBe("xml");
    expect(person.attachments.some(({ sql }) => sql.startsWith("CREATE PRIMARY XML INDEX"))).toBe(true);
  });

  it("keeps the extended properties of every table and column", async () => {
    const schema = await load("adventureworks/instawdb.sql");
    const kept = schema.tables.flatMap((table) => table.attachments).filter(({ kind }) => kind === "extended-property");
    expect(kept).toHaveLength(530);
    expect(kept.every(({ sql }) => sql.startsWith("EXECUTE [sys].[sp_addextendedproperty] N'MS_Description'"))).toBe(
      true,
    );
  });
});
