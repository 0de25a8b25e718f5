/** The field names that a header gives. */
import { type Place, UserError } from "../../errors.ts";
import type { TableMapping } from "../extractor.ts";
import { type ColumnPlan, headerFields, planColumns } from "../records/columns.ts";
import { hasUndecodable } from "../text/decode.ts";
import type { Layout } from "./layout.ts";
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

/** What the fields feed. Throws UserError as {@link planColumns} does, and where the header stands further down. */
export function planFields(
  names: readonly string[],
  mapping: TableMapping,
  { headerBelow }: Layout,
  where: Place,
): ColumnPlan {
  if (headerBelow === 0) return planColumns(names, mapping, where);
  throw new UserError({
    what: `none of the columns ${names.join(", ")} feeds ${mapping.table.id}; line ${headerBelow + 1} names some that do`,
    remedy: `Set \`preamble: ${headerBelow}\`, or \`preamble: auto\` where the files differ`,
    where,
  });
}
