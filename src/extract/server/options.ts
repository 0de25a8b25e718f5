/** What recipes may say of every kind of server. */
import { z } from "zod";
import { duration } from "../../recipe/quantities.ts";

/** To be spread into a kind's own options. */
export const serverOptions = {
  connections: z.int().min(1).max(16).default(2).describe("The most connections that are open at a time; default 2."),
  lockTimeout: duration
    .default("5s")
    .describe("How long a statement waits for a lock before it gives way and is tried again; default 5s."),
  retries: z
    .int()
    .min(0)
    .max(100)
    .default(5)
    .describe("How often in a row a broken connection is made anew before the source fails; default 5."),
  ranges: z
    .record(z.string().min(1), z.int().min(2).max(16))
    .optional()
    .describe(
      "By target table, in how many ranges of its key it is read at the same time. Where the server cannot share a snapshot, its absences prove nothing then.",
    ),
};
