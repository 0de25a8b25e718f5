/** 05-schema.sql and 82-attachments.sql: what dies with a table, made again from the schema's own words. */
import { describe, expect, test } from "vitest";
import type { ServerVersion } from "../../src/emit/emitter.ts";
import type { DatabaseSchema } from "../../src/schema/model.ts";
import type { CanonicalValue } from "../../src/values/codec.ts";
import { withPeriods } from "../../src/schema/periods.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { readByLine } from "../support/sqlcmd.ts";
import { batchesOf, dataFiles, scriptOf, sqlScripts } from "./reading.ts";
import { made, valueOf } from "./made.ts";
import { grammarFault } from "./tsql-grammar.ts";
import { emitScripts, emitTable } from "./world.ts";

const ddl = `
CREATE DEFAULT [dbo].[D_Zero] AS 0;
GO
CREATE RULE [dbo].[R_Used] AS @v > 0
GO
CREATE RULE [dbo].[R_Unused] AS @v > 1
GO
CREATE TYPE [sales].[Phone] FROM varchar(25) NOT NULL;
CREATE TYPE [dbo].[Unused] FROM int NULL;
GO
EXEC sp_bindrule N'[dbo].[R_Used]', N'[sales].[Phone]'
GO
CREATE TABLE [sales].[Customer] (
  [ID] int IDENTITY(-7, -2) NOT FOR REPLICATION CONSTRAINT [PK_Customer] PRIMARY KEY NONCLUSTERED,
  [Phone] [sales].[Phone],
  [Name] nvarchar(40) COLLATE Latin1_General_CS_AS NULL CONSTRAINT [DF_Name] DEFAULT (N'it''s'),
  [Rate] decimal(9, 3) NULL DEFAULT ((0)),
  [Guid] uniqueidentifier ROWGUIDCOL NOT NULL DEFAULT (newid()),
  [Twice] AS ([Rate]*(2)) PERSISTED,
  [Stamp] timestamp,
  CONSTRAINT [UQ_Phone] UNIQUE CLUSTERED ([Phone]),
  CONSTRAINT [CK_Rate] CHECK ([Rate]>=(0)),
  CONSTRAINT [CK_Off] CHECK ([Rate]<(100)));
ALTER TABLE [sales].[Customer] NOCHECK CONSTRAINT [CK_Off];
GO
CREATE NONCLUSTERED INDEX [IX_Name] ON [sales].[Customer] ([Name] DESC) INCLUDE ([Rate]) WHERE ([Rate]>(1));
CREATE STATISTICS [ST_Name] ON [sales].[Customer] ([Name]);
GO
CREATE TRIGGER [sales].[T_On] ON [sales].[Customer] AFTER INSERT AS
-- it's
PRINT 'x'
GO
CREATE TRIGGER [sales].[T_Off] ON [sales].[Customer] AFTER DELETE AS
PRINT '$(Database)
 GO
:r other.sql'
GO
ALTER TABLE [sales].[Customer] DISABLE TRIGGER [T_Off]
GO
ALTER TABLE [sales].[Customer] ENABLE TRIGGER [T_On]
GO
EXEC sp_bindefault N'[dbo].[D_Zero]', N'[sales].[Customer].[Rate]'
GO
EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'who buys', @level0type = N'SCHEMA', @level0name = N'sales', @level1type = N'TABLE', @level1name = N'Customer'
EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'per cent', @level0type = N'SCHEMA', @level0name = N'sales', @level1type = N'TABLE', @level1name = N'Customer', @level2type = N'COLUMN', @level2name = N'Rate'
GO
GRANT SELECT ON [sales].[Customer] TO [reader]
DENY DELETE ON [sales].[Customer] TO [public]
GO
`;

const temporal = `
CREATE TABLE [dbo].[Price] (
  [ID] int NOT NULL PRIMARY KEY,
  [From] datetime2 GENERATED ALWAYS AS ROW START NOT NULL,
  [To] datetime2 GENERATED ALWAYS AS ROW END NOT NULL,
  PERIOD FOR SYSTEM_TIME ([From], [To])
) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = [dbo].[PriceHistory]));
GO
`;

const history = "CREATE TABLE [dbo].[PriceHistory] ([ID] int NOT NULL);\nGO\n";

