/** What a recipe can say of a `sql-script` source. */
import { z } from "zod";
import { fileOptions } from "../records/file-options.ts";

export const options = z.strictObject({
  ...fileOptions,
  encoding: z
    .string()
    .optional()
    .describe("The scripts' encoding, as iconv-lite names it. Default: the byte order mark decides, else UTF-8."),
  dateFormat: z
    .enum(["mdy", "dmy", "ymd"])
    .default("mdy")
    .describe("How 03/04/2005 is read until the script's own SET DATEFORMAT or SET LANGUAGE says otherwise."),
  quotedIdentifier: z
    .boolean()
    .default(true)
    .describe('Is "text" a name (true) or a string, until the script\'s own SET QUOTED_IDENTIFIER says otherwise?'),
  schema: z.string().min(1).default("dbo").describe("The schema of tables that the scripts name without one."),
});

export type SqlScriptOptions = z.infer<typeof options>;
