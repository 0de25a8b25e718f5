/** A SQL Server's catalog as the model that its DDL gives, whatever hangs on its tables. */
import { afterEach, describe, expect, it } from "vitest";
import mssql from "../../src/extract/mssql/index.ts";
import type { Attachment, DatabaseSchema, Table } from "../../src/schema/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { createEngine } from "../support/sqlserver/engine.ts";
import type { EngineOptions } from "../support/sqlserver/options.ts";
import { startTdsServer } from "../support/tds/server.ts";

const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
});

/** As each version makes types; `now` is bound to the type, `code` to one column. */
const ownTypes = (create: string, type: string): string => `
CREATE DEFAULT [dbo].[D_Now] AS GETDATE();
GO
-- CREATE RULE below
CREATE RULE [dbo].[R_Code] AS @code LIKE N'A%';
GO
${create}
GO
EXEC sp_bindefault N'[dbo].[D_Now]', N'${type}'
GO
`;
const typesSince2005 = ownTypes("CREATE TYPE [dbo].[Moment] FROM datetime NOT NULL", "[dbo].[Moment]");
const typesOf2000 = ownTypes("EXEC sp_addtype N'Moment', N'datetime', N'NOT NULL'", "Moment");

const tables = `
CREATE TABLE [dbo].[Parents] (
  [ID] int IDENTITY(7, 2) NOT FOR REPLICATION NOT NULL CONSTRAINT [PK_Parents] PRIMARY KEY NONCLUSTERED,
  [Code] nvarchar(10) COLLATE Latin1_General_CI_AS NOT NULL,
  [State] int NOT NULL CONSTRAINT [DF_Parents_State] DEFAULT ((0)),
  [Twice] AS ([State]*(2)) PERSISTED,
  [At] [dbo].[Moment],
  [Guid] uniqueidentifier ROWGUIDCOL NULL,
  [Note] nvarchar(20) COLLATE Latin1_General_CI_AS NULL);
GO
CREATE TABLE [sales].[It's] (
  [A]]b] int NOT NULL CONSTRAINT [PK_Its] PRIMARY KEY CLUSTERED,
  [Code] nvarchar(10) COLLATE Latin1_General_CI_AS NULL,
  CONSTRAINT [FK_Its] FOREIGN KEY ([Code]) REFERENCES [dbo].[Parents] ([Code]) ON DELETE CASCADE NOT FOR REPLICATION,
  CONSTRAINT [CK_Its] CHECK (([A]]b]>(0))));
GO
`;

const trigger = "CREATE TRIGGER [dbo].[Audit] ON [dbo].[Parents] AFTER INSERT AS\n-- it's GO\nPRINT 'x';";
const common = [
  "EXEC sp_bindrule N'[dbo].[R_Code]', N'[dbo].[Parents].[Note]'",
  "CREATE UNIQUE NONCLUSTERED INDEX [UX_Code] ON [dbo].[Parents] ([Code])",
  trigger,
  "ALTER TABLE [dbo].[Parents] DISABLE TRIGGER [Audit]",
  "GRANT SELECT ON [dbo].[Parents] TO [reader]",
  "GRANT UPDATE ON [dbo].[Parents] ([Code]) TO [app]] role] WITH GRANT OPTION",
  "DENY DELETE ON [sales].[It's] TO [public]",
];
const since2005 = [
  ...common,
  "CREATE NONCLUSTERED INDEX [IX_State] ON [dbo].[Parents] ([State] DESC, [Code]) INCLUDE ([Twice]) WHERE ([State]>(1)) WITH PAD_INDEX, FILLFACTOR = 80",
  "ALTER INDEX [IX_State] ON [dbo].[Parents] DISABLE",
  "EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'It''s a parent', @level0type = N'SCHEMA', @level0name = N'dbo', @level1type = N'TABLE', @level1name = N'Parents'",
  "EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'key', @level0type = N'SCHEMA', @level0name = N'sales', @level1type = N'TABLE', @level1name = N'It''s', @level2type = N'COLUMN', @level2name = N'A]b'",
];
const of2000 = [
  ...common,
  "CREATE CLUSTERED INDEX [IX_State] ON [dbo].[Parents] ([State], [Code]) WITH PAD_INDEX, FILLFACTOR = 80, IGNORE_DUP_KEY",
  "EXEC sp_addextendedproperty @name = N'MS_Description', @value = N'It''s a parent', @level0type = N'USER', @level0name = N'dbo', @level1type = N'TABLE', @level1name = N'Parents'",
];

