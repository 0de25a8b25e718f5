/** Scripts for other engines than SQL Server: how they are told apart, named, cut, surveyed and streamed. Goldens: sql-script.test.ts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import iconv from "iconv-lite";
import { afterAll, describe, expect, it } from "vitest";
import type { DialectId } from "../../src/extract/sql-script/dialects/dialect.ts";
import { readByModel } from "../../src/extract/sql-script/dialects/oracle-dates.ts";
import { dialects } from "../../src/extract/sql-script/dialects/registry.ts";
import sqlScript from "../../src/extract/sql-script/index.ts";
import { Ledger } from "../../src/extract/sql-script/ledger.ts";
import { options } from "../../src/extract/sql-script/options.ts";
import { readScript } from "../../src/extract/sql-script/read-script.ts";
import { Routes } from "../../src/extract/sql-script/routes.ts";
import type { SurveyedTable } from "../../src/extract/extractor.ts";
import { collect, evidenceFile, expectBalance, makeTable, mapTable, rawText, type Extraction } from "./harness.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sql-script-dialects-"));
afterAll(() => rmSync(folder, { recursive: true }));

const table = makeTable("dbo.t", {
  a: "int",
  b: { name: "nvarchar", length: "max" },
  c: { name: "varbinary", length: "max" },
  d: "datetime2",
  e: "bit",
});

function fileOf(content: Uint8Array | string): ReturnType<typeof evidenceFile> {
  const file = path.join(folder, "script.sql");
  writeFileSync(file, content);
  return evidenceFile(file, folder);
}

interface Given {
  readonly dialect?: DialectId;
  readonly from?: string;
  readonly zone?: string;
  readonly encoding?: string;
}

async function extract(
  content: Uint8Array | string,
  { from, zone = "UTC", ...declared }: Given = {},
): Promise<Extraction> {
  const mappings = [mapTable(table, from)];
  const input = { files: [fileOf(content)], mappings, context: { zone } };
  const extraction = await collect(sqlScript, { path: "script.sql", ...declared }, input);
  expectBalance(extraction);
  return extraction;
}

const cellsOf = ({ rows }: Extraction) => rows.map(({ cells }) => cells);

const copy = (name: string) => `COPY ${name} (a) FROM stdin;\n1\n\\.\n`;

const losses = async (content: Uint8Array | string) => {
  const found: string[] = [];
  const warn = (message: string, _: unknown, weight?: string) => void (weight === "loss" && found.push(message));
  const input = { files: [fileOf(content)], mappings: [mapTable(table)], context: { warn } };
  const extraction = await collect(sqlScript, { path: "script.sql" }, input);
  expectBalance(extraction);
  return { found, rows: extraction.rows };
};

const survey = async (content: string): Promise<SurveyedTable[]> => {
  const context = { files: [fileOf(content)], folder, mappings: [], signal: new AbortController().signal };
  const found: SurveyedTable[] = [];
  for await (const each of sqlScript.survey!(options.parse({ path: "x" }), context)) found.push(each);
  return found;
};
const rowsOf = async ({ rows }: SurveyedTable) => {
  const found: unknown[] = [];
  for await (const batch of rows) found.push(...batch);
  return found;
};

describe("the dialect", () => {
  it.each([
    ["-- MySQL dump 10.13  Distrib 8.0.35\n", "MySQL: line 1 is -- MySQL dump 10.13  Distrib 8.0.35"],
    ["-- x\n/*!40101 SET NAMES utf8 */;\n", "MySQL: line 2 is /*!40101 SET NAMES utf8 */;"],
    ["--\n-- PostgreSQL database dump\n--\n-- PostgreSQL database dump complete\n", "PostgreSQL: line 2"],
    ["\\connect shop\n", "PostgreSQL: line 1"],
    ["PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCOMMIT;\n", "SQLite: line 1"],
    ["REM INSERTING into T\nSET DEFINE OFF;\n", "Oracle: line 2"],
    ["insert into t (d) values (to_date('1','J'));\n", "Oracle: line 1"],
  ])("shows in %j", async (script, evidence) => {
    const { warnings } = await extract(script);
    expect(warnings.join("\n")).toContain(`read as a script for ${evidence}`);
  });

  it("of two that both show is nobody's guess", async () => {
    const script = "-- MySQL dump 10.13\nGO\n";
    await expect(extract(script)).rejects.toThrow(
      /looks like one for sqlserver \(line 2 is GO\), and for mysql \(line 1/,
    );
    await expect(extract(script)).rejects.toMatchObject({ name: "UserError" });
    const context = { files: [fileOf(script)], folder, mappings: [], signal: new AbortController().signal };
    await expect(sqlScript.check?.(options.parse({ path: "x" }), context)).rejects.toThrow(/Declare `dialect`/);
    expect((await extract(script, { dialect: "mysql" })).warnings.join()).not.toContain("read as");
  });

  it("shows in UTF-16, as shells redirect it", async () => {
    const script = iconv.encode(
      "-- MySQL dump 10.13\nINSERT INTO `t` (`a`,`b`) VALUES (1,'é\\n');\n-- Dump completed\n",
      "utf-16le",
      { addBOM: true },
    );
    expect(cellsOf(await extract(script))).toEqual([{ a: 1, b: "é\n" }]);
  });

  it("names the encoding itself", async () => {
    const mysql = iconv.encode("/*!40101 SET NAMES latin1 */;\nINSERT INTO t (a,b) VALUES (1,'é–');\n", "windows-1252");
    const postgres = iconv.encode(
      "SET client_encoding = 'WIN1251';\nCOPY t (a, b) FROM stdin;\n1\tДа\n\\.\n",
      "windows-1251",
    );
    expect(cellsOf(await extract(mysql))).toEqual([{ a: 1, b: "é–" }]);
    expect(cellsOf(await extract(postgres))).toEqual([{ a: "1", b: "Да" }]);
  });
});

