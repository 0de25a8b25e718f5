/** What a SQL Server's types and keys come to, through the real driver: code pages, orders, variants, 2000 and Azure. */
import * as fc from "fast-check";
import fs from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import mssql from "../../src/extract/mssql/index.ts";
import { selectRows } from "../../src/extract/mssql/select.ts";
import { readVariant, variantText } from "../../src/extract/mssql/variant.ts";
import type { Relation, Server } from "../../src/extract/server/kind.ts";
import { layoutOf } from "../../src/incident.ts";
import type { Table } from "../../src/schema/model.ts";
import { storedColumns } from "../../src/schema/model.ts";
import { SourceReader } from "../../src/stage/source-reader.ts";
import type { CanonicalValue } from "../../src/values/codec.ts";
import { extract, openIncident } from "../../src/pipeline.ts";
import { emittedRows, runFiles, services, temporaryFolder, writeFiles } from "../incident.ts";
import { createEngine } from "../support/sqlserver/engine.ts";
import type { EngineOptions } from "../support/sqlserver/options.ts";
import { startTdsServer } from "../support/tds/server.ts";
import type { TdsServer } from "../support/tds/server.ts";
import { makeTable } from "./harness.ts";
import { readAll, readInSteps } from "./server-harness.ts";

const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
});

type Rows = readonly (readonly CanonicalValue[])[];

async function serve(table: Table, rows: Rows, more: Partial<EngineOptions> = {}): Promise<TdsServer> {
  const schema = { tables: [table], userTypes: [], boundObjects: [], skipped: {} };
  const server = await startTdsServer(createEngine({ schema, rows: new Map([[table.id, rows]]), ...more }));
  started.push(server);
  return server;
}

async function connect({ port }: TdsServer, tdsVersion = "7.4"): Promise<Server> {
  const address = { host: "127.0.0.1", port, database: "Shop", user: "reader", password: "secret", ssl: "disable" };
  const options = mssql.options.parse({ ...address, tdsVersion });
  const server = await mssql.connect(options, { signal: new AbortController().signal });
  started.unshift(server);
  return server;
}

const key = { type: { name: "int" as const }, declaredType: "int", nullable: false };
const customers = (columns: Parameters<typeof makeTable>[1]): Table => ({
  ...makeTable("dbo.Customers", { ID: key, ...columns }),
  primaryKey: { columns: ["ID"] },
});

describe("texts of a code page", () => {
  const table = customers({
    Code: { type: { name: "char", length: 3 }, declaredType: "char(3)", collation: "Cyrillic_General_CI_AS" },
    Name: { type: { name: "varchar", length: 40 }, declaredType: "varchar(40)" },
    Long: { type: { name: "varchar", length: 8000 }, declaredType: "varchar(8000)" },
    Max: { type: { name: "varchar", length: "max" }, declaredType: "varchar(max)" },
    Text: "text",
  });

  it.each([
    [[16, 0, 4135] as const, "7.4", ["nvarchar(3)", "nvarchar(40)", "nvarchar(max)", "nvarchar(max)", "nvarchar(max)"]],
    [[8, 0, 2039] as const, "7.1", ["nvarchar(3)", "nvarchar(40)", "ntext", "ntext", "ntext"]],
  ])("are put into Unicode by the server, version %j", async (version, tdsVersion, types) => {
    const row = [1, "яж", "naïve €", "x", "y", "z"];
    const tds = await serve(table, [row], { version });
    const server = await connect(tds, tdsVersion);
    const rows = await readAll(server, await server.describe({ schema: "dbo", name: "Customers" }));
    expect(rows).toEqual([row]);
    const statement = tds.statements.find((each) => each.includes("AS [Code]")) ?? "";
    const names = ["Code", "Name", "Long", "Max", "Text"];
    for (const [index, type] of types.entries())
      expect(statement).toContain(`CONVERT(${type}, [Customers].[${names[index]}]) AS [${names[index]}]`);
    expect(tds.statements.join("\n").includes("(max)")).toBe(version[0] > 8);
  });
});

