/** Logs in the bench of formats: one insert a record, against a bare scan for newlines with one regular expression a line. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { type BenchFormat, texts } from "./format.ts";
import { writeTexts } from "./formats.ts";
import type { BenchRow } from "./rows.ts";

const columns = ["OrderID", "Code", "Amount", "Quantity"] as const;

function clock([key]: BenchRow): string {
  return new Date(Date.UTC(2026, 0, 1) + Number(key) * 37).toISOString().replace("T", " ").slice(0, 23);
}

/** OrderID, Code, Amount, Quantity. */
function cellsOf(row: BenchRow): readonly (string | number | null | undefined)[] {
  return [row[0], row[1], row[5], row[6]];
}

function statement(row: BenchRow): string {
  const [id, code, amount, quantity] = cellsOf(row);
  return `INSERT INTO Orders (${columns.join(", ")}) VALUES (${id}, '${code}', ${amount}, ${quantity})`;
}

function textLine(row: BenchRow): string {
  const [id, code, amount, quantity] = cellsOf(row);
  return `${clock(row)} INFO [worker-7] Order ${id} created code=${code} amount=${amount} quantity=${quantity}\n`;
}

function requestLine(row: BenchRow): string {
  const [id, code, amount, quantity] = cellsOf(row);
  const query = `Code=${code}&Amount=${amount}&Quantity=${quantity}`;
  return `${clock(row).slice(0, 19)} 10.0.0.1 POST /orders/${id}/create ${query} 443 - 192.0.2.7 Mozilla/5.0 200 15\n`;
}

function efCoreRecord(row: BenchRow): string {
  const [id, code, amount, quantity] = cellsOf(row);
  const parameters = `@p0='${id}', @p1='${code}' (Size = 8), @p2='${amount}', @p3='${quantity}'`;
  return [
    `${clock(row)} info: Microsoft.EntityFrameworkCore.Database.Command[20101]`,
    `      Executed DbCommand (2ms) [Parameters=[${parameters}], CommandType='Text', CommandTimeout='30']`,
    `      INSERT INTO [Orders] (${columns.map((name) => `[${name}]`).join(", ")})`,
    `      VALUES (@p0, @p1, @p2, @p3);\n`,
  ].join("\n");
}

function message(row: BenchRow): string {
  const after = Object.fromEntries(columns.map((name, index) => [name, cellsOf(row)[index]]));
  const source = { connector: "sqlserver", ts_ms: 1_767_225_600_000 + Number(row[0]), schema: "dbo", table: "Orders" };
  return `${JSON.stringify({ before: null, after, source, op: "c", ts_ms: 1 })}\n`;
}

const head = `#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status time-taken\n`;

const hasGrep = spawnSync("grep", ["--version"]).status === 0;

/** What grep does, without its start where there is none. */
async function scan(file: string, expression: RegExp): Promise<void> {
  if (hasGrep) {
    spawnSync("grep", ["-cE", expression.source, file], { env: { ...process.env, LC_ALL: "C" } });
    return;
  }
  let rest = "";
  for await (const chunk of fs.createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 20 })) {
    const text = rest + String(chunk);
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      expression.test(text.slice(from, end));
      from = end + 1;
    }
    rest = text.slice(from);
  }
}

interface LogBench {
  readonly extractor: string;
  readonly file: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly each: (row: BenchRow) => string;
  readonly head?: string;
  readonly expression: RegExp;
}

function logFormat({ extractor, file, options, each, head: first = "", expression }: LogBench): BenchFormat {
  return {
    extractor,
    file,
    options,
    peer: hasGrep ? "grep -cE" : "lines and a RegExp",
    write: (full, rows) => writeTexts(full, texts(rows, first, each)),
    drain: (full) => scan(full, expression),
  };
}

const match =
  "^%{TIMESTAMP_ISO8601:time} INFO .*Order %{INT:OrderID} created code=(?<Code>\\S+) amount=(?<Amount>\\S+) quantity=%{INT:Quantity}";
const asked = Object.fromEntries(columns.map((name) => [name, name]));

export const logFormats: Readonly<Record<string, BenchFormat>> = {
  "text-log": logFormat({
    extractor: "text-log",
    file: "app.log",
    options: { patterns: [{ match, table: "dbo.Orders", operation: "insert", time: "time" }] },
    each: textLine,
    expression: /^[0-9:. -]+ INFO .*Order [0-9]+ created code=[^ ]+/,
  }),
  w3c: logFormat({
    extractor: "w3c",
    file: "u_ex260101.log",
    options: {
      requests: [{ path: "/orders/{OrderID}/create", table: "dbo.Orders", operation: "insert", columns: asked }],
    },
    each: requestLine,
    head,
    expression: /POST \/orders\/[0-9]+\/create [^ ]+ .* 200 /,
  }),
  "postgres-stderr": logFormat({
    extractor: "sql-log",
    file: "postgresql.log",
    options: { format: "postgres-stderr" },
    each: (row) => `${clock(row)} UTC [7] LOG:  statement: ${statement(row)}\n`,
    expression: /LOG: {2}statement: INSERT INTO Orders/,
  }),
  efcore: logFormat({
    extractor: "sql-log",
    file: "efcore.log",
    options: { format: "efcore" },
    each: efCoreRecord,
    expression: /Executed DbCommand .*Parameters=/,
  }),
  cdc: logFormat({
    extractor: "cdc",
    file: "orders.jsonl",
    options: {},
    each: message,
    expression: /"op":"[crud]"/,
  }),
};