const index = {
  type: 2,
  is_unique: 0,
  is_primary_key: 0,
  is_unique_constraint: 0,
  is_hypothetical: 0,
  ignore_dup_key: 0,
};
const [parents, its] = ["dbo.Parents", "sales.It's"];
const part = (at: number, column: number, more = {}) => ({
  object_id: parents,
  index_id: 20,
  index_column_id: at,
  key_ordinal: at,
  column_id: column,
  is_descending_key: 0,
  is_included_column: 0,
  ...more,
});

/** As the documentation of the views has them; the unique index is the model's own. */
const views: EngineOptions["catalog"] = {
  "sys.indexes": [
    {
      ...index,
      object_id: parents,
      index_id: 20,
      name: "IX_State",
      fill_factor: 80,
      is_padded: 1,
      is_disabled: 1,
      filter_definition: "([State]>(1))",
    },
    { ...index, object_id: parents, index_id: 30, name: "XI_Doc", type: 3, type_desc: "XML" },
    { ...index, object_id: parents, index_id: 1, name: "PK_Parents", type: 1, is_unique: 1, is_primary_key: 1 },
  ],
  "sys.index_columns": [
    part(1, 3, { is_descending_key: 1 }),
    part(2, 2),
    part(3, 4, { key_ordinal: 9, is_included_column: 1 }),
  ],
  "sys.triggers": [
    { object_id: "dbo.Audit", name: "Audit", parent_id: parents, is_disabled: 1 },
    { object_id: "dbo.Hidden", name: "Hidden", parent_id: parents, is_disabled: 0 },
  ],
  "sys.sql_modules": [
    { object_id: "dbo.Audit", definition: `\r\n${trigger}\r\n`, uses_quoted_identifier: 0, uses_ansi_nulls: 1 },
    { object_id: "dbo.Hidden", definition: null },
  ],
  "sys.database_permissions": [
    { class: 1, major_id: parents, minor_id: 0, grantee_principal_id: "reader", permission_name: "SELECT", state: "G" },
    {
      class: 1,
      major_id: parents,
      minor_id: 2,
      grantee_principal_id: "app] role",
      permission_name: "UPDATE",
      state: "W",
    },
    { class: 1, major_id: its, minor_id: 0, grantee_principal_id: "public", permission_name: "DELETE", state: "D" },
    { class: 3, major_id: parents, minor_id: 0, grantee_principal_id: "reader", permission_name: "ALTER", state: "G" },
  ],
  "sys.tables": [{ object_id: its, temporal_type: 2 }],
  "sys.extended_properties": [
    { class: 1, major_id: parents, minor_id: 0, name: "MS_Description", value: "It's a parent" },
    { class: 1, major_id: its, minor_id: 1, name: "MS_Description", value: "key" },
  ],
};
const systemTables: EngineOptions["catalog"] = {
  sysindexes: [
    { id: parents, indid: 1, name: "IX_State", status: 257, OrigFillFactor: 80 },
    { id: parents, indid: 5, name: "_WA_Sys_State", status: 8_388_704, OrigFillFactor: 0 },
    { id: parents, indid: 6, name: "PK_Parents", status: 2066, OrigFillFactor: 0 },
  ],
  sysindexkeys: [
    { id: parents, indid: 1, colid: 3, keyno: 1 },
    { id: parents, indid: 1, colid: 2, keyno: 2 },
  ],
  sysobjects: [
    { id: "dbo.Audit", name: "Audit", uid: "dbo", xtype: "TR", parent_obj: parents },
    { id: "dbo.Hidden", name: "Hidden", uid: "dbo", xtype: "TR", parent_obj: parents },
  ],
  syscomments: [
    { id: "dbo.Audit", number: 0, colid: 1, text: `\r\n${trigger.slice(0, 60)}`, encrypted: 0 },
    { id: "dbo.Audit", number: 0, colid: 2, text: `${trigger.slice(60)}\r\n`, encrypted: 0 },
    { id: "dbo.Hidden", number: 0, colid: 1, text: "\u1234", encrypted: 1 },
  ],
  sysprotects: [
    { id: parents, uid: "reader", action: 193, protecttype: 205, columns: Buffer.from("01", "hex") },
    // The bit of column 2.
    { id: parents, uid: "app] role", action: 197, protecttype: 204, columns: Buffer.from("04", "hex") },
    { id: its, uid: "public", action: 196, protecttype: 206, columns: null },
  ],
  sysproperties: [{ id: parents, smallid: 0, type: 3, name: "MS_Description", value: "It's a parent" }],
};

