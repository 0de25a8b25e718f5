/**
 * The yardstick, run as a process of its own: DuckDB reads the same four exports as text, takes for each key and column
 * the newest source's cell, and writes INSERT statements with escaped literals. It keeps no provenance and counts no conflicts.
 * Arguments: the folder of the exports, the file to write.
 */
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { benchColumns } from "./rows.ts";
import { benchSources } from "./sources.ts";

const numeric = new Set(["OrderID", "Amount", "Quantity", "IsPaid"]);

function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The sources stand oldest first, so their position is their priority. */
function observations(folder: string): string {
  const parts = benchSources.map((source, priority) => {
    const file = sqlText(path.join(folder, `${source.id}.csv`));
    const cells = benchColumns.map((name) => (name === source.lacks ? `NULL AS "${name}"` : `"${name}"`));
    const options = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', nullstr = ''";
    return `SELECT ${priority} AS priority, ${cells.join(", ")} FROM read_csv(${file}, ${options}, allow_quoted_nulls = false)`;
  });
  return parts.join(" UNION ALL ");
}

function winner(name: string): string {
  const lacking = benchSources.flatMap((source, priority) => (source.lacks === name ? [priority] : []));
  const claimed = lacking.length === 0 ? "true" : `priority NOT IN (${lacking.join(", ")})`;
  return `arg_max_null("${name}", priority) FILTER (WHERE ${claimed}) AS "${name}"`;
}

function literal(name: string): string {
  if (numeric.has(name)) return `coalesce("${name}", 'NULL')`;
  const escaped = `replace(replace("${name}", '''', ''''''), chr(10), '''+NCHAR(10)+N''')`;
  return `coalesce('N''' || ${escaped} || '''', 'NULL')`;
}

/** Statements of 1,000 rows, in key order. */
function insertLines(folder: string): string {
  const [key, ...others] = benchColumns;
  const reconciled = `SELECT CAST("${key}" AS INTEGER) AS id, first("${key}") AS "${key}", ${others.map(winner).join(", ")}
    FROM (${observations(folder)}) GROUP BY id`;
  const head = `INSERT INTO [dbo].[Orders] (${benchColumns.map((name) => `[${name}]`).join(", ")}) VALUES`;
  const values = benchColumns.map(literal).join(" || ', ' || ");
  return `SELECT CASE WHEN row_number() OVER (ORDER BY id) % 1000 = 1 THEN ${sqlText(`${head} (`)} ELSE ',(' END || ${values} || ')'
    FROM (${reconciled}) ORDER BY id`;
}

const [folder, output] = process.argv.slice(2);
if (folder === undefined || output === undefined) throw new Error("expected a folder and a file");
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
const raw = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01'";
const result = await connection.run(`COPY (${insertLines(folder)}) TO ${sqlText(output)} (${raw})`);
process.stdout.write(`${result.rowsChanged}\n`);
connection.closeSync();
instance.closeSync();
