/** The bare driver: reads a table and drops it. Prints the number of rows. */
import { once } from "node:events";
import mysql from "mysql2";
import { Client, Query } from "pg";
import type { QueryConfig } from "pg";

const [, , kind, url = ""] = process.argv;
const sql = "SELECT * FROM orders ORDER BY id";
process.stdout.write(`${kind === "postgres" ? await drainPostgres() : await drainMysql()}\n`);

async function drainPostgres(): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  let rows = 0;
  const query = client.query(new Query({ text: sql, rowMode: "array" } as QueryConfig));
  query.on("row", () => rows++);
  await once(query, "end");
  await client.end();
  return rows;
}

async function drainMysql(): Promise<number> {
  const connection = mysql.createConnection({ uri: url, rowsAsArray: true });
  let rows = 0;
  const stream = connection.query(sql).stream({ highWaterMark: 1000 });
  for await (const _row of stream) rows++;
  connection.end();
  return rows;
}
