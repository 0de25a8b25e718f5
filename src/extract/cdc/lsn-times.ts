/** cdc.lsn_time_mapping as CSV: when each transaction was committed. */
import { UserError } from "../../errors.ts";
import { tableFields, tableRows } from "../events/table-rows.ts";
import type { EvidenceFile, ExtractContext } from "../extractor.ts";
import { csvSource } from "./change-table-rows.ts";
import { type LsnTimes, lsnText } from "./change-table.ts";
import { momentOf } from "../events/moment.ts";
import type { CdcOptions } from "./options.ts";

/** Throws UserError for a file without the columns. */
export async function readLsnTimes(
  file: EvidenceFile,
  settings: CdcOptions,
  context: ExtractContext,
): Promise<LsnTimes> {
  const source = csvSource(file, settings);
  const fields = (await tableFields(source, context)) ?? [];
  const [lsn, time] = ["start_lsn", "tran_end_time"].map((name) => fieldOf(name, fields, file));
  const times = new Map<string, string>();
  for await (const { rows } of tableRows(source, fields, context))
    for (const { values } of rows) {
      context.skip("time of a transaction");
      const at = momentOf(values.get(time ?? "") ?? "", { dateOrder: "ymd" }, context.zone);
      if (at !== undefined) times.set(lsnText(values.get(lsn ?? "")), at);
    }
  return times;
}

function fieldOf(name: string, fields: readonly string[], file: EvidenceFile): string {
  const found = fields.find((field) => field.toLowerCase() === name);
  if (found !== undefined) return found;
  throw new UserError({
    what: `the file, which \`lsnTimes\` names, has no column ${name}`,
    remedy: "Export cdc.lsn_time_mapping with its columns start_lsn and tran_end_time, under a header",
    where: { file: file.name },
  });
}
