/** The lists: every conflict, withheld row, missing id, unread cell and record, one line each. */
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { WrittenFile } from "../../files/atomic.ts";
import { writeAbsence } from "../../report/ledger.ts";
import { writeConflicts, writeEvidence, writeQuarantine, writeUnparsed, writeWithheld } from "../../report/lists.ts";
import type { Masks } from "../../report/masks.ts";
import type { Table } from "../../schema/model.ts";
import type { ReconciledReader, WithheldRow } from "../../stage/reconciled-reader.ts";
import { absenceRuns } from "../../verify/ledger.ts";
import type { OpenSource } from "../standings.ts";

interface Listed {
  readonly reader: ReconciledReader;
  readonly sources: readonly OpenSource[];
  readonly masks: Masks;
}

export function writeLists(incident: Incident, { reader, sources, masks }: Listed): WrittenFile[] {
  const { report } = layoutOf(incident.directory);
  const quarantined = sources.map(({ source, reader: staged }) => ({
    source: source.id,
    records: staged.kept.quarantined(),
  }));
  const proofs = sources.map(({ source, reader: staged }) => ({ source: source.id, records: staged.kept.evidence() }));
  return [
    writeConflicts(report, reader.conflicts(["contested", "nulled", "defaulted", "decided", "resolved"]), masks),
    writeWithheld(report, withheldRows(reader, incident.tables), masks),
    writeAbsence(report, allAbsence(reader, incident), masks),
    writeUnparsed(report, unparsedCells(sources, incident.tables), masks),
    writeQuarantine(report, quarantined, masks),
    writeEvidence(report, proofs, masks),
  ];
}

function* withheldRows(reader: ReconciledReader, tables: readonly Table[]): Generator<WithheldRow> {
  for (const table of tables) yield* reader.withheldRows(table);
}

function* allAbsence(reader: ReconciledReader, { tables, recipe }: Incident) {
  for (const table of tables) yield* absenceRuns(reader.store, table, recipe.target.version);
}

function* unparsedCells(sources: readonly OpenSource[], tables: readonly Table[]) {
  for (const { source, reader } of sources)
    for (const table of tables)
      for (const cell of reader.unparsedCells(table)) yield { ...cell, source: source.id, table: table.id };
}
