/** The options of a `csv` source, and the dialect they describe. */
import { z } from "zod";
import type { Conventions } from "../../values/codec.ts";
import { dateFormatOption } from "../records/date-option.ts";
import { fileOptions } from "../records/file-options.ts";
import type { Dialect } from "./dialect.ts";
import { bareEscape, type BareEscape } from "./escapes.ts";

const oneCharacter = z.string().length(1);
const thousandsMark = z.string().regex(/^[^\dA-Za-z+-]$/);

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
    fallbackEncoding: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The encoding of single records that the files' own does not fit, where several programs wrote one file. Their cells are marked as doubtful.",
      ),
    delimiter: z
      .string()
      .min(1)
      .optional()
      .describe(
        "What stands between cells; one or more characters. Default: the comma, or what the first records show (semicolon, tab, |).",
      ),
    quote: z
      .union([oneCharacter, z.literal(false)])
      .default('"')
      .describe("The character around quoted cells, or false where cells are never quoted."),
    escape: oneCharacter
      .optional()
      .describe(
        "The character before a quote inside a quoted cell. Default: the quote itself, doubled. With `quote: false`: the character that makes the next one data, a delimiter or a newline too.",
      ),
    escapes: z
      .enum(["mysql", "postgres"])
      .optional()
      .describe(
        "How backslashes are meant, outside of quotes too: mysql for SELECT … INTO OUTFILE and mysqldump --tab, postgres for COPY in its text format. \\N is NULL then, and an empty cell the empty string.",
      ),
    header: z.boolean().default(true).describe("Does the first record name the columns?"),
    preamble: z
      .union([z.int().min(0), z.literal("auto")])
      .default(0)
      .describe(
        "How many lines stand above the header or the first record; auto: up to the first line that names columns of the table.",
      ),
    comment: z.string().min(1).optional().describe('What lines begin with that are no records, such as "#".'),
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
    ragged: z
      .enum(["quarantine", "accept"])
      .default("quarantine")
      .describe(
        "What becomes of records of another width. accept: what a short one lacks is not claimed, and empty cells too many are passed over.",
      ),
    decimal: z.enum([".", ","]).optional().describe("The decimal sign of numbers. Default: the point."),
    thousands: z
      .union([thousandsMark, z.array(thousandsMark).min(1)])
      .optional()
      .describe("What groups the digits of numbers by three: a character, or a list of them. Default: nothing."),
    dateFormat: dateFormatOption,
  })
  .refine(({ header, fields }) => !header || fields === undefined, {
    path: ["fields"],
    error: "`fields` names the columns of files without a header: set `header: false` too",
  })
  .refine(({ escape, escapes }) => escapes === undefined || escape === undefined, {
    path: ["escape"],
    error: "`escapes` says it already: the backslash",
  })
  .refine(({ quote, delimiter }) => quote === false || delimiter?.includes(quote) !== true, {
    path: ["delimiter"],
    error: "the delimiter and the quote are the same character",
  })
  .refine(({ header, preamble }) => header || preamble !== "auto", {
    path: ["preamble"],
    error: "without a header no line shows where the preamble ends: say how many lines it has",
  })
  .refine(({ decimal = ".", thousands = [] }) => ![thousands].flat().includes(decimal), {
    path: ["thousands"],
    error: "the decimal sign cannot group thousands too",
  });

export type CsvOptions = z.infer<typeof options>;

/** `delimiter`: what a file shows where the recipe does not say. */
export function dialectOf(settings: CsvOptions, delimiter = settings.delimiter ?? ","): Dialect {
  const quote = settings.quote === false ? undefined : settings.quote;
  const bare = bareEscapeOf(settings);
  return {
    delimiter,
    quote,
    escape: bare?.character ?? settings.escape ?? quote,
    recordDelimiter: settings.recordDelimiter,
    nulls: nullsOf(settings),
    emptyString: settings.emptyString,
    comment: settings.comment,
    bareEscape: bare,
  };
}

function bareEscapeOf({ quote, escape, escapes }: CsvOptions): BareEscape | undefined {
  if (escapes !== undefined) return bareEscape("\\", escapes);
  return quote === false && escape !== undefined ? bareEscape(escape, "plain") : undefined;
}

/** Where the writer says NULL by an escape, an empty cell is no NULL. */
function nullsOf({ null: spelt, escapes }: CsvOptions): ReadonlySet<string> {
  const declared = [spelt].flat();
  return new Set(escapes === undefined ? declared : ["\\N", ...declared.filter((each) => each !== "")]);
}

/** How dates and numbers are written. */
export function conventionsOf({ dateFormat, decimal, thousands = [] }: CsvOptions): Conventions {
  const dateOrder = dateFormat ?? "unknown";
  const marks = [thousands].flat().join("");
  if (decimal === undefined && marks === "") return { dateOrder };
  return { dateOrder, numbers: { decimal: decimal ?? ".", thousands: marks } };
}
