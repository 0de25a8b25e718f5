/** Text with fields at fixed places: what mainframes, old programs and query tools print. */
import { defineExtractor } from "../extractor.ts";
import { overFiles } from "../records/file-options.ts";
import { recordExtractor } from "../records/record-extractor.ts";
import { openFile } from "./open.ts";
import { type FixedWidthOptions, options } from "./options.ts";

const example = `\
extractor: fixed-width
path: evidence/host/CUST*.TXT
encoding: shift_jis
unit: bytes
asOf: 2026-03-12T02:00:00-05:00
fields:
  - { name: CustomerID, width: 6 }
  - { name: Name, width: 30 }
  - { width: 4 }                                      # filler
  - { name: Balance, start: 41, end: 49, decimals: 2 }
tables:
  dbo.Customers: {}
`;

export default defineExtractor({
  id: "fixed-width",
  summary:
    "Reads text with fields at fixed columns, and reports with a line of dashes below their header, plain or compressed.",
  options,
  example,
  ...overFiles,
  ...recordExtractor<FixedWidthOptions>({
    files: (_, { files }) => files,
    open: ({ file }, settings, context) => openFile(file, settings, context),
  }),
});
