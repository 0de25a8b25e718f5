/** The options of an `exec` source. */
import { z } from "zod";
import { byteSize, duration } from "../../recipe/quantities.ts";

const text = z.string().min(1);
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable: letters, digits and _");

export const options = z
  .strictObject({
    command: z
      .array(z.string())
      .min(1)
      .describe(
        "The program and its arguments, a list: each reaches the program as it stands, never through a shell. A program with a slash in its name is relative to the recipe.",
      ),
    format: z
      .enum(["ndjson", "singer"])
      .default("ndjson")
      .describe("What it prints: a JSON object a line, or the messages of the Singer protocol."),
    stream: text
      .optional()
      .describe(
        "For ndjson, the field that says which table a record belongs to. Default: all records are of the source's one table.",
      ),
    workingDirectory: text
      .optional()
      .describe("Where the program runs, relative to the recipe. Default: the recipe's folder."),
    env: z
      .record(variableName, z.string())
      .optional()
      .describe(
        "Environment variables for the program, by name. Of salvage's own it gets only those that say where and how it runs: PATH, HOME, USER, LANG, LC_ALL, TMPDIR.",
      ),
    timeLimit: duration.default("12h").describe("The program is ended if it runs longer: 500ms, 2s, 5m, 1h."),
    outputLimit: byteSize
      .default("10GB")
      .describe("The program is ended if it prints more, errors included: a number of bytes, or 500kB, 20MB, 2GB."),
  })
  .refine(({ format, stream }) => format === "ndjson" || stream === undefined, {
    path: ["stream"],
    error: "records of the Singer protocol name their stream themselves: take `stream` away",
  });

export type ExecOptions = z.infer<typeof options>;
