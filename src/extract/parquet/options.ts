/** The options of a `parquet` source. */
import { z } from "zod";
import { fileOptions } from "../records/file-options.ts";

export const options = z.strictObject({
  ...fileOptions,
});