async function scriptsOf(text: string, version: ServerVersion, more = {}) {
  const read = readTsqlSchema(text, { file: "schema.sql" });
  const schema = version < "2016" ? read : withPeriods(read);
  const tables = schema.tables.map((table) => emitTable(table, []));
  return (await emitScripts(tables, { version, schema, ...more })).scripts;
}

/** What hangs on the first table; the states of triggers are part of those. */
function kept(schema: DatabaseSchema): string[] {
  return (schema.tables[0]?.attachments ?? [])
    .filter(({ kind, name }) => kind !== "trigger" || name !== undefined)
    .map(({ kind, sql, name, part }) => JSON.stringify([kind, sql.trim().replace(/;$/, ""), name, part]))
    .toSorted();
}

describe.each(["2008", "2022"] as const)("GOTCHAS 26: what dies with a table, version %s", (version) => {
  test("comes to the schema that it was", async () => {
    const before = readTsqlSchema(ddl, { file: "schema.sql" });
    const after = made(await scriptsOf(ddl, version));
    const [table, again] = [before.tables[0], after.tables[0]];
    expect(again?.columns).toEqual(table?.columns);
    expect(again?.primaryKey).toEqual(table?.primaryKey);
    expect(again?.unique).toEqual(table?.unique);
    expect(again?.checks).toEqual(table?.checks);
    // Without the unused; a type is made from what it means.
    expect(after.userTypes).toEqual([
      { ...before.userTypes[0], sql: "CREATE TYPE [sales].[Phone] FROM varchar(25) NOT NULL" },
    ]);
    expect(after.boundObjects.map(({ name }) => name)).toEqual(["dbo.D_Zero", "dbo.R_Used"]);
    expect(kept(after)).toEqual(kept(before));
  });

  test("is valid T-SQL to independent grammars, and no line tool finds anything in it", async () => {
    const scripts = sqlScripts(await scriptsOf(ddl, version));
    for (const { text } of scripts) {
      expect(
        batchesOf(text)
          .map(grammarFault)
          .filter((fault) => fault !== undefined),
      ).toEqual([]);
      expect(readByLine(text).commands).toEqual([]);
      expect(readByLine(text).batches).toEqual(batchesOf(text));
    }
  });
});

test("everything is made only where it is missing", async () => {
  const scripts = await scriptsOf(ddl, "2008");
  const schema = scriptOf(scripts, "05-schema.sql");
  for (const condition of [
    "IF SCHEMA_ID(N'sales') IS NULL",
    "IF TYPE_ID(N'[sales].[Phone]') IS NULL",
    "IF OBJECT_ID(N'[dbo].[D_Zero]') IS NULL",
    "IF OBJECT_ID(N'[sales].[Customer]') IS NULL",
  ])
    expect(schema).toContain(condition);
  const batches = ["80-constraints.sql", "82-attachments.sql"].flatMap((name) => batchesOf(scriptOf(scripts, name)));
  const making = batches.filter((batch) =>
    /CREATE (?:NONCLUSTERED INDEX|STATISTICS|TRIGGER)|sp_addextendedproperty/.test(batch),
  );
  expect(making.map((batch) => batch.split("\n")[0])).toEqual([
    "IF INDEXPROPERTY(OBJECT_ID(N'[sales].[Customer]'), N'IX_Name', N'IndexID') IS NULL",
    "IF INDEXPROPERTY(OBJECT_ID(N'[sales].[Customer]'), N'ST_Name', N'IndexID') IS NULL",
    ...["T_On", "T_Off"].map(
      (name) =>
        `IF NOT EXISTS (SELECT * FROM sysobjects WHERE xtype IN (N'TR', N'TA') AND parent_obj = OBJECT_ID(N'[sales].[Customer]') AND name = N'${name}')`,
    ),
    "IF NOT EXISTS (SELECT * FROM fn_listextendedproperty(N'MS_Description', N'SCHEMA', N'sales', N'TABLE', N'Customer', NULL, NULL))",
    "IF NOT EXISTS (SELECT * FROM fn_listextendedproperty(N'MS_Description', N'SCHEMA', N'sales', N'TABLE', N'Customer', N'COLUMN', N'Rate'))",
  ]);
});

