/** Data files of bcp and BULK INSERT, in character and native form, with their format files or without. */
import { defineExtractor } from "../extractor.ts";
import { overFiles } from "../records/file-options.ts";
import { recordExtractor } from "../records/record-extractor.ts";
import { formatFile } from "./layouts.ts";
import { openFile } from "./open.ts";
import { type BcpOptions, options } from "./options.ts";

const example = `\
extractor: bcp
path: evidence/nightly/Orders-*.dat
format: evidence/nightly/Orders.fmt
encoding: cp850
asOf: 2026-03-12T02:00:00-05:00
tables:
  dbo.Orders: {}
`;

export default defineExtractor({
  id: "bcp",
  summary:
    "Reads bcp's data files, plain or compressed: by a format file (XML or not), or as -c, -w, -n and -N write them.",
  options,
  example,
  ...overFiles,
  inputs: ({ path, format }) => [path, format ?? []].flat(),
  ...recordExtractor<BcpOptions>({
    files: (settings, context) => context.files.filter((file) => file !== formatFile(settings, context)),
    open: openFile,
  }),
});
