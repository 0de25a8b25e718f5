/** The options of a `cdc` source. */
import { z } from "zod";
import { fileOptions } from "../records/file-options.ts";

export const options = z.strictObject({
  ...fileOptions,
  format: z
    .enum(["debezium", "maxwell", "canal", "sqlserver-cdc", "fn-dblog"])
    .optional()
    .describe(
      "What wrote the files. Default: each message shows it. sqlserver-cdc: change tables (cdc.dbo_Orders_CT) exported as CSV with a header, or as JSON. fn-dblog: the transaction log, as CSV with a header; has to be said.",
    ),
  encoding: z
    .string()
    .min(1)
    .optional()
    .describe("The files' encoding as iconv-lite names it. Default: the byte order mark says, else UTF-8."),
  timePrecision: z
    .enum(["adaptive", "adaptive_time_microseconds", "connect", "microseconds", "nanoseconds", "isostring"])
    .optional()
    .describe(
      "Debezium's `time.precision.mode`, for messages without their schema. Default: numbers for dates with times are kept raw; days are told by themselves.",
    ),
  decimals: z
    .enum(["precise", "string", "double"])
    .optional()
    .describe(
      "Debezium's `decimal.handling.mode`, for messages without their schema; precise takes the scale of the target's column. Default: what can only be a number is one, other texts are kept raw.",
    ),
  binary: z
    .enum(["base64", "base64-url-safe", "hex"])
    .optional()
    .describe(
      "How bytes are written where the message does not say it. Default: base64, but for what could be hex digits as well, which claims nothing.",
    ),
  lsnTimes: z
    .string()
    .min(1)
    .optional()
    .describe(
      "sqlserver-cdc: a CSV file of cdc.lsn_time_mapping (start_lsn, tran_end_time), for change tables exported without a column tran_end_time.",
    ),
});

export type CdcOptions = z.infer<typeof options>;