async function readCatalog(ddl: DatabaseSchema, options: Partial<EngineOptions>, tdsVersion: string) {
  const tds = await startTdsServer(createEngine({ schema: ddl, rows: new Map(), disabled: ["dbo.Audit"], ...options }));
  started.push(tds);
  const address = { host: "127.0.0.1", port: tds.port, database: "Shop", user: "reader", password: "secret" };
  const given = mssql.options.parse({ ...address, ssl: "disable", tdsVersion });
  const server = await mssql.connect(given, { signal: new AbortController().signal });
  started.unshift(server);
  return { schema: await server.schema(), statements: tds.statements };
}

/** The trigger was made where quotes were no names. */
function batchOf(statement: string): string {
  const [off, on] = ["OFF", "ON"].map((state) => `SET QUOTED_IDENTIFIER ${state}\nGO\n`);
  return statement === trigger ? `${off}${statement}\nGO\n${on}` : `${statement}\nGO\n`;
}

function scriptOf(statements: readonly string[], types: string): string {
  return types + tables + statements.map(batchOf).join("");
}

function attachmentsOf({ attachments }: Table): string[] {
  return attachments
    .map(
      ({ kind, sql, name, ...more }: Attachment) =>
        `${kind} ${name} ${JSON.stringify([more.part, more.settingsOff])}: ${sql.trim()}`,
    )
    .toSorted();
}

/** Lines differ, since a catalog has none; so does the spelling of a type that is only shown. */
function modelOf({ tables: all }: DatabaseSchema) {
  return all.map((table) => ({
    ...table,
    attachments: undefined,
    columns: table.columns.map((column) => ({
      ...column,
      declaredType: undefined,
      ...(column.computed === undefined ? {} : { type: undefined, nullable: undefined }),
    })),
  }));
}

describe("the catalog", () => {
  it.each([
    ["2022", { version: [16, 0, 4135], catalog: views }, "7.4", since2005, typesSince2005],
    ["2000", { version: [8, 0, 2039], catalog: systemTables }, "7.1", of2000, typesOf2000],
  ] as const)("of SQL Server %s is the model of its DDL", async (_name, options, tdsVersion, statements, types) => {
    // 2000 has no persisted columns.
    const whole = scriptOf(statements, types);
    const script = tdsVersion === "7.1" ? whole.replace(" PERSISTED", "") : whole;
    const ddl = readTsqlSchema(script, { file: "schema.sql" });
    const { schema, statements: asked } = await readCatalog(ddl, options, tdsVersion);
    expect(modelOf(schema)).toEqual(modelOf(ddl));
    expect(schema.userTypes).toEqual(ddl.userTypes);
    expect(schema.userTypes[0]?.bindings).toHaveLength(1);
    expect(schema.boundObjects).toEqual(ddl.boundObjects);
    expect(schema.tables[0]?.columns[4]).toMatchObject({ userType: "dbo.Moment", nullable: false });
    expect(schema.tables[0]?.columns[4]?.default).toBeUndefined();
    for (const [at, table] of schema.tables.entries())
      expect(attachmentsOf(table)).toEqual(attachmentsOf(ddl.tables[at] as Table));
    expect(schema.tables.flatMap(attachmentsOf)).toHaveLength(statements.length);
    expect(schema.tables.flatMap(attachmentsOf).join()).toContain("QUOTED_IDENTIFIER");
    expect(schema.notes?.[0]).toContain("the text of trigger Hidden of dbo.Parents is encrypted");
    expect(schema.notes?.join("\n").includes("sales.It's is versioned by the system")).toBe(tdsVersion !== "7.1");
    expect(asked.join("\n").includes("sys.")).toBe(tdsVersion !== "7.1");
    // What is put together reads back as the same.
    const composed = schema.tables.flatMap(({ attachments }) => attachments.map(({ sql }) => sql));
    const again = readTsqlSchema(scriptOf(composed, types), { file: "composed.sql" });
    expect(again.tables.map(attachmentsOf)).toEqual(schema.tables.map(attachmentsOf));
  });

  it("of 2005 has no filters, and tells of indexes that it does not carry over", async () => {
    const ddl = readTsqlSchema(typesSince2005 + tables, { file: "schema.sql" });
    const { schema, statements } = await readCatalog(ddl, { version: [9, 0, 5000], catalog: views }, "7.2");
    expect(statements.join("\n")).not.toContain("filter_definition");
    expect(schema.notes).toContain("index XI_Doc of dbo.Parents is XML, and not carried over");
  });
});
