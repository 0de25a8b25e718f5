/** A record that is kept, as the report shows it. */
import { showBytes } from "../../report/lists.ts";
import type { Masks } from "../../report/masks.ts";
import type { ReportedRecord } from "../../report/model.ts";
import { shown } from "../../report/shown.ts";
import type { QuarantinedRecord } from "../../stage/kept-records.ts";

export function reportedRecord(
  { file, part, line, row, offset, bytes, sha256, raw }: QuarantinedRecord,
  masks: Masks,
): ReportedRecord {
  const at = line === null ? (row === null ? ` byte ${offset ?? 0}` : ` row ${row}`) : ` line ${line}`;
  const place = `${file}${part === null ? "" : ` ${part}`}${at}`;
  return { place, bytes, sha256, raw: shown(masks.raw(raw === null ? null : showBytes(raw))) };
}
