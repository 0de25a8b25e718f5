/** The lists in `report/`: what people have to look at, one line each. */
import path from "node:path";
import { AtomicFile } from "../files/atomic.ts";
import type { WrittenFile } from "../files/atomic.ts";
import type { EvidenceRecord, QuarantinedRecord } from "../stage/kept-records.ts";
import type { UnparsedClaim } from "../stage/source-reader.ts";
import type { ConflictRow, WithheldRow } from "../stage/reconciled-reader.ts";
import { csvRecord } from "./csv.ts";
import type { Masks } from "./masks.ts";

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
export function writeConflicts(folder: string, conflicts: Iterable<ConflictRow>, masks: Masks): WrittenFile {
  const header = ["table", "key", "column", "class", "rule", "reason", "value", "other values"];
  return writeList(path.join(folder, "conflicts.csv"), header, conflictRecords(conflicts, masks));
}

function* conflictRecords(conflicts: Iterable<ConflictRow>, masks: Masks): Generator<string> {
  for (const row of conflicts) {
    const { table, column, rule } = row;
    const show = (value: string | null): string | null => masks.value(table, column, value);
    const others = row.alternatives
      .map(({ value, sources, as }) => {
        const shown = show(value);
        const fate = rule === null && as === "lost" ? "contested" : as;
        return `${shown === null ? "NULL" : JSON.stringify(shown)} (${sources.join(", ")}; ${fate})`;
      })
      .join(" | ");
    const key = masks.key(table, row.key);
    yield csvRecord([table, key, column, row.class, rule, masks.reason(table, row.reason), show(row.value), others]);
  }
}

export function writeQuarantine(
  folder: string,
  sources: Iterable<{ readonly source: string; readonly records: Iterable<QuarantinedRecord> }>,
  masks: Masks,
): WrittenFile {
  const header = ["source", "reason", "file", "part", "line", "offset", "row", "bytes", "sha256", "raw"];
  return writeList(path.join(folder, "quarantine.csv"), header, quarantineRecords(sources, masks));
}

function* quarantineRecords(
  sources: Iterable<{ readonly source: string; readonly records: Iterable<QuarantinedRecord> }>,
  masks: Masks,
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
        masks.raw(raw === null ? null : showBytes(raw)),
      ]);
    }
}

/** Records that prove something and name no row. */
export function writeEvidence(
  folder: string,
  sources: Iterable<{ readonly source: string; readonly records: Iterable<EvidenceRecord> }>,
  masks: Masks,
): WrittenFile {
  const header = ["source", "table", "time", "what it proves", "file", "part", "line", "offset", "row", "raw"];
  return writeList(path.join(folder, "evidence.csv"), header, evidenceRecords(sources, masks));
}

function* evidenceRecords(
  sources: Iterable<{ readonly source: string; readonly records: Iterable<EvidenceRecord> }>,
  masks: Masks,
): Generator<string> {
  for (const { source, records } of sources)
    for (const { table, at, reason, file, part, line, offset, row, raw } of records) {
      const shown = masks.raw(raw === null ? null : showBytes(raw));
      yield csvRecord([source, table, at, reason, file, part, line, offset, row, shown]);
    }
}

/** Rows that are not in the scripts, and why. */
export function writeWithheld(folder: string, rows: Iterable<WithheldRow>, masks: Masks): WrittenFile {
  return writeList(path.join(folder, "withheld.csv"), ["table", "key", "reason"], withheldRecords(rows, masks));
}

function* withheldRecords(rows: Iterable<WithheldRow>, masks: Masks): Generator<string> {
  for (const { table, key, reason } of rows)
    yield csvRecord([table, masks.key(table, key), masks.reason(table, reason)]);
}

/** Cells that were kept as raw text, since their types could not hold them. */
export function writeUnparsed(
  folder: string,
  cells: Iterable<UnparsedClaim & { source: string; table: string }>,
  masks: Masks,
): WrittenFile {
  const header = ["source", "table", "key", "column", "the value", "raw", "place"];
  return writeList(path.join(folder, "unparsed.csv"), header, unparsedRecords(cells, masks));
}

function* unparsedRecords(
  cells: Iterable<UnparsedClaim & { source: string; table: string }>,
  masks: Masks,
): Generator<string> {
  for (const { source, table, key, column, reason, raw, locator } of cells) {
    const shown = masks.value(table, column, showBytes(raw));
    yield csvRecord([source, table, masks.key(table, key), column, reason, shown, locator]);
  }
}

/** Text where the bytes are UTF-8, else 0x hex. */
export function showBytes(raw: Buffer): string {
  const text = raw.toString("utf8");
  return Buffer.from(text, "utf8").equals(raw) ? text : `0x${raw.toString("hex")}`;
}
