/** The options of a `text-log` source. */
import { z } from "zod";
import { fileOptions } from "../records/file-options.ts";

const name = z.string().min(1);
const pattern = z.string().min(1);
const operations = z.enum(["insert", "update", "delete", "proof"]);
const literal = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const column = z.union([
  name,
  z.strictObject({ value: literal.describe("What every such record says of the column.") }),
]);

const recordType = z.strictObject({
  match: pattern.describe(
    "A regular expression (RE2's syntax) with named groups, (?<id>\\d+), or parts by name: %{INT:id}. It may match anywhere in the record unless ^ and $ say otherwise; . does not match the end of a line unless (?s) says so.",
  ),
  when: z
    .record(name, z.union([z.string(), z.array(z.string()).min(1)]))
    .optional()
    .describe("Values that fields of the match must have, else the next pattern is tried: { level: [INFO, WARN] }."),
  table: z
    .union([
      name,
      z.strictObject({
        group: name.describe("The field that says the table."),
        map: z
          .record(z.string(), name)
          .optional()
          .describe("Tables by what the field says. Default: it says the table's name, or what the table's `from` is."),
      }),
    ])
    .describe("The table: its name, or the field that says it."),
  operation: z
    .union([
      operations,
      z.strictObject({
        group: name.describe("The field that says what was done."),
        map: z.record(z.string(), operations).describe("Operations by what the field says: { created: insert }."),
      }),
    ])
    .describe(
      "insert: all of the row that the record knows; update: columns of a row; delete; proof: the row was there, nothing is said of its values.",
    ),
  columns: z
    .record(name, column)
    .optional()
    .describe(
      "Target column by field of the match, or { value: … } for what all such records mean. Default: each field feeds the column of its name, or the one that the table's `columns` gives it.",
    ),
  time: name.optional().describe("The field that says when. Without it the record's changes have no time."),
  timeFormat: name
    .default("iso")
    .describe(
      "How that is written: iso, sql, epoch, epochMillis, apache, apacheError, syslog, log4j, or letters as in dd/MMM/yyyy:HH:mm:ss Z (yyyy yy MM MMM dd d HH H hh h mm ss S a Z xxx EEE, text in single quotes).",
    ),
});

export const options = z.strictObject({
  ...fileOptions,
  encoding: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The files' encoding as iconv-lite names it: windows-1252, utf-16le… Default: the byte order mark says, else UTF-8.",
    ),
  record: z
    .strictObject({ start: pattern.describe("Matches the first line of each record.") })
    .optional()
    .describe("For records of several lines. Default: every line is a record."),
  patterns: z
    .array(recordType)
    .min(1)
    .describe(
      "What records look like and what they say. The first pattern that matches a record is the one that counts.",
    ),
  grok: z
    .record(z.string().regex(/^\w+$/, "expected letters, digits and _"), pattern)
    .optional()
    .describe("Patterns of your own by name: { ORDERNO: 'SO-\\d{6}' } is %{ORDERNO:order}."),
  null: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe(
      "How NULL is spelled: a text, or a list of them. A field that takes nothing, or the empty text, claims nothing.",
    ),
  year: z
    .int()
    .min(1)
    .max(9999)
    .optional()
    .describe(
      "Of the oldest record, where times leave the year out; from there December is followed by January of the next. Default: the file's `asOf`, the date in its name, or the first time with a year says.",
    ),
});

export type TextLogOptions = z.infer<typeof options>;
export type RecordTypeOptions = TextLogOptions["patterns"][number];
