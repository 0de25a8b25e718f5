/** The options of a `parquet` source. */
import { z } from "zod";

export const options = z.strictObject({
  path: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe("The files: a path or a pattern with * and ?, or a list of them, relative to the recipe."),
});
