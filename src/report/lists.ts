/** The lists in `report/`: what people have to look at, one line each. */
import path from "node:path";
import { AtomicFile } from "../files/atomic.ts";
import type { WrittenFile } from "../files/atomic.ts";
import type { QuarantinedRecord, UnparsedClaim } from "../stage/source-reader.ts";
import type { ConflictRow, WithheldRow } from "../stage/reconciled-reader.ts";
import { csvRecord } from "./csv.ts";

/** A list appears whole or not at all; `records` as {@link csvRecord} makes them. */
export function writeList(file: string, header: readonly string[], records: Iterable<string>): WrittenFile {
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
        ({ value, sources, as }) =>
          `${value === null ? "NULL" : JSON.stringify(value)} (${sources.join(", ")}; ${row.rule === null && as === "lost" ? "contested" : as})`,
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

/** Rows that are not in the scripts, and why. */
export function writeWithheld(folder: string, rows: Iterable<WithheldRow>): WrittenFile {
  return writeList(path.join(folder, "withheld.csv"), ["table", "key", "reason"], withheldRecords(rows));
}

function* withheldRecords(rows: Iterable<WithheldRow>): Generator<string> {
  for (const { table, key, reason } of rows) yield csvRecord([table, key, reason]);
}

/** Cells that were kept as raw text, since their types could not hold them. */
export function writeUnparsed(
  folder: string,
  cells: Iterable<UnparsedClaim & { source: string; table: string }>,
): WrittenFile {
  const header = ["source", "table", "key", "column", "the value", "raw", "place"];
  return writeList(path.join(folder, "unparsed.csv"), header, unparsedRecords(cells));
}

function* unparsedRecords(cells: Iterable<UnparsedClaim & { source: string; table: string }>): Generator<string> {
  for (const { source, table, key, column, reason, raw, locator } of cells)
    yield csvRecord([source, table, key, column, reason, showBytes(raw), locator]);
}

/** Text where the bytes are UTF-8, else 0x hex. */
export function showBytes(raw: Buffer): string {
  const text = raw.toString("utf8");
  return Buffer.from(text, "utf8").equals(raw) ? text : `0x${raw.toString("hex")}`;
}
