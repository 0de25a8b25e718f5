/**
 * The tests' TDS server with a table to read, in a process of its own: `tds-server.ts SCHEMA ROWS` prints its port, and serves until its stdin ends. Not a SQL Server: what is
 * compared is what two programs take for the same bytes.
 */
import { loadSchema } from "../../src/schema/load.ts";
import { createEngine } from "../support/sqlserver/engine.ts";
import { startTdsServer } from "../support/tds/server.ts";

const [, , file = "", count = ""] = process.argv;
const words = ["new", "packed", "shipped", "invoiced"];

function timeOf(minute: number): string {
  return new Date(Date.UTC(2020, 0, 1) + minute * 60_000).toISOString().replace("T", " ").replace("Z", "0000");
}

const rows = Array.from({ length: Number(count) }, (_, index) => {
  const g = index + 1;
  const freight = ((g % 100_000) / 7).toFixed(4);
  return [g, g % 20_000, timeOf(g), words[g % 4] ?? "", freight, g / 3, `note ${"x".repeat(g % 60)}`];
});
const schema = await loadSchema(file);
const server = await startTdsServer(createEngine({ schema, rows: new Map([["dbo.orders", rows]]) }));
process.stdout.write(`${server.port}\n`);
process.stdin.resume().once("end", () => void server.close().then(() => process.exit()));
