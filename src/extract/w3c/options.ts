/** The options of a `w3c` source. */
import { z } from "zod";
import { fileOptions } from "../records/file-options.ts";

const name = z.string().min(1);
const literal = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const request = z.strictObject({
  path: z
    .string()
    .startsWith("/")
    .describe(
      "The path of the URL, with parameters: /customers/{CustomerID}/edit. A parameter is one part of the path, or what stands beside fixed text in it (order-{id}.aspx); letters count as the same in upper and lower case.",
    ),
  method: z
    .union([name, z.array(name).min(1)])
    .optional()
    .describe("POST, or a list. Default: POST, PUT, PATCH and DELETE for changes, GET and HEAD for proofs."),
  query: z
    .record(z.string(), z.string())
    .optional()
    .describe("Parameters that the query must have, with these values: { action: save }."),
  status: z
    .array(z.int().min(100).max(599))
    .min(1)
    .optional()
    .describe(
      "Answers that mean that it was done, where an application answers a refused form with 200: [302]. Default: 2xx and 3xx; of proofs 2xx and 304.",
    ),
  table: name.describe("The table."),
  operation: z
    .enum(["insert", "update", "delete", "proof"])
    .describe("What such a request did; proof: the row was there when it was answered."),
  columns: z
    .record(
      name,
      z.union([name, z.strictObject({ value: literal.describe("What every such request says of the column.") })]),
    )
    .optional()
    .describe(
      "Target column by parameter of the path, of the query or of the form, or by field of the log (cs-username); or { value: … }. Default: each parameter feeds the column of its name, or the one that the table's `columns` gives it.",
    ),
});

export const options = z.strictObject({
  ...fileOptions,
  encoding: z
    .string()
    .min(1)
    .optional()
    .describe("The files' encoding as iconv-lite names it. Default: the byte order mark says, else UTF-8."),
  charset: z
    .string()
    .min(1)
    .default("utf-8")
    .describe("What percent-encoded bytes of URLs are: utf-8, windows-1252, shift_jis…"),
  format: z
    .enum(["auto", "w3c", "access"])
    .default("auto")
    .describe(
      "w3c: the extended format of IIS, with #Fields; access: common and combined of Apache and nginx. Default: the first line of each file shows it.",
    ),
  times: z
    .enum(["utc", "local"])
    .default("utc")
    .describe("What the times of the extended format are: utc, as IIS writes them, or on the source's own clock."),
  form: z
    .string()
    .min(1)
    .optional()
    .describe("The field of the log that holds the form's parameters, where a module logs them: cs-form."),
  requests: z
    .array(request)
    .min(1)
    .describe("Which requests say what. The first one that fits a request is the one that counts."),
  null: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe(
      'How NULL is spelled in parameters: a text, or a list of them; "" where the application stores an empty field as NULL. Else an empty one shows that its column was changed, and not to what.',
    ),
});

export type W3cOptions = z.infer<typeof options>;
export type RequestOptions = W3cOptions["requests"][number];
