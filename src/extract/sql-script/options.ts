/** What a recipe can say of a `sql-script` source. */
import { z } from "zod";
import { fileOptions } from "../records/file-options.ts";
import { dialectIds } from "./dialects/dialect.ts";

export const options = z.strictObject({
  ...fileOptions,
  dialect: z
    .enum(dialectIds)
    .optional()
    .describe(
      "The engine that the scripts are for. Default: what their beginning shows (`-- MySQL dump`, `-- PostgreSQL database dump`, " +
        "`PRAGMA foreign_keys=OFF;`, `SET DEFINE OFF`), else sqlserver.",
    ),
  encoding: z
    .string()
    .optional()
    .describe(
      "The scripts' encoding, as iconv-lite names it. Default: the byte order mark decides, else what the script says " +
        "(`SET NAMES`, `SET client_encoding`), else UTF-8.",
    ),
  dateFormat: z
    .enum(["mdy", "dmy", "ymd"])
    .default("mdy")
    .describe("T-SQL: how 03/04/2005 is read until the script's own SET DATEFORMAT or SET LANGUAGE says otherwise."),
  quotedIdentifier: z
    .boolean()
    .default(true)
    .describe(
      'T-SQL: is "text" a name (true) or a string, until the script\'s own SET QUOTED_IDENTIFIER says otherwise?',
    ),
  schema: z
    .string()
    .min(1)
    .default("dbo")
    .describe("The schema of tables that the scripts name without one, and of those in PostgreSQL's `public`."),
});

export type SqlScriptOptions = z.infer<typeof options>;