describe("names", () => {
  it.each([
    ["public is the default schema", copy("public.t"), undefined, 1],
    ["any schema, where only one has the table", copy("sales.t"), undefined, 1],
    ["the schema that `from` names", copy("sales.t") + copy("old.t"), "old.t", 1],
    ["a name alone", copy("sales.t"), "t", 1],
    ["another table", copy("sales.u"), undefined, 0],
  ] as const)("%s", async (_, script, from, rows) => {
    const given = { dialect: "postgres", ...(from === undefined ? {} : { from }) } as const;
    expect((await extract(script, given)).rows).toHaveLength(rows);
  });

  it("of two schemas are nobody's guess", async () => {
    await expect(extract(copy("sales.t") + copy("old.t"), { dialect: "postgres" })).rejects.toThrow(/sales\.t, old\.t/);
    const databases = "USE `one`;\nINSERT INTO `t` (a) VALUES (1);\nUSE `two`;\nINSERT INTO `t` (a) VALUES (2);\n";
    await expect(extract(databases)).rejects.toThrow(/one\.t, two\.t/);
    expect(cellsOf(await extract(databases, { from: "two.t" }))).toEqual([{ a: 2 }]);
  });
});

describe("moments", () => {
  it("of a MySQL TIMESTAMP in UTC are shown on the source's clock; DATETIME stays", async () => {
    const script =
      "/*!40103 SET TIME_ZONE='+00:00' */;\nCREATE TABLE `t` (`a` int, `d` timestamp(3));\nINSERT INTO `t` VALUES (1,'2026-07-01 12:00:00.125');\n" +
      "CREATE TABLE `t` (`a` int, `d` datetime);\nINSERT INTO `t` VALUES (2,'2026-07-01 12:00:00');\n";
    const found = await extract(script, { zone: "America/Chicago" });
    expect(cellsOf(found).map(({ d }) => d)).toEqual(["2026-07-01 07:00:00.125", "2026-07-01 12:00:00"]);
  });

  it.each([
    ["13-MAR-26", "DD-MON-RR", "2026-03-13 00:00:00"],
    ["13-mar-56", "DD-MON-RR", "1956-03-13 00:00:00"],
    ["13-MAR-56", "DD-MON-YY", "2056-03-13 00:00:00"],
    ["1/2/2026 3:04", "MM/DD/YYYY HH24:MI", "2026-01-02 03:04:00"],
    ["12:00:00 AM 2026.01.02", "HH12:MI:SS AM YYYY.MM.DD", "2026-01-02 00:00:00"],
    ["12.30.00,5 PM 02 FEBRUARY 2024", "HH.MI.SSXFF PM DD MONTH YYYY", "2024-02-02 12:30:00.5"],
    ["2026-01-02T03:04:05.123456789", 'YYYY-MM-DD"T"HH24:MI:SS.FF9', "2026-01-02 03:04:05.123456789"],
    ["2026-01-02 03:04:05 -06:00", "YYYY-MM-DD HH24:MI:SS TZH:TZM", "2026-01-02 03:04:05 -06:00"],
    ["30-FEB-26", "DD-MON-RR", undefined],
    ["13-MRZ-26", "DD-MON-RR", undefined],
    ["2461113", "J", undefined],
    ["03:04", "HH24:MI", undefined],
    ["13:00 PM 2026-01-02", "HH12:MI AM YYYY-MM-DD", undefined],
    ["friday 13-MAR-26", "DAY DD-MON-RR", undefined],
  ])("to_date('%s', '%s') is %s", (text, model, moment) => {
    expect(readByModel(text, model)).toBe(moment);
  });
});