describe("the statement that reads rows", () => {
  const relation: Relation = {
    name: { schema: "dbo", name: "T" },
    query: undefined,
    columns: [
      { name: "A", declaredType: "bigint", nullable: false },
      { name: "B", declaredType: "varchar(10)", nullable: false, collation: "Cyrillic_General_CI_AS" },
    ],
    key: ["A", "B"],
    estimatedRows: undefined,
    limits: [],
  };
  const request = { relation, columns: relation.columns, where: undefined };

  it("stands in the order of the columns, not of the texts that are made of them", () => {
    const { sql } = selectRows({ ...request, after: undefined, upTo: undefined }, 16);
    expect(sql).toContain("ORDER BY [T].[A], [T].[B]");
    const query = { ...relation, name: undefined, query: "SELECT 1 AS A" };
    const ofQuery = selectRows(
      { relation: query, columns: query.columns, where: undefined, after: undefined, upTo: undefined },
      16,
    );
    expect(ofQuery.sql).toContain("ORDER BY q.[A], q.[B]".replaceAll("q.", "[q]."));
  });

  it("begins behind a key and ends with one, by conditions that an index is entered by", () => {
    const { sql, parameters } = selectRows({ ...request, after: ["1", "я"], upTo: ["9", "ю"] }, 8);
    expect(sql).toContain(
      "WHERE ([T].[A] >= CONVERT(bigint, @after0) AND (([T].[A] > CONVERT(bigint, @after0)) OR ([T].[A] = CONVERT(bigint, @after0) AND [T].[B] > CONVERT(varchar(10), @after1 COLLATE Cyrillic_General_CI_AS))))",
    );
    expect(sql).toContain(
      "AND ([T].[A] <= CONVERT(bigint, @upTo0) AND (([T].[A] < CONVERT(bigint, @upTo0)) OR ([T].[A] = CONVERT(bigint, @upTo0) AND [T].[B] <= CONVERT(varchar(10), @upTo1 COLLATE Cyrillic_General_CI_AS))))",
    );
    expect([...parameters.keys()]).toEqual(["after0", "after1", "upTo0", "upTo1"]);
    const single = { ...relation, key: ["A"] };
    const one = selectRows({ ...request, relation: single, after: ["1"], upTo: ["9"] }, 16);
    expect(one.sql).toContain("WHERE ([T].[A] > CONVERT(bigint, @after0)) AND ([T].[A] <= CONVERT(bigint, @upTo0))");
  });
});

describe("keys", () => {
  const many: Rows = Array.from({ length: 60 }, (_, index) => [String((index * 37) % 1000 ** 3), index]);

  it("of bigint come and are resumed in the order of the numbers", async () => {
    const table = {
      ...makeTable("dbo.T", { A: { type: { name: "bigint" }, declaredType: "bigint", nullable: false }, N: "int" }),
      primaryKey: { columns: ["A"] },
    };
    const rows = [9, 10, 100, 2, 33, 1].map((a, index) => [a, index]);
    const server = await connect(await serve(table, rows));
    const relation = await server.describe({ schema: "dbo", name: "T" });
    const expected = rows.toSorted((left, right) => Number(left[0]) - Number(right[0])).map(([a, n]) => [String(a), n]);
    expect(await readAll(server, relation)).toEqual(expected);
    for (const step of [1, 2, 4]) expect(await readInSteps(server, relation, step)).toEqual(expected);
  });

  it.each([
    [[16, 0, 4135] as const, "7.4"],
    [[9, 0, 5000] as const, "7.2"],
    [[8, 0, 2039] as const, "7.1"],
  ])("may be unique indexes, version %j", async (version, tdsVersion) => {
    const columns = {
      A: { type: { name: "varchar", length: 20 }, declaredType: "varchar(20)", nullable: false },
      N: "int",
    } as const;
    const table = {
      ...makeTable("dbo.T", columns),
      unique: [{ name: "UX_T", columns: ["A"], isIndex: true as const }],
    };
    const server = await connect(await serve(table, many, { version }), tdsVersion);
    const relation = await server.describe({ schema: "dbo", name: "T" });
    expect(relation.key).toEqual(["A"]);
    const all = await readAll(server, relation);
    expect(all).toHaveLength(60);
    expect(await readInSteps(server, relation, 7)).toEqual(all);
  });
});

