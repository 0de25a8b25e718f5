/** What people should know of the rows that are not in the scripts, and of those that are although a constraint refuses them. */
import type { Table } from "../schema/model.ts";
import type { ReconciledReader } from "../stage/reconciled-reader.ts";

/** `dbo.Orders: 3 rows withheld: not null: …`. */
export function withheldNotes(reader: ReconciledReader, tables: readonly Table[]): string[] {
  return tables.flatMap((table) =>
    reader
      .withheldReasons(table)
      .map(({ reason, rows }) => `${table.id}: ${rows} ${rows === 1 ? "row" : "rows"} withheld: ${reason}`),
  );
}

/** What is not checked, may be refused, or is kept though refused. */
export function constraintNotes(reader: ReconciledReader, tables: readonly Table[]): string[] {
  return tables.flatMap((table) => reader.constraintNotes(table).map(({ note }) => `${table.id}: ${note}`));
}

/** Rows that are emitted although a constraint refuses them. */
export function keptRows(reader: ReconciledReader, tables: readonly Table[]): number {
  return tables.flatMap((table) => reader.constraintNotes(table)).reduce((sum, { kept }) => sum + kept, 0);
}
