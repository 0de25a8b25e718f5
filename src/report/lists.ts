/** `report/conflicts.csv` and `report/quarantine.csv`: what people have to look at, one line each. */
import path from "node:path";
import { AtomicFile } from "../files/atomic.ts";
import type { WrittenFile } from "../files/atomic.ts";
import type { QuarantinedRecord } from "../stage/source-reader.ts";
import type { ConflictRow } from "../stage/reconciled-reader.ts";
import { csvRecord } from "./csv.ts";

function writeList(file: string, header: readonly string[], records: Iterable<string>): WrittenFile {
  const target = new AtomicFile(file);
  try {
    target.write(csvRecord(header));
    for (const record of records) target.write(record);
    return target.commit();
  } catch (error) {
    target.discard();
    throw error;
  }
}

/** Contested, nulled and resolved cells with every value that was claimed. */
export function writeConflicts(folder: string, conflicts: Iterable<ConflictRow>): WrittenFile {
  const header = ["table", "key", "column", "class", "rule", "reason", "value", "other values"];
  return writeList(path.join(folder, "conflicts.csv"), header, conflictRecords(conflicts));
}

function* conflictRecords(conflicts: Iterable<ConflictRow>): Generator<string> {
  for (const row of conflicts) {
    const others = row.alternatives
      .map(
        ({ value, sources, as }) => `${value === null ? "NULL" : JSON.stringify(value)} (${sources.join(", ")}; ${as})`,
      )
      .join(" | ");
    yield csvRecord([row.table, row.key, row.column, row.class, row.rule, row.reason, row.value, others]);
  }
}

export function writeQuarantine(
  folder: string,
  sources: Iterable<{ readonly source: string; readonly records: Iterable<QuarantinedRecord> }>,
): WrittenFile {
  const header = ["source", "reason", "file", "part", "line", "offset", "row", "bytes", "sha256", "raw"];
  return writeList(path.join(folder, "quarantine.csv"), header, quarantineRecords(sources));
}

function* quarantineRecords(
  sources: Iterable<{ readonly source: string; readonly records: Iterable<QuarantinedRecord> }>,
): Generator<string> {
  for (const { source, records } of sources)
    for (const record of records) {
      const { reason, file, part, line, offset, row, bytes, sha256, raw } = record;
      yield csvRecord([
        source,
        reason,
        file,
        part,
        line,
        offset,
        row,
        bytes,
        sha256,
        raw === null ? null : showBytes(raw),
      ]);
    }
}

/** Text where the bytes are UTF-8, else 0x hex. */
function showBytes(raw: Buffer): string {
  const text = raw.toString("utf8");
  return Buffer.from(text, "utf8").equals(raw) ? text : `0x${raw.toString("hex")}`;
}
