/** The options of a `csv` source, and the dialect they describe. */
import { z } from "zod";
import { fileOptions } from "../records/file-options.ts";
import type { Dialect } from "./dialect.ts";

const oneCharacter = z.string().length(1);

export const options = z
  .strictObject({
    ...fileOptions,
    encoding: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The files' encoding as iconv-lite names it: windows-1252, cp437, utf-16le… Default: the byte order mark says, else UTF-8.",
      ),
    delimiter: z.string().min(1).default(",").describe("What stands between cells; one or more characters."),
    quote: z
      .union([oneCharacter, z.literal(false)])
      .default('"')
      .describe("The character around quoted cells, or false where cells are never quoted."),
    escape: oneCharacter
      .optional()
      .describe("The character before a quote inside a quoted cell. Default: the quote itself, doubled."),
    header: z.boolean().default(true).describe("Does the first record name the columns?"),
    fields: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        "The names of the columns where no header gives them. Default: the target table's columns in their order.",
      ),
    recordDelimiter: z
      .string()
      .min(1)
      .optional()
      .describe("What ends a record. Default: a newline of the kind that the file uses."),
    null: z
      .union([z.string(), z.array(z.string()).min(1)])
      .default("")
      .describe(
        'The unquoted cell that means NULL, or a list of them. Default: the empty one; "" in quotes is the empty string.',
      ),
    emptyString: z
      .string()
      .min(1)
      .optional()
      .describe('The unquoted cell that means the empty string: bcp writes a NUL character, "\\0".'),
    dateFormat: z
      .enum(["mdy", "dmy", "ymd"])
      .default("mdy")
      .describe("The order of day, month and year in dates such as 03/04/2005."),
  })
  .refine(({ header, fields }) => !header || fields === undefined, {
    path: ["fields"],
    error: "`fields` names the columns of files without a header: set `header: false` too",
  })
  .refine(({ quote, escape }) => quote !== false || escape === undefined, {
    path: ["escape"],
    error: "there is nothing to escape where cells are not quoted (`quote: false`)",
  })
  .refine(({ quote, delimiter }) => quote === false || !delimiter.includes(quote), {
    path: ["delimiter"],
    error: "the delimiter and the quote are the same character",
  });

export type CsvOptions = z.infer<typeof options>;

export function dialectOf(settings: CsvOptions): Dialect {
  const quote = settings.quote === false ? undefined : settings.quote;
  return {
    delimiter: settings.delimiter,
    quote,
    escape: settings.escape ?? quote,
    recordDelimiter: settings.recordDelimiter,
    nulls: new Set([settings.null].flat()),
    emptyString: settings.emptyString,
  };
}
