/** The bare driver: reads a table and drops it. Prints the number of rows. */
import mysql from "mysql2";
import pg from "pg";
import Cursor from "pg-cursor";

const [, , kind, url = ""] = process.argv;
const sql = "SELECT * FROM orders ORDER BY id";
process.stdout.write(`${kind === "postgres" ? await drainPostgres() : await drainMysql()}\n`);

async function drainPostgres(): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const cursor = client.query(new Cursor(sql, [], { rowMode: "array" }));
  let rows = 0;
  for (let batch = await cursor.read(1000); batch.length > 0; batch = await cursor.read(1000)) rows += batch.length;
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
