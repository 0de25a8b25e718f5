/** The options of a `fixed-width` source. */
import { z } from "zod";
import { dateFormatOption } from "../records/date-option.ts";
import { fileOptions } from "../records/file-options.ts";

const place = z.int().min(1);
const trims = z.enum(["right", "both", "none"]);

const field = z
  .strictObject({
    name: z.string().min(1).optional().describe("Its name; without one it is filler, and feeds nothing."),
    start: place.optional().describe("Where it begins; 1 is the first. Default: behind the field before it."),
    width: place.optional().describe("How long it is; or else say where it ends."),
    end: place.optional().describe("Where its last character (or byte) stands."),
    trim: trims.optional().describe("Which side of it padding is taken off; default: the source's `trim`."),
    decimals: z
      .int()
      .min(0)
      .max(38)
      .optional()
      .describe(
        "So many digits stand behind a decimal point that is not written: 2 makes 0001234 the amount 12.34. A sign stands before or behind, or is punched over the last digit (123} is -1230).",
      ),
  })
  .refine(({ width, end }) => (width === undefined) !== (end === undefined), {
    error: "a field has either a `width` or an `end`",
  })
  .refine(({ start, end }) => start === undefined || end === undefined || start <= end, {
    path: ["end"],
    error: "the field ends before it starts",
  });

export const options = z
  .strictObject({
    ...fileOptions,
    encoding: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The files' encoding as iconv-lite names it: windows-1252, cp437, shift_jis… Default: the byte order mark says, else UTF-8.",
      ),
    fields: z.array(field).min(1).optional().describe("The fields of a record, in their order."),
    layout: z
      .literal("ruled")
      .optional()
      .describe(
        "A report, as sqlcmd, osql, SQL*Plus and psql print it: a line with the columns' names, and one of dashes below it that shows where they stand. In place of `fields`.",
      ),
    unit: z
      .enum(["characters", "bytes"])
      .default("characters")
      .describe(
        "What places and widths count. Host systems count bytes, which differ in Shift_JIS, UTF-8 and their like.",
      ),
    recordLength: place
      .optional()
      .describe("Bytes of every record, in a file without newlines. Default: each line is a record."),
    header: z.int().min(0).default(0).describe("So many lines (or records) at the beginning are none of the data."),
    trim: trims
      .default("right")
      .describe(
        "Which side of a field padding is taken off: blanks, and the NUL characters of fields that were never filled.",
      ),
    null: z
      .union([z.string(), z.array(z.string()).min(1)])
      .default("")
      .describe(
        "The field, without its padding, that means NULL, or a list of them. Default: the blank one. With another one a blank field is the empty string.",
      ),
    shortLines: z
      .enum(["quarantine", "pad"])
      .default("quarantine")
      .describe(
        "What becomes of a line that ends before its last field does: `pad` where an editor or a mail program cut the blanks at the end of lines.",
      ),
    dateFormat: dateFormatOption,
  })
  .refine(({ fields, layout }) => (fields === undefined) !== (layout === undefined), {
    error: "a source has either `fields` or `layout: ruled`",
  })
  .refine(({ fields = [{ name: "" }] }) => fields.some(({ name }) => name !== undefined), {
    path: ["fields"],
    error: "none of the fields has a name",
  })
  .refine(
    ({ layout, recordLength, unit, header }) =>
      layout === undefined || (recordLength === undefined && unit === "characters" && header === 0),
    {
      path: ["layout"],
      error:
        "a ruled report has its columns and its header from its line of dashes: leave out `recordLength`, `unit` and `header`",
    },
  );

export type FixedWidthOptions = z.infer<typeof options>;
