/** A dump of MySQL or MariaDB: the copy was loaded there, and `mysqldump` wrote it down. */
import mysql from "mysql2/promise";
import type { Copy, Format } from "../model.ts";
import { ownDatabase, readServer, requireLengths, unreachable, type ServerAddress } from "../writing/dump-server.ts";
import { asLoaded, loadMysql } from "../writing/mysql-copy.ts";
import { namesInDump, plainNames } from "../writing/names.ts";
import { outputOf } from "../writing/program.ts";
import { withoutLines } from "../writing/script-end.ts";

const id = "mysqldump";
const fileName = "dump.sql";
const usualServer = "mysql://root@127.0.0.1:3306";
const longestName = 64;

async function connect({ host, port, user, password }: ServerAddress): Promise<mysql.Connection> {
  const connection = await mysql.createConnection({ host, port: Number(port), user, password, charset: "utf8mb4" });
  connection.on("error", () => undefined);
  return connection;
}

async function dumpOf({ host, port, user, password }: ServerAddress, database: string): Promise<Buffer> {
  const args = [`-h${host}`, `-P${port}`, `-u${user}`, "--protocol=tcp", "--skip-dump-date", database];
  const environment: Record<string, string> = password === "" ? {} : { MYSQL_PWD: password };
  const names = ["mysqldump", "mariadb-dump"];
  const dump = await outputOf({ names, args, environment, source: "the client programs of MySQL or MariaDB" });
  return withoutLines(dump, /(?<=^-- (?:MySQL|MariaDB) dump) .*|^-- (?:Host:|Server version).*\n/gm, /^\/\*!\d/m);
}

async function writeDump({ tables }: Copy, server: ServerAddress): Promise<Buffer> {
  const names = plainNames(
    tables.map(({ table }) => table),
    "_",
  );
  const database = ownDatabase();
  const connection = await connect(server).catch((cause: unknown) => {
    throw unreachable(server, cause);
  });
  try {
    await connection.query(`CREATE DATABASE ${database} DEFAULT CHARACTER SET utf8mb4`);
    await connection.query(`USE ${database}`);
    for (const copied of tables) await loadMysql(connection, copied, names.get(copied.table) ?? "");
    return await dumpOf(server, database);
  } finally {
    await connection.query(`DROP DATABASE IF EXISTS ${database}`);
    await connection.end();
  }
}

export const mysqldump: Format<Copy> = {
  id,
  content: "rows",
  asWritten: asLoaded,
  async write(copy, { server = usualServer }) {
    requireLengths(
      copy.tables.map(({ table }) => table),
      longestName,
      (name) => Array.from(name).length,
    );
    return [{ name: fileName, bytes: await writeDump(copy, readServer(server, 3306)), records: [] }];
  },
  source: (folder, { tables }) => ({
    extractor: "sql-script",
    dialect: "mysql",
    path: `${folder}/${fileName}`,
    ...namesInDump(tables.map(({ table }) => table)),
  }),
};