describe("what is cut short is told as a loss", () => {
  const rows = Array.from({ length: 20_000 }, (_, id) => `(${id},'it\\'s ${id * 7919}')`).join(",");
  const dump = gzipSync(`-- MySQL dump 10.13\nINSERT INTO \`t\` (\`a\`,\`b\`) VALUES ${rows};\n-- Dump completed\n`);
  it("a whole gzip file is none", async () => {
    expect(await losses(dump)).toMatchObject({ found: [], rows: { length: 20_000 } });
  });

  it("a gzip file", async () => {
    const { found, rows: left } = await losses(dump.subarray(0, dump.length >> 1));
    expect(found.join()).toMatch(/gzip data is damaged.*does not end in `-- Dump completed`/);
    expect(left.length).toBeGreaterThan(1000);
    expect(left.map(({ cells }) => cells["a"])).toEqual(left.map((_, id) => id));
  });

  it.each([
    "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nINSERT INTO t (a) VALUES(1);\n",
    "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nINSERT INTO t (a) VALUES(1);\nROLLBACK; -- due to errors\n",
    "--\n-- PostgreSQL database dump\n--\nCOPY t (a) FROM stdin;\n1\n",
    "-- MariaDB dump 10.19\nINSERT INTO `t` (`a`) VALUES (1);\n",
  ])("%j", async (script) => {
    const { found, rows: left } = await losses(script);
    expect(found).not.toEqual([]);
    expect(left).toHaveLength(1);
  });
});

