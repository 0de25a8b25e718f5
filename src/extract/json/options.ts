/** The options of a `json` source. */
import { z } from "zod";
import { dateFormatOption } from "../records/date-option.ts";
import { fileOptions } from "../records/file-options.ts";
import { rowsPathForm } from "./rows-path.ts";

export const options = z.strictObject({
  ...fileOptions,
  encoding: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The files' encoding as iconv-lite names it: windows-1252, utf-16le… Default: the byte order mark says, else UTF-8.",
    ),
  dateFormat: dateFormatOption,
  rows: z
    .string()
    .regex(rowsPathForm, "expected names with dots between them and [] for each element: data.orders[].lines")
    .optional()
    .describe(
      "Where the rows are: data.orders for an array or an object in an object, data.orders[].lines for arrays in its elements, [].lines in each element or line of the file. Default: the elements of the array that the file is, or its objects, such as one a line. A table with rows elsewhere says so in its `from`, behind #: shop-*.json#data.orders, or #data.orders in every file. Its `columns` may be nested (address.city), or of the object around the row (../id).",
    ),
});

export type JsonOptions = z.infer<typeof options>;
