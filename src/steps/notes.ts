/** What people should know of the rows that are not in the scripts, and of those that are although a constraint refuses them. */
import type { Incident } from "../incident.ts";
import type { Masks } from "../report/masks.ts";
import type { Table } from "../schema/model.ts";
import type { ReconciledReader } from "../stage/reconciled-reader.ts";
import { rowTimeNotes } from "../verify/row-times.ts";
import { coverageNotes, lateFileNotes, standingsOf } from "./standings.ts";
import type { OpenSource } from "./standings.ts";

/** `dbo.Orders: 3 rows withheld: not null: …`. */
export function withheldNotes(reader: ReconciledReader, tables: readonly Table[], masks: Masks): string[] {
  return tables.flatMap((table) =>
    reader
      .withheldReasons(table)
      .map(
        ({ reason, rows }) =>
          `${table.id}: ${rows} ${rows === 1 ? "row" : "rows"} withheld: ${masks.reason(table.id, reason)}`,
      ),
  );
}

/** What of the sources is not taken at its word: rows of after the moment that matters, completeness that is not believed. */
export function doubtNotes(incident: Incident, sources: readonly OpenSource[]): string[] {
  const { recoverTo } = incident.recipe;
  const times = incident.tables.flatMap((table) =>
    standingsOf(incident, sources, table).flatMap((source) => rowTimeNotes(table, source, recoverTo)),
  );
  return [...lateFileNotes(incident, sources), ...times, ...coverageNotes(incident, sources)];
}

/** What is not checked, may be refused, or is kept though refused. */
export function constraintNotes(reader: ReconciledReader, tables: readonly Table[]): string[] {
  return tables.flatMap((table) => reader.constraintNotes(table).map(({ note }) => `${table.id}: ${note}`));
}

/** Rows that are emitted although a constraint refuses them. */
export function keptRows(reader: ReconciledReader, tables: readonly Table[]): number {
  return tables.flatMap((table) => reader.constraintNotes(table)).reduce((sum, { kept }) => sum + kept, 0);
}
