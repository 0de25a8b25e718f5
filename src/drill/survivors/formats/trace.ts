/** A trace: Extended Events as Management Studio exports them, of an application that writes its values into its statements. */
import { type Column, storedColumns, type Table } from "../../../schema/model.ts";
import type { CanonicalValue } from "../../../values/codec.ts";
import { planKey } from "../../../values/key.ts";
import { wallAt } from "../../../values/zone.ts";
import type { Format, Log, LoggedChange } from "../model.ts";
import type { Cells } from "../../truth/model.ts";
import { encodedCell, markOf, requireNames } from "../writing/encoding.ts";
import { RecordFile } from "../writing/record-file.ts";
import { isSameCell } from "../writing/same-cell.ts";
import { bracketed, conditions, literal, settings, tableText } from "../writing/tsql.ts";

const id = "trace";
const fileName = "trace.csv";
const header = "name,timestamp,batch_text,result,session_id\r\n";
const session = 55;
/** Whoever struck was somebody else. */
const strikingSession = 61;

/** `2026-03-14 09:26:53.9970000` on a clock of the zone. */
function clockText(at: number, zone: string): string {
  const wall = new Date(wallAt(at, zone) + (((at % 1000) + 1000) % 1000));
  return `${wall.toISOString().slice(0, 23).replace("T", " ")}0000`;
}

function eventText(at: number, zone: string, sql: string, by: number): string {
  return `sql_batch_completed,${clockText(at, zone)},"${sql.replaceAll('"', '""')}",OK,${by}\r\n`;
}

function pick(columns: readonly Column[], table: Table, cells: Cells): CanonicalValue[] {
  const stored = storedColumns(table);
  return columns.map((column) => cells[stored.indexOf(column)] ?? null);
}

/** An application that saves a row which nobody changed sets what it may set. */
function changedColumns(table: Table, before: Cells, after: Cells): readonly Column[] {
  const stored = storedColumns(table);
  const changed = stored.filter((_, index) => !isSameCell(before[index] ?? null, after[index] ?? null));
  if (changed.length > 0) return changed;
  const keys = planKey(table).columns;
  const others = stored.filter((column) => !keys.includes(column) && column.identity === undefined);
  return others.length > 0 ? others : keys;
}

function statementOf({ table, before, after }: LoggedChange): string {
  const name = tableText(table);
  const keys = planKey(table).columns;
  if (before === undefined) {
    const stored = storedColumns(table);
    const values = stored.map((column, index) => literal(after?.[index] ?? null, column));
    return `INSERT INTO ${name} (${stored.map((column) => bracketed(column.name)).join(", ")}) VALUES (${values.join(", ")})`;
  }
  const where = `WHERE ${conditions(keys, pick(keys, table, before))}`;
  if (after === undefined) return `DELETE FROM ${name} ${where}`;
  const changed = changedColumns(table, before, after);
  return `UPDATE ${name} SET ${settings(changed, pick(changed, table, after))} ${where}`;
}

export const trace: Format<Log> = {
  id,
  content: "changes",
  asWritten: (value, column, { encoding }) => encodedCell(value, column, encoding),
  async write({ changes, strikes }, { encoding, timezone }) {
    requireNames([...new Set(changes.map(({ table }) => table))], encoding);
    const file = new RecordFile(encoding, markOf(encoding));
    file.text(header);
    for (const change of changes)
      file.record(change.table, change.key, eventText(change.at, timezone, statementOf(change), session));
    for (const { at, sql } of strikes) file.text(eventText(at, timezone, sql, strikingSession));
    return [file.named(fileName)];
  },
  source: (folder, _content, { encoding, timezone }) => ({
    extractor: "sql-log",
    format: "sqlserver-csv",
    path: `${folder}/${fileName}`,
    encoding,
    timezone,
  }),
};
