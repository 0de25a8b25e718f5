/** A dump of PostgreSQL: the copy was migrated there, and `pg_dump` wrote it down. */
import { Client } from "pg";
import type { Copy, Format } from "../model.ts";
import { ownDatabase, readServer, requireLengths, unreachable, type ServerAddress } from "../writing/dump-server.ts";
import { asMigrated, loadPostgres } from "../writing/postgres-copy.ts";
import { outputOf } from "../writing/program.ts";
import { withoutEnd, withoutLines } from "../writing/script-end.ts";

const id = "pg_dump";
const fileName = "dump.sql";
const usualServer = "postgres://postgres@127.0.0.1:5432";
const longestName = 63;

async function connect({ host, port, user, password }: ServerAddress, database: string): Promise<Client> {
  const client = new Client({ host, port: Number(port), user, password, database });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function within<Result>(
  server: ServerAddress,
  database: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect(server, database);
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function dumpOf({ host, port, user, password }: ServerAddress, database: string): Promise<Buffer> {
  const args = ["-h", host, "-p", port, "-U", user, "-w", "--no-owner", database];
  const environment = { PGTZ: "UTC", ...(password === "" ? {} : { PGPASSWORD: password }) };
  const dump = await outputOf({ names: ["pg_dump"], args, environment, source: "PostgreSQL's client programs" });
  const head = withoutLines(dump, /^(?:\\restrict .*|-- Dumped (?:from|by) .*)\n\n?/gm, /^SET /m);
  return withoutEnd(head, /\\unrestrict \w+\n\s*$/);
}

async function writeDump({ tables }: Copy, server: ServerAddress): Promise<Buffer> {
  const database = ownDatabase();
  const administrator = await connect(server, "postgres").catch((cause: unknown) => {
    throw unreachable(server, cause);
  });
  try {
    await administrator.query(`CREATE DATABASE ${database} ENCODING 'UTF8' TEMPLATE template0`);
    await within(server, database, async (client) => {
      for (const copied of tables) await loadPostgres(client, copied);
    });
    return await dumpOf(server, database);
  } finally {
    await administrator.query(`DROP DATABASE IF EXISTS ${database}`);
    await administrator.end();
  }
}

export const pgDump: Format<Copy> = {
  id,
  content: "rows",
  asWritten: asMigrated,
  async write(copy, { server = usualServer }) {
    requireLengths(
      copy.tables.map(({ table }) => table),
      longestName,
      (name) => Buffer.byteLength(name),
    );
    return [{ name: fileName, bytes: await writeDump(copy, readServer(server, 5432)), records: [] }];
  },
  source: (folder) => ({ extractor: "sql-script", dialect: "postgres", path: `${folder}/${fileName}` }),
};