const fragments: Readonly<Record<Exclude<DialectId, "sqlserver">, readonly string[]>> = {
  mysql: [
    "INSERT INTO `t` VALUES (1,'it\\'s\\\\','\\0\\Z','2020-01-01',b'1'),(2,NULL,_binary 'x''y',NULL,NULL);\n",
    "/*!40101 SET NAMES utf8mb4 */;\n/*M!999999\\- enable the sandbox mode */ \n",
    "/*!50003 CREATE*/ /*!50003 TRIGGER `x` BEFORE INSERT ON `t` FOR EACH ROW SET @a = 1 */;\n",
    "DELIMITER ;;\nCREATE PROCEDURE p() BEGIN DELETE FROM t; END ;;\nDELIMITER ;\n",
    "# it's a comment\n-- it's another\n--1\n",
    "CREATE TABLE `t` (`a` int, `b` text COMMENT ',', `c` blob, `d` timestamp NULL, `e` bit(1), KEY `k` (`a`));\n",
    "SET sql_mode='NO_BACKSLASH_ESCAPES';\nINSERT INTO t (a,b) VALUES (3,'\\');\nSET sql_mode='';\n",
    "INSERT INTO t (a) VALUES (4),(UUID()),(5) ON DUPLICATE KEY UPDATE a = a + 1;\n",
    "LOCK TABLES `t` WRITE;\nUPDATE t SET a = 1;\n) 'x\n';\n",
  ],
  postgres: [
    "COPY t (a, b) FROM stdin;\n1\ta\\tb\\\\\n2\t\\N\n\\.\n\n",
    "COPY u FROM stdin;\n1\n\\.\n",
    "COPY t (a, b) FROM stdin;\r\n3\tx\r\n\\.\r\n",
    "CREATE FUNCTION f() RETURNS int AS $_$ BEGIN; ' $$ ; $_$ LANGUAGE sql;\n",
    "INSERT INTO public.t VALUES (1, E'\\'\\n', '\\x00', '2020-01-01', true), (2, $$'$$, NULL, NULL, DEFAULT);\n",
    "\\connect it's\n\\restrict x\n",
    "SET standard_conforming_strings = off;\nINSERT INTO t (a, b) VALUES (3, '\\'');\nSET standard_conforming_strings = on;\n",
    "/* nested /* ' */ */ SELECT setval('x', 1);\n",
    "INSERT INTO t (a) VALUES (now()), (4) ON CONFLICT DO NOTHING;\n",
  ],
  sqlite: [
    "INSERT INTO t VALUES(1,replace('a\\nb','\\n',char(10)),X'00',NULL,0);\n",
    'CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM t; END;\nINSERT INTO "t" ([a]) VALUES(1e999);\n',
    "CREATE TABLE t(a INT, b TEXT, c BLOB, d, e, f AS (a));\n",
    ".print it's\nPRAGMA x;\n",
    "INSERT INTO t(a) VALUES(datetime('now'));\nROLLBACK; -- due to errors\n",
  ],
  oracle: [
    "REM it's\nPROMPT it's\nSET DEFINE OFF;\n",
    "Insert into T (A,B) values (1,q'[it's]' || chr(10));\n/\n",
    "INSERT ALL INTO t (a) VALUES (1) INTO t (a) VALUES (2) SELECT * FROM dual;\n",
    "BEGIN\n  DELETE FROM t; x := 4 / 2;\nEND;\n/\n",
    "Insert into T (A,D) values (3,to_date('13-MAR-26','DD-MON-RR'));\n",
    "SET DEFINE ON\nINSERT INTO t (a,b) VALUES (4,'a&b');\n",
    "CREATE OR REPLACE PACKAGE p AS x INT; END;\n/\n",
  ],
};

async function read(pieces: readonly string[], dialect: DialectId): Promise<unknown[]> {
  const events: unknown[] = [];
  let [found, accounted] = [0, 0];
  const ledger = new Ledger(
    { path: "/x.sql", name: "x.sql", bytes: 1, sha256: "" },
    {
      read: (records) => void (found += records),
      skip: (rule, records = 1) => void ((accounted += records), events.push(rule)),
      quarantine: (raw, reason, at) => void (accounted++, events.push([rawText(raw), reason, at.line])),
      leftover: () => undefined,
      warn: (message, at) => void events.push([message, at?.line]),
    },
  );
  const how = {
    options: options.parse({ path: "x" }),
    dialect: dialects[dialect],
    routes: new Routes([mapTable(table)], "dbo", true),
    zone: "UTC",
  };
  const text = (async function* () {
    yield* pieces;
  })();
  for await (const batch of readScript(text, how, ledger))
    for (const [index, row] of batch.rows.entries()) {
      accounted++;
      events.push([batch.columns.map(({ name }) => name), row, batch.positions[index], String(batch.raw(index))]);
    }
  expect(found).toBe(accounted);
  return events;
}

function cut(text: string, places: readonly number[]): string[] {
  const at = [...new Set(places.map((place) => Math.floor(place * text.length)))].toSorted(
    (left, right) => left - right,
  );
  return [0, ...at].map((from, index) => text.slice(from, at[index])).filter((piece) => piece !== "");
}