describe("GOTCHAS 20: triggers", () => {
  test("one that was off is off again, one that was on is on", async () => {
    const attachments = batchesOf(scriptOf(await scriptsOf(ddl, "2008"), "82-attachments.sql"));
    const [on, off] = ["T_On", "T_Off"].map((name) =>
      attachments.find((batch) => batch.includes(`AND name = N'${name}'`)),
    );
    expect(off).toMatch(/EXEC \(@sql\)\n {4}ALTER TABLE \[sales\]\.\[Customer\] DISABLE TRIGGER \[T_Off\]\n/);
    expect(on).not.toContain("DISABLE TRIGGER");
  });

  test.each(["2000", "2008"] as const)(
    "of a table that is there: their state is kept, and given back: %s",
    async (version) => {
      const schema = readTsqlSchema("CREATE TABLE dbo.T (ID int PRIMARY KEY)\nGO\nCREATE TABLE dbo.Empty (ID int)", {
        file: "s.sql",
      });
      const [table, empty] = schema.tables;
      if (table === undefined || empty === undefined) throw new Error("two tables");
      const { scripts } = await emitScripts([emitTable(table, [[1]]), emitTable(empty, [])], { version, schema });
      const data = batchesOf(scriptOf(scripts, "10-dbo.T.001.sql"));
      const away = data.findIndex((batch) => batch.includes("DISABLE TRIGGER ALL"));
      // In the transaction of the rows: either both are kept or none.
      expect(data.indexOf("BEGIN TRANSACTION")).toBeLessThan(away);
      expect(data[away]).toMatch(
        /'ExecIsTriggerDisabled'\) = 0\)\nBEGIN\n {2}UPDATE .*\n {2}INSERT INTO \[dbo\]\.\[tablesalvage_triggers\]/,
      );
      const back = scriptOf(scripts, "82-attachments.sql");
      expect(back.match(/ENABLE TRIGGER/g)).toHaveLength(1);
      expect(back).toContain("AND t.[isOnAgain] = 0");
    },
  );
});

test("GOTCHAS 14: a temporal table is filled with its own times, and gets period and versioning after the load", async () => {
  const schema = withPeriods(readTsqlSchema(temporal + history, { file: "s.sql" }));
  const rows: Record<string, CanonicalValue[][]> = {
    "dbo.Price": [
      [1, "2024-01-02 03:04:05.1234567", "2024-05-05 00:00:00.0000000"],
      [2, null, null],
    ],
    "dbo.PriceHistory": [[1]],
  };
  const { scripts } = await emitScripts(
    schema.tables.map((table) => emitTable(table, rows[table.id] ?? [])),
    { version: "2016", schema },
  );
  const tablesMade = scriptOf(scripts, "05-schema.sql");
  expect(tablesMade).toContain("[From] datetime2(7) NOT NULL,\n  [To] datetime2(7) NOT NULL");
  expect(tablesMade).not.toMatch(/GENERATED|PERIOD|HIDDEN|SYSTEM_VERSIONING/);

  for (const { name, text } of dataFiles(scripts)) {
    const batches = batchesOf(text);
    const off = batches.findIndex((batch) => batch.includes("SYSTEM_VERSIONING = OFF"));
    const own = name.includes("History") ? "PriceHistory" : "Price";
    expect(batches[off]).toContain(
      `temporal_type = 2 AND (object_id = OBJECT_ID(N'[dbo].[${own}]') OR history_table_id =`,
    );
    expect(grammarFault(batches[off] ?? "")).toBeUndefined();
    const period = batches.findIndex((batch) => batch.includes("DROP PERIOD FOR SYSTEM_TIME"));
    expect(period > off).toBe(own === "Price");
  }
  const data = dataFiles(scripts).find(({ name }) => !name.includes("History"))?.text;
  const forever = "CAST('9999-12-31T23:59:59.9999999' AS datetime2(7))";
  expect(data).toContain(`1, CAST('2024-01-02T03:04:05.1234567' AS datetime2(7)), ${forever}`);
  expect(data).toContain(`2, CAST(SYSUTCDATETIME() AS datetime2(7)), ${forever}`);

  const after = scriptOf(scripts, "82-attachments.sql");
  const back = after.indexOf("ADD PERIOD FOR SYSTEM_TIME ([From], [To])");
  const versioned = after.indexOf("SET (SYSTEM_VERSIONING = ON (HISTORY_TABLE = [dbo].[PriceHistory]))");
  expect(back).toBeGreaterThan(0);
  expect(versioned).toBeGreaterThan(back);
});

test("GOTCHAS 14: what was taken from a temporal table comes back where the schema is not ours to make", async () => {
  const after = scriptOf(await scriptsOf(temporal, "2016", { createsSchema: false }), "82-attachments.sql");
  expect(after).toContain("ADD PERIOD FOR SYSTEM_TIME ([From], [To])");
  expect(after).toContain("SYSTEM_VERSIONING = ON");
});

