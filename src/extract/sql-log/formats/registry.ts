/** The formats by their names in recipes. */
import type { LogFormat } from "../event.ts";
import { ef6 } from "./ef6.ts";
import { efcore } from "./efcore.ts";
import { hibernate } from "./hibernate.ts";
import { knex } from "./knex.ts";
import { mysqlGeneral } from "./mysql-general.ts";
import { mysqlbinlog } from "./mysqlbinlog.ts";
import { nhibernate } from "./nhibernate.ts";
import { postgresStderr } from "./postgres/stderr.ts";
import { postgresCsv, postgresJson } from "./postgres/structured.ts";
import { sequelize } from "./sequelize.ts";
import { sqlserverCsv } from "./sqlserver/csv.ts";
import { sqlserverXml } from "./sqlserver/xml.ts";

export const formatIds = [
  "efcore",
  "ef6",
  "nhibernate",
  "hibernate",
  "sequelize",
  "knex",
  "postgres-stderr",
  "postgres-csvlog",
  "postgres-jsonlog",
  "mysql-general",
  "mysqlbinlog",
  "sqlserver-xml",
  "sqlserver-csv",
] as const;

export const formats: Readonly<Record<(typeof formatIds)[number], LogFormat>> = {
  efcore,
  ef6,
  nhibernate,
  hibernate,
  sequelize,
  knex,
  "postgres-stderr": postgresStderr,
  "postgres-csvlog": postgresCsv,
  "postgres-jsonlog": postgresJson,
  "mysql-general": mysqlGeneral,
  mysqlbinlog,
  "sqlserver-xml": sqlserverXml,
  "sqlserver-csv": sqlserverCsv,
};
