/** Logs, each line a change of a row; their peer does what `grep` does: it looks at every line with one regular expression. */
import fs from "node:fs";
import { type BenchFormat, texts } from "./format.ts";
import { writeTexts } from "./formats.ts";
import type { BenchRow } from "./rows.ts";

/** `2026-03-01 10:00:00.123`, a second later for each row. */
function timeOf([key]: BenchRow): string {
  return new Date(Date.UTC(2026, 2, 1) + Number(key) * 1000).toISOString().replace("T", " ").slice(0, 23);
}

function literal(value: BenchRow[number] | undefined): string {
  if (value === null || value === undefined) return "NULL";
  return typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

function applicationLine(row: BenchRow): string {
  const [key, , customer, , , amount] = row;
  return `${timeOf(row)} INFO  [12] Orders - Order ${key} of '${customer}' changed: amount ${amount}\n`;
}

function webLine(row: BenchRow): string {
  const [key, , customer, , city] = row;
  const query = new URLSearchParams({ Customer: String(customer), City: city === null ? "-" : String(city) });
  return `${timeOf(row).slice(0, 19)} 10.0.0.7 POST /orders/${key} ${query.toString()} 302 15\n`;
}

function postgresLine(row: BenchRow): string {
  const [key, , customer, street, , amount] = row;
  const set = `customer = ${literal(customer)}, street = ${literal(street)}, amount = ${amount}`;
  return `${timeOf(row)} UTC [7] LOG:  statement: UPDATE orders SET ${set} WHERE orderid = ${key}\n`;
}

function debeziumLine(row: BenchRow): string {
  const [OrderID, , Customer, Street] = row;
  const source = {
    connector: "sqlserver",
    schema: "dbo",
    table: "Orders",
    ts_ms: Date.UTC(2026, 2, 1) + Number(OrderID),
  };
  return `${JSON.stringify({ before: null, after: { OrderID, Customer, Street }, source, op: "c" })}\n`;
}

const newline = 10;

/** Lines without a copy of the file's text, each tried with the expression. */
async function scan(file: string, expression: RegExp): Promise<void> {
  let held: Buffer = Buffer.alloc(0);
  let hits = 0;
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      if (expression.test(bytes.toString("utf8", from, end))) hits++;
      from = end + 1;
    }
    held = bytes.subarray(from);
  }
  if (hits === 0) throw new Error(`nothing in ${file} matches ${expression}`);
}

interface LogKind {
  readonly extractor: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly line: (row: BenchRow) => string;
  readonly head?: string;
  readonly expression: RegExp;
}

function logFormat({ extractor, options, line, head = "", expression }: LogKind): BenchFormat {
  return {
    extractor,
    file: "orders.log",
    peer: "lines, one RegExp",
    options,
    write: (file, rows) => writeTexts(file, texts(rows, head, line)),
    drain: (file) => scan(file, expression),
  };
}

export const logFormats: Readonly<Record<string, BenchFormat>> = {
  "text-log": logFormat({
    extractor: "text-log",
    options: {
      patterns: [
        {
          match:
            "^%{TIMESTAMP_ISO8601:time} INFO .*Order %{INT:OrderID} of '(?<Customer>[^']*)' changed: amount %{NUMBER:Amount}",
          table: "dbo.Orders",
          operation: "update",
          time: "time",
        },
        // Not every name lets the first one fit.
        {
          match: "^%{TIMESTAMP_ISO8601:time} INFO .*Order %{INT:OrderID} of ",
          table: "dbo.Orders",
          operation: "proof",
          time: "time",
        },
      ],
    },
    line: applicationLine,
    expression: /Order \d+ of '.*' changed: amount [\d.]+/,
  }),
  w3c: logFormat({
    extractor: "w3c",
    options: { requests: [{ path: "/orders/{OrderID}", status: [302], table: "dbo.Orders", operation: "update" }] },
    head: "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status time-taken\n",
    line: webLine,
    expression: / POST \/orders\/\d+ \S+ 302 /,
  }),
  "sql-log": logFormat({
    extractor: "sql-log",
    options: { format: "postgres-stderr" },
    line: postgresLine,
    expression: /LOG: {2}statement: UPDATE orders SET .* WHERE orderid = \d+/,
  }),
  cdc: logFormat({ extractor: "cdc", options: {}, line: debeziumLine, expression: /"op":"[crud]"/ }),
};
