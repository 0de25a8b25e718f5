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

const all = {
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

export type FormatId = keyof typeof all;
export const formats: Readonly<Record<FormatId, LogFormat>> = all;
/** In the order in which people are shown them. */
export const formatIds = Object.keys(all) as readonly FormatId[];
