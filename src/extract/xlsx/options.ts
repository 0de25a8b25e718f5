/** The options of an `xlsx` source. */
import { z } from "zod";
import { dateFormatOption } from "../records/date-option.ts";
import { fileOptions } from "../records/file-options.ts";

export const options = z.strictObject({
  ...fileOptions,
  sheet: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The sheet that the tables are taken from, without regard to case. A table with another sheet says so in its `from`, behind #: customers-*.xlsx#Sheet2, or #Sheet2 in every workbook. Default: the sheet called as the table is, or the one whose header fits best.",
    ),
  headerRow: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      "The number of the row that names the columns, as the spreadsheet numbers it. Default: of the first 50 rows with something in them, the one that names most of the columns.",
    ),
  dateFormat: dateFormatOption,
});

export type XlsxOptions = z.infer<typeof options>;