describe("Azure SQL", () => {
  it("calls itself a SQL Server 12, and is asked for masks and policies all the same", async () => {
    const table = customers({ Email: "nvarchar" });
    const azure = { version: [12, 0, 2000] as const, masked: ["dbo.Customers.Email"] };
    const server = await connect(await serve(table, [], { ...azure, edition: 5 }));
    expect(server.description).toContain("Azure SQL");
    const { limits } = await server.describe({ schema: "dbo", name: "Customers" });
    expect(limits).toEqual(["column Email is masked for this login"]);
    const old = await connect(await serve(table, [], azure));
    expect(old.description).toContain("(2014)");
    expect((await old.describe({ schema: "dbo", name: "Customers" })).limits).toEqual([]);
  });
});

describe("sql_variant", () => {
  const table = customers({ Any: "sql_variant" });
  /** As they are staged. */
  const canonical = [
    null,
    "int:5",
    "bigint:9007199254740993",
    "bit:1",
    "numeric:-12.3400",
    "money:1.2300",
    "float:0.1",
    "float:1e+300",
    "real:0.1",
    "datetime:2026-03-14 09:26:53.9970000",
    "date:2026-03-14",
    "datetime2:2026-03-14 09:26:53.1234567",
    "datetimeoffset:2026-03-14 09:26:53.1234567 -05:00",
    "nvarchar:int:5 あ 😀",
    "varchar:",
    "varbinary:0x00FF",
    "uniqueidentifier:6F9619FF-8B86-D011-B42D-00C04FC964FF",
  ];
  const rows: Rows = canonical.map((value, index) => [index, value]);

  async function rescued(version: EngineOptions["version"], tdsVersion: string, target = table) {
    const { port } = await serve(table, rows, version === undefined ? {} : { version });
    const type = storedColumns(target)[1]?.declaredType;
    return runFiles({
      "schema.sql": `CREATE TABLE dbo.Customers (ID int NOT NULL PRIMARY KEY, [Any] ${type} NULL);`,
      "recipe.yaml": JSON.stringify({
        incident: "variants",
        target: { dialect: "sqlserver", version: 2016, schema: "schema.sql" },
        sources: {
          server: {
            extractor: "mssql",
            connection: `mssql://reader:secret@127.0.0.1:${port}/Shop`,
            ssl: "disable",
            tdsVersion,
          },
        },
      }),
    });
  }

  it.each([
    [undefined, "7.4"],
    [[9, 0, 5000] as const, "7.2"],
    [[8, 0, 2039] as const, "7.1"],
  ])("keeps each value's base type into the scripts, version %j", async (version, tdsVersion) => {
    const ran = await rescued(version, tdsVersion);
    // Types of 2008 are in no older server.
    const isOld = version !== undefined;
    const expected = rows.filter(([, value]) => !isOld || !/^(?:date|datetime2|datetimeoffset):/.test(String(value)));
    const emitted = emittedRows(ran, ran.incident.tables[0] as Table);
    expect(emitted.filter(([id]) => expected.some(([other]) => other === id))).toEqual(expected);
    const { out } = layoutOf(ran.incident.directory);
    const script = fs.readFileSync(path.join(out, "10-dbo.Customers.001.sql"), "utf8");
    expect(script).toContain("CAST(CAST(9007199254740993 AS bigint) AS sql_variant)");
    expect(script).toContain("CAST(CAST(0x00FF AS varbinary(8000)) AS sql_variant)");
  });

  it("feeds columns of other types without its base type", async () => {
    const target = customers({ Any: { type: { name: "nvarchar", length: 100 }, declaredType: "nvarchar(100)" } });
    const ran = await rescued(undefined, "7.4", target);
    const texts = emittedRows(ran, ran.incident.tables[0] as Table).map(([, value]) => value);
    expect(texts.slice(0, 4)).toEqual([null, "5", "9007199254740993", "1"]);
    expect(texts).toContain("int:5 あ 😀");
  });

  it("keeps every float and real", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleBE(value);
        const text = String(readVariant(`float:${bytes.readBigInt64BE()}`));
        expect(Number(text.slice("float:".length)) === value).toBe(true);
        const single = Math.fround(value);
        fc.pre(Number.isFinite(single));
        const four = Buffer.alloc(4);
        four.writeFloatBE(single);
        const real = String(readVariant(`real:${four.readInt32BE()}`));
        expect(Math.fround(Number(real.slice("real:".length))) === single).toBe(true);
      }),
    );
  });

  it("takes names with every character", () => {
    expect(variantText("[$&@base]", 16)).toContain("SQL_VARIANT_PROPERTY([$&@base], 'BaseType')");
  });
});

