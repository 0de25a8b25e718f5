/** The model of a package: what its XML says of tables, in the forms that SqlPackage writes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadSchema } from "../../src/schema/load.ts";
import type { DatabaseSchema, SqlType, Table } from "../../src/schema/model.ts";
import { buildPackage, reference, relationship, script, type PackageColumn } from "../support/bacpac-builder.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "dacpac-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(columns: readonly PackageColumn[], elements = "", xml = ""): Promise<DatabaseSchema> {
  const file = path.join(folder, "shop.dacpac");
  writeFileSync(file, buildPackage({ tables: [{ name: "[dbo].[T]", columns, xml }], elements, origin: false }));
  return loadSchema(file);
}

async function readTable(columns: readonly PackageColumn[], elements = "", xml = ""): Promise<Table> {
  return (await read(columns, elements, xml)).tables[0] as Table;
}

const id: PackageColumn = { name: "ID", type: { name: "int" }, nullable: false };
const name: PackageColumn = { name: "Name", type: { name: "nvarchar", length: 40 } };

function element(type: string, of: string | undefined, ...parts: readonly string[]): string {
  return `<Element Type="${type}"${of === undefined ? "" : ` Name="${of}"`}>${parts.join("")}</Element>`;
}

function property(of: string, value: string): string {
  return `<Property Name="${of}" Value="${value}" />`;
}

const inT = relationship("DefiningTable", reference("[dbo].[T]"));
const onT = relationship("IndexedObject", reference("[dbo].[T]"));

function keyed(...columns: readonly string[]): string {
  const entries = columns.map((column) => {
    const [of = "", order = ""] = column.split(" ");
    const descending = order === "DESC" ? property("IsAscending", "False") : "";
    const own = `${descending}${relationship("Column", reference(`[dbo].[T].[${of}]`))}`;
    return `<Entry>${element("SqlIndexedColumnSpecification", undefined, own)}</Entry>`;
  });
  return `<Relationship Name="ColumnSpecifications">${entries.join("")}</Relationship>`;
}

describe("columns", () => {
  it.each<[string, SqlType]>([
    ["int", { name: "int" }],
    ["nvarchar(max)", { name: "nvarchar", length: "max" }],
    ["char(11)", { name: "char", length: 11 }],
    ["decimal(10,2)", { name: "decimal", precision: 10, scale: 2 }],
    ["datetime2(7)", { name: "datetime2", scale: 7 }],
    ["datetime2(0)", { name: "datetime2", scale: 0 }],
    ["hierarchyid", { name: "hierarchyid" }],
    ["xml", { name: "xml" }],
    ["timestamp", { name: "timestamp" }],
  ])("%s", async (declaredType, type) => {
    const { columns } = await readTable([{ name: "C", type }]);
    expect(columns[0]).toMatchObject({ type, declaredType, nullable: true });
  });

  it("a decimal without its scale, which the model leaves out where it is 0", async () => {
    const { columns } = await readTable([{ name: "C", type: { name: "decimal", precision: 9 } }]);
    expect(columns[0]?.type).toEqual({ name: "decimal", precision: 9, scale: 0 });
  });

  it("identity, collation of its own or the database's, ROWGUIDCOL, default", async () => {
    const seed = `${property("IsIdentity", "True")}${property("IdentitySeed", "100")}${property("IdentityIncrement", "-1")}`;
    const elements = element(
      "SqlDefaultConstraint",
      "[dbo].[DF_T_Name]",
      script("DefaultExpressionScript", "(N'none')"),
      inT,
      relationship("ForColumn", reference("[dbo].[T].[Name]")),
    );
    const { columns } = await readTable(
      [
        { ...id, xml: seed },
        name,
        { ...name, name: "Code", xml: property("Collation", "Greek_CI_AS") },
        { name: "Guid", type: { name: "uniqueidentifier" }, xml: property("IsRowGuidColumn", "True") },
      ],
      elements,
    );
    expect(columns).toMatchObject([
      { nullable: false, identity: { seed: "100", increment: "-1", notForReplication: false } },
      { collation: "Latin1_General_CI_AS", default: { name: "DF_T_Name", expression: "(N'none')" } },
      { collation: "Greek_CI_AS" },
      { rowGuid: true },
    ]);
    expect(columns[0]).not.toHaveProperty("collation");
  });

  it("a computed column keeps its place and its expression", async () => {
    const computed = `<Entry>${element(
      "SqlComputedColumn",
      "[dbo].[T].[Twice]",
      script("ExpressionScript", "([ID]*(2))"),
      property("IsPersisted", "True"),
    )}</Entry>`;
    const { columns } = await readTable([id, name], "", computed);
    expect(columns[2]).toMatchObject({
      name: "Twice",
      ordinal: 2,
      declaredType: "AS ([ID]*(2))",
      computed: { expression: "([ID]*(2))", persisted: true },
    });
  });

  it("an alias type is the type that it stands for", async () => {
    const alias = element(
      "SqlUserDefinedDataType",
      "[dbo].[Phone]",
      property("IsNullable", "False"),
      property("Length", "25"),
      relationship("Type", reference("[nvarchar]", 'ExternalSource="BuiltIns" ')),
    );
    const schema = await read([{ ...name, alias: "[dbo].[Phone]" }], alias);
    expect(schema.tables[0]?.columns[0]).toMatchObject({
      type: { name: "nvarchar", length: 25 },
      declaredType: "dbo.Phone",
      userType: "dbo.Phone",
      nullable: true,
    });
    expect(schema.userTypes).toEqual([
      {
        schema: "dbo",
        name: "Phone",
        type: { name: "nvarchar", length: 25 },
        nullable: false,
        sql: "CREATE TYPE [dbo].[Phone] FROM nvarchar(25) NOT NULL",
        bindings: [],
      },
    ]);
  });

  it("a type that is not known, and one of an assembly, are bytes; the first is told", async () => {
    const schema = await read(
      [
        { name: "V", type: { name: "vector" as SqlType["name"] } },
        { name: "P", type: { name: "varbinary", length: "max" }, alias: "[dbo].[Point]" },
      ],
      element("SqlUserDefinedType", "[dbo].[Point]"),
    );
    expect(schema.tables[0]?.columns.map(({ type }) => type)).toEqual([
      { name: "varbinary", length: "max" },
      { name: "varbinary", length: "max" },
    ]);
    expect(schema.notes).toEqual(["dbo.T.V is of a type that is not known, [vector]: it is taken for varbinary(max)"]);
  });
});

describe("constraints", () => {
  it("keys, with the names that the model gives, clustered or not", async () => {
    const { primaryKey, unique } = await readTable(
      [id, name],
      [
        element("SqlPrimaryKeyConstraint", "[dbo].[PK_T]", property("IsClustered", "False"), keyed("ID"), inT),
        element("SqlUniqueConstraint", undefined, keyed("Name", "ID"), inT),
      ].join(""),
    );
    expect(primaryKey).toEqual({ name: "PK_T", columns: ["ID"], clustered: false });
    expect(unique).toEqual([{ columns: ["Name", "ID"], clustered: false }]);
  });

  it("foreign keys with their actions, checks, and those that are switched off", async () => {
    const { foreignKeys, checks } = await readTable(
      [id, name],
      [
        element(
          "SqlForeignKeyConstraint",
          "[dbo].[FK_T]",
          property("OnDeleteAction", "1"),
          property("OnUpdateAction", "2"),
          property("IsNotForReplication", "True"),
          relationship("Columns", reference("[dbo].[T].[ID]")),
          inT,
          relationship("ForeignColumns", reference("[sales].[Order Details].[Order ID]")),
          relationship("ForeignTable", reference("[sales].[Order Details]")),
        ),
        element(
          "SqlCheckConstraint",
          "[dbo].[CK_T]",
          script("CheckExpressionScript", "[ID]>(0)"),
          property("IsDisabled", "True"),
          inT,
        ),
      ].join(""),
    );
    expect(foreignKeys).toEqual([
      {
        name: "FK_T",
        columns: ["ID"],
        references: "sales.Order Details",
        referencedColumns: ["Order ID"],
        onDelete: "CASCADE",
        onUpdate: "SET NULL",
        notForReplication: true,
        disabled: false,
      },
    ]);
    expect(checks).toEqual([{ name: "CK_T", expression: "[ID]>(0)", disabled: true }]);
  });
});

describe("GOTCHAS 26: what dies with a table", () => {
  it("indexes become statements; a unique one without a filter is a key, too", async () => {
    const included = relationship("IncludedColumns", reference("[dbo].[T].[ID]"));
    const { attachments, unique } = await readTable(
      [id, name],
      [
        element(
          "SqlIndex",
          "[dbo].[T].[IX_]]x]",
          property("FillFactor", "80"),
          property("IsDisabled", "True"),
          keyed("Name DESC"),
          included,
          onT,
        ),
        element(
          "SqlIndex",
          "[dbo].[T].[UX]",
          property("IsUnique", "True"),
          property("IsClustered", "True"),
          keyed("Name"),
          onT,
        ),
        element(
          "SqlIndex",
          "[dbo].[T].[UF]",
          property("IsUnique", "True"),
          script("FilterPredicate", "([Name] IS NOT NULL)"),
          keyed("Name"),
          onT,
        ),
      ].join(""),
    );
    expect(attachments.map(({ sql }) => sql)).toEqual([
      "CREATE NONCLUSTERED INDEX [IX_]]x] ON [dbo].[T] ([Name] DESC) INCLUDE ([ID]) WITH FILLFACTOR = 80",
      "ALTER INDEX [IX_]]x] ON [dbo].[T] DISABLE",
      "CREATE UNIQUE CLUSTERED INDEX [UX] ON [dbo].[T] ([Name])",
      "CREATE UNIQUE NONCLUSTERED INDEX [UF] ON [dbo].[T] ([Name]) WHERE ([Name] IS NOT NULL)",
    ]);
    expect(unique).toEqual([{ name: "UX", columns: ["Name"], isIndex: true }]);
  });

  it("triggers keep their text, their settings and their state", async () => {
    const annotation = `<Annotation Type="SysCommentsObjectAnnotation">${property("HeaderContents", "CREATE TRIGGER dbo.tr ON dbo.T AFTER INSERT AS")}</Annotation>`;
    const { attachments } = await readTable(
      [id],
      element(
        "SqlDmlTrigger",
        "[dbo].[tr]",
        script("BodyScript", "\nSELECT 'a<b'", ' QuotedIdentifiers="False" AnsiNulls="True"'),
        property("IsDisabled", "True"),
        relationship("Parent", reference("[dbo].[T]")),
        annotation,
      ),
    );
    expect(attachments).toEqual([
      {
        kind: "trigger",
        sql: "CREATE TRIGGER dbo.tr ON dbo.T AFTER INSERT AS\nSELECT 'a<b'",
        line: 0,
        name: "tr",
        settingsOff: ["QUOTED_IDENTIFIER"],
      },
      { kind: "trigger", sql: "ALTER TABLE [dbo].[T] DISABLE TRIGGER [tr]", line: 0 },
    ]);
  });

  it("permissions and descriptions become statements", async () => {
    const { attachments } = await readTable(
      [id, name],
      [
        element(
          "SqlPermissionStatement",
          "[Grant.ViewDefinition.Object].[clerks].[dbo].[dbo].[T]",
          relationship("Grantee", reference("[clerks]")),
          relationship("SecuredObject", reference("[dbo].[T]")),
        ),
        element(
          "SqlExtendedProperty",
          "[SqlColumn].[dbo].[T].[Name].[MS_Description]",
          script("Value", "N'What they''re called'"),
          relationship("Host", reference("[dbo].[T].[Name]")),
        ),
      ].join(""),
    );
    expect(attachments).toEqual([
      { kind: "grant", sql: "GRANT VIEW DEFINITION ON [dbo].[T] TO [clerks]", line: 0 },
      {
        kind: "extended-property",
        sql: "EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'What they''re called', @level0type = N'SCHEMA', @level0name = N'dbo', @level1type = N'TABLE', @level1name = N'T', @level2type = N'COLUMN', @level2name = N'Name'",
        line: 0,
        name: "MS_Description",
        part: { type: "COLUMN", name: "Name" },
      },
    ]);
  });
});

it("what no table needs is counted, and what cannot be carried over is told", async () => {
  const { skipped, notes } = await read(
    [id],
    [
      element("SqlView", "[dbo].[V]"),
      element("SqlProcedure", "[dbo].[P]"),
      element("SqlTimeMachine", "[dbo].[Then]"),
      element("SqlXmlIndex", "[dbo].[T].[XI]", onT),
      element("SqlIndex", "[dbo].[V].[IV]", relationship("IndexedObject", reference("[dbo].[V]"))),
      element("SqlDmlTrigger", "[dbo].[hidden]", relationship("Parent", reference("[dbo].[T]"))),
    ].join(""),
  );
  expect(skipped).toEqual({ SqlTimeMachine: 1, SqlXmlIndex: 1, index: 1, procedure: 1, view: 1 });
  expect(notes).toEqual([
    "the text of trigger hidden of dbo.T is encrypted: it is not carried over",
    "XI of dbo.T is a SqlXmlIndex, and not carried over",
  ]);
});