test("temporal tables are refused for a version without them", async () => {
  await expect(scriptsOf(temporal, "2012")).rejects.toThrow(
    /dbo\.Price: column From is generated, a kind that SQL Server 2012 does not have/,
  );
});

describe("SQL Server 2000", () => {
  const old = ddl
    .replace(
      "CREATE TYPE [sales].[Phone] FROM varchar(25) NOT NULL;\nCREATE TYPE [dbo].[Unused] FROM int NULL;",
      "EXEC sp_addtype N'Phone', N'varchar(25)', N'NOT NULL'",
    )
    .replace("N'[sales].[Phone]'\n", "N'Phone'\n")
    .replace("[Phone] [sales].[Phone]", "[Phone] [Phone]")
    .replace(/ INCLUDE .*;/, ";");

  test("has owners, types without them, and texts of 4000 characters", async () => {
    const long = old.replace("-- it's", `-- ${"it's long ".repeat(900)}`);
    const scripts = await scriptsOf(long, "2000");
    const schema = scriptOf(scripts, "05-schema.sql");
    expect(schema).toContain("EXEC sp_addtype N'Phone', N'varchar(25)', N'NOT NULL'");
    expect(schema).toContain("  [Phone] [Phone] NOT NULL,");
    expect(schema).not.toContain("PERSISTED");
    expect(scriptOf(scripts, "00-preflight.sql")).toContain("IF USER_ID(N'sales') IS NULL");
    const trigger = batchesOf(scriptOf(scripts, "82-attachments.sql")).find((batch) => batch.includes("@sql3"));
    expect(trigger).toContain(
      "DECLARE @sql1 nvarchar(4000), @sql2 nvarchar(4000), @sql3 nvarchar(4000), @sql4 nvarchar(4000)",
    );
    expect(trigger).toContain("EXEC (@sql1 + @sql2 + @sql3 + @sql4)");
    const literals = [...(trigger ?? "").matchAll(/SET @sql\d = (.*)/g)].map(([, literal = ""]) => valueOf(literal));
    expect(literals.every(({ length }) => length <= 4000)).toBe(true);
    expect(literals.join("")).toBe(
      readTsqlSchema(long, { file: "s.sql" }).tables[0]?.attachments.find(({ name }) => name === "T_On")?.sql,
    );
    expect(scriptOf(scripts, "82-attachments.sql")).toContain(
      "FROM ::fn_listextendedproperty(N'MS_Description', N'USER', N'sales'",
    );
  });
});

test("without the schema only what is there is touched", async () => {
  const scripts = await scriptsOf(ddl, "2008", { createsSchema: false });
  expect(scriptOf(scripts, "05-schema.sql")).not.toContain("sales");
  expect(scriptOf(scripts, "80-constraints.sql")).not.toContain("IX_Name");
  expect(scriptOf(scripts, "82-attachments.sql")).not.toMatch(/CREATE TRIGGER|GRANT/);
});

test("a column whose collation is the database's is made without one", async () => {
  const schema = readTsqlSchema(
    "CREATE TABLE dbo.T (ID int PRIMARY KEY, A nvarchar(9), B nvarchar(9) COLLATE Latin1_General_BIN)",
    {
      file: "s.sql",
    },
  );
  const collation = "Japanese_CI_AS";
  const tables = schema.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) =>
      column.name === "A" ? { ...column, collation, inheritsCollation: true as const } : column,
    ),
  }));
  const { scripts } = await emitScripts(
    tables.map((table) => emitTable(table, [])),
    { schema: { ...schema, tables } },
  );
  expect(scriptOf(scripts, "05-schema.sql")).toContain(
    "[A] nvarchar(9) NULL,\n  [B] nvarchar(9) COLLATE Latin1_General_BIN NULL,",
  );
});