describe.each(Object.keys(fragments) as (keyof typeof fragments)[])("the stream of %s", (dialect) => {
  it("gives the same whatever the pieces in which the text comes, and loses no record", async () => {
    const script = fc.array(fc.constantFrom(...fragments[dialect]), { maxLength: 6 }).map((parts) => parts.join(""));
    const scripts = fc
      .tuple(script, fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([text, share]) => (share < 0.5 ? text : text.slice(0, Math.ceil(text.length * share))));
    const places = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(scripts, places, async (text, at) => {
        expect(await read(cut(text, at), dialect)).toEqual(await read([text], dialect));
      }),
      { numRuns: 150 },
    );
  });

  it.each(fragments[dialect])("gives the same character by character: %j", async (fragment) => {
    expect(await read(Array.from(fragment + fragment), dialect)).toEqual(await read([fragment + fragment], dialect));
  });
});

describe("damage anywhere", () => {
  const fixtures = path.resolve(import.meta.dirname, "../../fixtures/extract/sql-script");
  const scripts = [
    "mysql-dump",
    "postgres-copy",
    "postgres-inserts",
    "sqlite-dump",
    "oracle-developer",
    "oracle-by-hand",
  ];
  const marks = [
    "'",
    '"',
    "`",
    "(",
    ")",
    ";",
    "\\",
    "/*",
    "*/",
    "\n",
    "\n/\n",
    "$$",
    "--",
    "\0",
    "\\.",
    "DELIMITER x\n",
    ",",
    "&x",
  ];
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const damage = fc.array(fc.record({ at: share, length: fc.nat(12), mark: fc.constantFrom("", ...marks) }), {
    minLength: 1,
    maxLength: 5,
  });

  it.each(scripts)("of %s loses no record", async (name) => {
    const whole = readFileSync(path.join(fixtures, name, "script.sql"), "latin1");
    const dialect = name.split("-")[0] as DialectId;
    await fc.assert(
      fc.asyncProperty(damage, async (wounds) => {
        let text = whole;
        for (const { at, length, mark } of wounds) {
          const from = Math.floor(at * text.length);
          text = text.slice(0, from) + mark + text.slice(from + length);
        }
        await expect(read([text], dialect)).resolves.toBeDefined();
      }),
      { numRuns: 400 },
    );
  });
});

describe("survey", () => {
  it("gives the tables with their columns, types and rows", async () => {
    const [first, second, ...others] = await survey(
      "-- MySQL dump 10.13\nCREATE TABLE `t` (`a` int NOT NULL, `c` blob);\nINSERT INTO `t` VALUES (1,'\\0x'),(UUID(),NULL);\n" +
        "INSERT INTO `u` (`y`,`x`) VALUES (1,2);\nINSERT INTO `u` (`x`) VALUES (3);\n",
    );
    expect(others).toEqual([]);
    expect(first).toMatchObject({ part: "dbo.t", fields: ["a", "c"], types: ["int", "blob"] });
    expect(first!.facts).toEqual([{ name: "dialect", value: "mysql", evidence: "line 1 is -- MySQL dump 10.13" }]);
    expect(await rowsOf(first!)).toEqual([[1, Uint8Array.of(0, 120)]]);
    expect(first!.damage()).toEqual([
      "the dump is cut short: it does not end in `-- Dump completed`",
      "1 record that cannot be read, the first on line 3",
    ]);
    expect(second).toMatchObject({ part: "dbo.u", fields: ["y", "x"] });
    expect(await rowsOf(second!)).toEqual([
      [1, 2],
      [null, 3],
    ]);
  });

  it("gives those of T-SQL, too", async () => {
    const [only] = await survey("CREATE TABLE dbo.t (a int, b AS (a + 1))\nGO\nINSERT t VALUES (1), (2)\n");
    expect(only).toMatchObject({ part: "dbo.t", fields: ["a"] });
    expect(await rowsOf(only!)).toEqual([[1], [2]]);
  });
});
