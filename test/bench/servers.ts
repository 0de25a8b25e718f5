/**
 * `npm run bench:servers -- [--rows 100000,500000] [--runs 3]`: `salvage extract` of one table of a server against draining the bare driver on the same query, in turn, by number of rows.
 * Servers as in the tests (test/support/servers.ts); for SQL Server the tests' own, which is not one, so that only the ratio says something. Needs the built command.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findMysql, findPostgres, mysqlConnection, postgresClient } from "../support/servers.ts";
import { type Measurement, measureNode, median, megabytes } from "./measure.ts";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "500000" }, runs: { type: "string", default: "3" } },
});
const [sizes, runs] = [values.rows.split(",").map(Number), Number(values.runs)];
const root = path.join(os.tmpdir(), "tablesalvage-bench", "servers");
const command = path.resolve(import.meta.dirname, "../../dist/cli/main.js");
const database = "salvage_bench";

const schema = `CREATE TABLE dbo.orders (id int NOT NULL PRIMARY KEY, customer int, placed datetime2(3), status varchar(12),
  freight decimal(19, 4), ratio float, note nvarchar(200));\n`;

interface Bench {
  readonly extractor: "postgres" | "mysql" | "mssql";
  readonly absent: string | undefined;
  url: URL;
  fill(rows: number): Promise<void>;
}

const [postgres, mysql] = await Promise.all([findPostgres(), findMysql()]);
const benches: readonly Bench[] = [
  {
    extractor: "postgres",
    ...postgres,
    async fill(rows) {
      const admin = await postgresClient();
      await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${database}`);
      await admin.end();
      const client = await postgresClient(database);
      await client.query(`CREATE TABLE orders AS SELECT g AS id, g % 20000 AS customer, timestamp '2020-01-01' + g * interval '1 minute' AS placed,
        (ARRAY['new', 'packed', 'shipped', 'invoiced'])[g % 4 + 1]::varchar(12) AS status, (g % 100000 / 7.0)::numeric(19, 4) AS freight,
        g / 3.0::double precision AS ratio, 'note ' || repeat('x', g % 60) AS note FROM generate_series(1, ${rows}) g;
        ALTER TABLE orders ADD PRIMARY KEY (id); ANALYZE orders`);
      await client.end();
    },
  },
  {
    extractor: "mysql",
    ...mysql,
    async fill(rows) {
      const admin = await mysqlConnection();
      await admin.query(`DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database}; USE ${database};
        CREATE TABLE orders (id int PRIMARY KEY, customer int, placed datetime(3), status varchar(12), freight decimal(19, 4), ratio double,
          note varchar(200)) ENGINE InnoDB CHARACTER SET utf8mb4;
        INSERT INTO orders SELECT seq, seq % 20000, timestampadd(MINUTE, seq, '2020-01-01'), elt(seq % 4 + 1, 'new', 'packed', 'shipped', 'invoiced'),
          seq % 100000 / 7, seq / 3, concat('note ', repeat('x', seq % 60)) FROM seq_1_to_${rows}; ANALYZE TABLE orders`);
      await admin.end();
    },
  },
  {
    extractor: "mssql",
    absent: undefined,
    url: new URL("mssql://127.0.0.1"),
    async fill(rows) {
      this.url = new URL(`mssql://reader:secret@127.0.0.1:${await serveMssql(rows)}/Shop`);
    },
  },
];

let standIn: ChildProcess | undefined;

/** The port on which the rows are served. */
async function serveMssql(rows: number): Promise<number> {
  standIn?.stdin?.end();
  const program = fileURLToPath(import.meta.resolve("./tds-server.ts"));
  fs.mkdirSync(root, { recursive: true });
  fs.writeFileSync(path.join(root, "schema.sql"), schema);
  const args = ["--import", "tsx", program, path.join(root, "schema.sql"), String(rows)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  standIn = child;
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return Number(port.toString());
}

function urlOf({ url }: Bench): string {
  const own = new URL(url);
  if (own.protocol === "mssql:") return own.href;
  own.pathname = `/${database}`;
  return own.href;
}

async function salvage(bench: Bench, rows: number): Promise<Measurement> {
  const folder = path.join(root, bench.extractor);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const recipe = {
    incident: "bench",
    target: { dialect: "sqlserver", version: 2016, schema: "schema.sql" },
    sources: { server: { extractor: bench.extractor, connection: urlOf(bench), ssl: "disable" } },
  };
  fs.writeFileSync(path.join(folder, "schema.sql"), schema);
  fs.writeFileSync(path.join(folder, "recipe.yaml"), JSON.stringify(recipe));
  const directory = path.join(folder, "incident");
  const measured = await measureNode([
    command,
    "extract",
    path.join(folder, "recipe.yaml"),
    "--dir",
    directory,
    "--json",
  ]);
  expectRows("salvage", rows, (JSON.parse(measured.stdout) as { sources: { staged: number }[] }).sources[0]?.staged);
  return measured;
}

async function bare(bench: Bench, rows: number): Promise<Measurement> {
  const program = fileURLToPath(import.meta.resolve("./drain.ts"));
  const measured = await measureNode(["--import", "tsx", program, bench.extractor, urlOf(bench)]);
  expectRows("the bare driver", rows, Number(measured.stdout));
  return measured;
}

function expectRows(who: string, rows: number, read: number | undefined): void {
  if (read !== rows) throw new Error(`${who} read ${read} rows, expected ${rows}`);
}

function line(name: string, rows: number, measured: readonly Measurement[]): string {
  const seconds = median(measured.map((run) => run.seconds));
  const peak = Math.max(...measured.map((run) => run.peak));
  const rate = Math.round(rows / seconds).toLocaleString("en");
  return `  ${name.padEnd(12)}${seconds.toFixed(2).padStart(8)} s ${rate.padStart(10)} rows/s   peak ${megabytes(peak)}\n`;
}

for (const bench of benches.filter(({ absent }) => absent === undefined))
  for (const rows of sizes) {
    await bench.fill(rows);
    const ours: Measurement[] = [];
    const theirs: Measurement[] = [];
    for (let run = 0; run < runs; run++) {
      ours.push(await salvage(bench, rows));
      theirs.push(await bare(bench, rows));
    }
    const ratio = median(theirs.map((run) => run.seconds)) / median(ours.map((run) => run.seconds));
    const what = bench.extractor === "mssql" ? "mssql, on the tests' TDS server" : bench.extractor;
    process.stdout.write(`${what}: ${rows} rows of 7 columns, medians of ${runs} runs, whole processes\n`);
    process.stdout.write(line("salvage", rows, ours) + line("bare driver", rows, theirs));
    process.stdout.write(`  salvage reads ${ratio.toFixed(2)} times as fast as the bare driver drains\n`);
  }
standIn?.stdin?.end();