async function filesFor(table: Table, rows: Rows, own: Readonly<Record<string, unknown>> = {}) {
  const { port } = await serve(table, rows);
  const columns = storedColumns(table).map(({ name, declaredType }) => `[${name}] ${declaredType}`);
  const connection = `mssql://reader:secret@127.0.0.1:${port}/Shop`;
  return {
    "schema.sql": `CREATE TABLE dbo.Customers (${columns.join(", ")}, PRIMARY KEY (ID));`,
    "recipe.yaml": JSON.stringify({
      incident: "rest",
      target: { dialect: "sqlserver", version: 2016, schema: "schema.sql" },
      sources: { server: { extractor: "mssql", connection, ssl: "disable", ...own } },
    }),
  };
}

describe("what else may come", () => {
  it("a query that gives a key twice: both rows are staged, and told", async () => {
    const table = customers({ Name: { type: { name: "nvarchar", length: 20 }, declaredType: "nvarchar(20)" } });
    const { primaryKey: _, ...keyless } = table;
    const rows = [
      [1, "one"],
      [1, "uno"],
      [2, "two"],
    ];
    const query = "SELECT ID, Name FROM dbo.Customers";
    const { report } = await runFiles(await filesFor(keyless, rows, { tables: { "dbo.Customers": { query } } }));
    expect(report.summary.sources[0]).toMatchObject({ read: 3, staged: 3, quarantined: 0 });
    expect(report.summary.tables[0]).toMatchObject({ keys: 2, cells: { contested: 1 } });
    expect(report.notes.join("\n")).toContain("server has 1 key in more than one row");
  });

  it("a cell of 100 MB reaches staging whole", async () => {
    const table = customers({ Photo: { type: { name: "varbinary", length: "max" }, declaredType: "varbinary(max)" } });
    const photo = Buffer.alloc(100 << 20, "tablesalvage");
    const folder = temporaryFolder();
    const rows = [
      [1, photo],
      [2, null],
    ];
    writeFiles(await filesFor(table, rows), folder);
    const recipe = path.join(folder, "recipe.yaml");
    const incident = await openIncident({ recipe, directory: path.join(folder, "incident"), environment: {} });
    await extract(incident, services);
    const reader = new SourceReader(layoutOf(incident.directory).staged("server"));
    const [first, second] = [...reader.observations(incident.tables[0] as Table)].map(({ cells }) => cells[1]);
    reader.close();
    expect(Buffer.compare(first as Uint8Array, photo)).toBe(0);
    expect(second).toBeNull();
  });
});
