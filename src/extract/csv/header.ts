/** The field names that a header gives. */
import { type Place, UserError } from "../../errors.ts";
import { headerFields } from "../records/columns.ts";
import { hasUndecodable } from "../text/decode.ts";
import type { CsvRecord } from "./scanner.ts";

/** Reads a header: its field names. Throws UserError where they cannot be read. */
export function readHeader(record: CsvRecord, encoding: string, where: Place): string[] {
  const problem = hasUndecodable(record.raw, encoding) ? `it holds bytes that are not ${encoding}` : record.fault;
  if (problem === undefined) return headerFields(record.cells);
  throw new UserError({
    what: `the header cannot be read: ${problem}`,
    remedy: "Correct the source's `encoding`, `delimiter` or `quote`, or set `header: false` where there is no header",
    where,
  });
}