const awkward = `
CREATE TABLE [dbo].[T] ([ID] int NOT NULL PRIMARY KEY, [Text] nvarchar(max));
GO
EXEC dbo.sp_executesql @statement = N'CREATE TRIGGER [dbo].[Stub] ON [dbo].[T] AFTER INSERT AS RETURN'
GO
ALTER TRIGGER [dbo].[Stub] ON [dbo].[T] AFTER INSERT AS PRINT 'body'
GO
SET ANSI_NULLS, QUOTED_IDENTIFIER OFF
GO
CREATE TRIGGER [dbo].[Quoted] ON [dbo].[T] AFTER DELETE AS PRINT "text"
GO
SET ANSI_NULLS ON
SET QUOTED_IDENTIFIER ON
GO
CREATE TRIGGER [dbo].[Plain] ON [dbo].[T] AFTER DELETE AS PRINT 'x'
GO
CREATE FULLTEXT INDEX ON [dbo].[T] ([Text]) KEY INDEX [PK_T]
GO
ALTER FULLTEXT INDEX ON [dbo].[T] ENABLE
GO
ALTER TABLE [dbo].[T] ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)
GO
`;

describe("what a trigger keeps", () => {
  test("the body of an ALTER takes the place of a stub", async () => {
    const attachments = scriptOf(await scriptsOf(awkward, "2016"), "82-attachments.sql");
    expect(attachments).toContain("CREATE TRIGGER [dbo].[Stub] ON [dbo].[T] AFTER INSERT AS PRINT ''body''");
    expect(attachments).not.toMatch(/RETURN|ALTER TRIGGER/);
  });

  test.each(["2000", "2016"] as const)("settings under which it was made: %s", async (version) => {
    const text =
      version === "2000" ? awkward.replaceAll(/CREATE FULLTEXT[^]*$/g, "").replace("(max)", "(90)") : awkward;
    const batches = batchesOf(scriptOf(await scriptsOf(text, version), "82-attachments.sql"));
    const at = (name: string): number => batches.findIndex((batch) => batch.includes(`AND name = N'${name}'`));
    expect(batches[at("Quoted") - 1]).toBe("SET ANSI_NULLS, QUOTED_IDENTIFIER OFF");
    expect(batches.slice(at("Quoted"), at("Quoted") + 3)).toContain("SET ANSI_NULLS, QUOTED_IDENTIFIER ON");
    expect(batches[at("Plain") - 1]).not.toMatch(/OFF$/);
  });
});

test("82-attachments may run twice: full text is made at once, options only where they are off", async () => {
  const batches = batchesOf(scriptOf(await scriptsOf(awkward, "2016"), "82-attachments.sql"));
  const fullText = batches.filter((batch) => batch.includes("FULLTEXT"));
  expect(fullText).toHaveLength(1);
  expect(fullText[0]).toMatch(
    /^IF OBJECTPROPERTY\(OBJECT_ID\(N'\[dbo\]\.\[T\]'\), N'TableHasActiveFulltextIndex'\) = 0\n/,
  );
  expect(fullText[0]).toContain("KEY INDEX [PK_T]'+NCHAR(10)+N'ALTER FULLTEXT INDEX");
  expect(batches.find((batch) => batch.includes("CHANGE_TRACKING"))).toMatch(
    /^IF NOT EXISTS \(SELECT \* FROM sys\.change_tracking_tables WHERE object_id = OBJECT_ID\(N'\[dbo\]\.\[T\]'\)\)\n/,
  );
});

test("what fails leaves no transaction behind, and nothing that fails keeps triggers off", async () => {
  const { tables } = readTsqlSchema(awkward, { file: "s.sql" });
  const schema = { tables, userTypes: [], boundObjects: [], skipped: {} };
  const { scripts } = await emitScripts(
    tables.map((table) => emitTable(table, [[1, "x"]])),
    { version: "2016", schema },
  );
  const batches = batchesOf(scriptOf(scripts, "82-attachments.sql"));
  const caught = batches.filter((batch) => batch.includes("BEGIN CATCH"));
  expect(caught.length).toBeGreaterThan(4);
  for (const batch of caught) expect(batch).toContain("IF @open = 0 AND @@TRANCOUNT > 0 ROLLBACK TRANSACTION");
  expect(caught[0]).toContain("ENABLE TRIGGER");
});

test("HIDDEN periods are hidden again, after the period", async () => {
  const hidden = temporal.replace("ROW START NOT NULL", "ROW START HIDDEN NOT NULL");
  const after = scriptOf(await scriptsOf(hidden, "2016"), "82-attachments.sql");
  const period = after.indexOf("ADD PERIOD FOR SYSTEM_TIME");
  expect(after.indexOf("ALTER COLUMN [From] ADD HIDDEN")).toBeGreaterThan(period);
  expect(after).not.toContain("[To] ADD HIDDEN");
});
