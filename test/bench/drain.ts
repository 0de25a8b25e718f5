/** The bare driver, and no other: reads a table and drops it. Prints the number of rows. */
import { once } from "node:events";
import type { QueryConfig } from "pg";

const [, , kind, url = ""] = process.argv;
const select = "SELECT * FROM orders ORDER BY id";
const drains = { postgres: drainPostgres, mysql: drainMysql, mssql: drainMssql };
process.stdout.write(`${await drains[kind as keyof typeof drains]()}\n`);

async function drainPostgres(): Promise<number> {
  const { Client, Query } = await import("pg");
  const client = new Client({ connectionString: url });
  await client.connect();
  let rows = 0;
  const query = client.query(new Query({ text: select, rowMode: "array" } as QueryConfig));
  query.on("row", () => rows++);
  await once(query, "end");
  await client.end();
  return rows;
}

async function drainMysql(): Promise<number> {
  const { default: mysql } = await import("mysql2");
  const connection = mysql.createConnection({ uri: url, rowsAsArray: true });
  let rows = 0;
  const stream = connection.query(select).stream({ highWaterMark: 1000 });
  for await (const _row of stream) rows++;
  connection.end();
  return rows;
}

async function drainMssql(): Promise<number> {
  const { default: sql } = await import("mssql");
  const { hostname: server, port, username: user, password, pathname } = new URL(url);
  const address = { server, port: Number(port), user, password, database: pathname.slice(1) };
  const pool = await new sql.ConnectionPool({ ...address, options: { encrypt: false } }).connect();
  const request = pool.request();
  [request.stream, request.arrayRowMode] = [true, true];
  let rows = 0;
  request.on("row", () => rows++);
  const done = once(request, "done");
  await request.query(select.replace("orders", "dbo.orders"));
  await done;
  await pool.close();
  return rows;
}
