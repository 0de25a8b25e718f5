/** What a recipe may say of the order of day, month and year in dates that are text. */
import { z } from "zod";

export const dateFormatOption = z
  .enum(["mdy", "dmy", "ymd"])
  .optional()
  .describe(
    "The order of day, month and year in dates such as 03/04/2005. Default: told from all dates of a column in a file, where they tell.",
  );
