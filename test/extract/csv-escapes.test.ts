/** Backslashes outside of quotes: what MySQL's INTO OUTFILE and PostgreSQL's COPY write comes back as it was. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { to as copyTo } from "pg-copy-streams";
import { afterAll, describe, expect, it } from "vitest";
import csv from "../../src/extract/csv/index.ts";
import { findMysql, findPostgres, mysqlConnection, postgresClient, uniqueName } from "../support/servers.ts";
import { collect, evidenceFile, expectBalance, makeTable, mapTable } from "./harness.ts";

const folder = mkdtempSync(path.join(tmpdir(), "csv-escapes-"));
afterAll(() => rmSync(folder, { recursive: true }));

const table = makeTable("dbo.T", { id: "int", a: "nvarchar", b: "nvarchar" });

async function read(content: string | Buffer, options: object): Promise<(string | null)[][]> {
  const file = path.join(folder, "t.txt");
  writeFileSync(file, content);
  const extraction = await collect(
    csv,
    { path: "t.txt", header: false, ...options },
    { files: [evidenceFile(file, folder)], mappings: [mapTable(table)] },
  );
  expectBalance(extraction);
  expect(extraction.quarantined).toEqual([]);
  return extraction.rows.map(({ cells }) => Object.values(cells) as (string | null)[]);
}

const mysql = { delimiter: "\t", quote: false, escapes: "mysql" };
const enclosed = { delimiter: ",", escapes: "mysql" };
const postgres = { delimiter: "\t", quote: false, escapes: "postgres" };

describe("escapes outside of quotes", () => {
  it.each<[string, object, string, (string | null)[][]]>([
    [
      "make delimiters and newlines data",
      mysql,
      "1\ta\\\tb\tc\\\nd\n2\t\\\\\t\n",
      [
        ["1", "a\tb", "c\nd"],
        ["2", "\\", ""],
      ],
    ],
    [
      "tell NULL from the empty string and from the text",
      mysql,
      "1\t\\N\t\\\\N\n2\tNULL\t\n",
      [
        ["1", null, "\\N"],
        ["2", "NULL", ""],
      ],
    ],
    ["stand for what cannot be shown", mysql, "1\t\\0\\Z\t\\b\\q\n", [["1", "\0\u001A", "\bq"]]],
    [
      "count inside quotes too",
      enclosed,
      '"1","a\\"b\\\nc,",\\N\n"2","\\N",""\n',
      [
        ["1", 'a"b\nc,', null],
        ["2", "N", ""],
      ],
    ],
    [
      "of COPY may be letters and numbers",
      postgres,
      "1\t\\t\\n\\x41\\101\t\\v\\\\n\n\\.\n",
      [["1", "\t\nAA", "\v\\n"]],
    ],
    [
      "are any character that is declared",
      { delimiter: ",", quote: false, escape: "^" },
      "1,a^,b,^^\n",
      [["1", "a,b", "^"]],
    ],
    ["at the end of the file stand for themselves", mysql, "1\ta\tb\\", [["1", "a", "b\\"]]],
  ])("%s", async (_, options, text, rows) => {
    expect(await read(text, options)).toEqual(rows);
  });

  it("are no second `escape`", () => {
    expect(csv.options.safeParse({ path: "x", escape: "\\", escapes: "mysql" }).error?.issues[0]?.message).toContain(
      "says it already",
    );
  });
});

const hostile = fc.string({
  unit: fc.constantFrom("a", "\\", "\t", "\n", "\r", ",", '"', "N", ".", "ü", "😀", "0", "x41", "\b", "\v", "'"),
});
const cell = fc.option(hostile);
const someRows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 25 });

async function sampleRows(): Promise<(string | null)[][]> {
  const [rows = []] = fc.sample(someRows, { numRuns: 1, seed: 41 });
  const fixed: [string | null, string | null][] = [
    ["", null],
    ["\\N", "\\."],
    ["\\", "a\\\nb"],
    ["\r\n", "\t\t"],
  ];
  return [...fixed, ...rows].map(([a, b], index) => [String(index + 1), a, b]);
}

describe("what PostgreSQL copies out", async () => {
  const server = await findPostgres();
  it.skipIf(server.absent !== undefined)("comes back as it was", async () => {
    const rows = await sampleRows();
    const client = await postgresClient();
    try {
      await client.query("CREATE TEMPORARY TABLE t (id int, a text, b text)");
      for (const row of rows) await client.query("INSERT INTO t VALUES ($1, $2, $3)", row);
      const chunks: Buffer[] = [];
      for await (const chunk of client.query(copyTo("COPY (SELECT * FROM t ORDER BY id) TO STDOUT")))
        chunks.push(chunk as Buffer);
      expect(await read(Buffer.concat(chunks), postgres)).toEqual(rows);
    } finally {
      await client.end();
    }
  });
});

describe("what MySQL writes into a file", async () => {
  const server = await findMysql();
  it.skipIf(server.absent !== undefined).each([
    ["bare", "", mysql],
    ["enclosed", `FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"'`, enclosed],
  ])("%s comes back as it was", async (name, fields, options) => {
    const rows = await sampleRows();
    const file = path.join(tmpdir(), `${uniqueName()}-${name}.txt`);
    const written = await writeOutfile(rows, fields, file);
    // A server on another machine writes there, and none writes where it may not: then there is nothing to compare.
    expect(written === undefined ? rows : await read(written, options)).toEqual(rows);
  });
});

async function writeOutfile(rows: (string | null)[][], fields: string, file: string): Promise<Buffer | undefined> {
  const connection = await mysqlConnection();
  const database = uniqueName();
  try {
    await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
    await connection.query(`CREATE TABLE ${database}.t (id int, a text, b text)`);
    for (const row of rows) await connection.query(`INSERT INTO ${database}.t VALUES (?, ?, ?)`, row);
    const select = `SELECT * FROM ${database}.t ORDER BY id INTO OUTFILE '${file}' CHARACTER SET utf8mb4 ${fields}`;
    await connection.query(select).catch((error: unknown) => console.log(`not compared: ${String(error)}`));
    return existsSync(file) ? readFileSync(file) : undefined;
  } finally {
    await connection.query(`DROP DATABASE IF EXISTS ${database}`);
    await connection.end();
    rmSync(file, { force: true });
  }
}
