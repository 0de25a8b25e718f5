/** What a recipe can say of a `sql-log` source. */
import { z } from "zod";
import { fileOptions } from "../records/file-options.ts";
import { dialectIds } from "../sql-script/dialects/dialect.ts";
import { formatIds } from "./formats/registry.ts";

export const options = z.strictObject({
  ...fileOptions,
  format: z
    .enum(formatIds)
    .describe(
      "What wrote the log: `efcore` (Entity Framework Core's commands), `ef6` (Entity Framework 6, Database.Log), " +
        "`nhibernate`, `hibernate` (files of their loggers), `sequelize`, `knex` (their debugging output), " +
        "`postgres-stderr`, `postgres-csvlog`, `postgres-jsonlog` (PostgreSQL's server log, with log_statement or log_min_duration_statement), " +
        "`mysql-general` (the general query log of MySQL and MariaDB), `mysqlbinlog` (what `mysqlbinlog -vv` prints of a binary log), " +
        "`sqlserver-xml` (Profiler and Extended Events in XML), `sqlserver-csv` (the same in comma-separated values with a header).",
    ),
  dialect: z
    .enum(dialectIds)
    .optional()
    .describe(
      "The engine that the statements are for. Default: the one that goes with the format; `hibernate`, `sequelize` and `knex` need it.",
    ),
  encoding: z
    .string()
    .optional()
    .describe("The log's encoding, as iconv-lite names it. Default: the byte order mark decides, else UTF-8."),
  linePrefix: z
    .string()
    .optional()
    .describe(
      "Of `postgres-stderr`: `log_line_prefix` as it stands in postgresql.conf. Default: `%m [%p] `, PostgreSQL's own.",
    ),
  dateFormat: z
    .enum(["mdy", "dmy", "ymd"])
    .optional()
    .describe(
      "How 03/04/2005 is read, in times of records and in values. Default: times of records that are written so are not read; values are by mdy.",
    ),
  schema: z
    .string()
    .min(1)
    .default("dbo")
    .describe("The schema of tables that the statements name without one, and of those in PostgreSQL's `public`."),
});

export type SqlLogOptions = z.infer<typeof options>;
