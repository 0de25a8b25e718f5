/** `--provenance table`: where every emitted cell came from, as two tables beside the rebuilt ones. Rows share few patterns of sources; each stands there once. */
import type { EmitTable } from "../emit/emitter.ts";
import { storedColumns, tableName } from "../schema/model.ts";
import type { Column, SqlType, Table } from "../schema/model.ts";
import type { ReconciledReader } from "../stage/reconciled-reader.ts";
import type { CanonicalValue } from "../values/codec.ts";

const text = (length: number): SqlType => ({ name: "nvarchar", length });
const longestKey = 450;

type ColumnSpec = readonly [name: string, type: SqlType, nullable?: boolean];

function tableOf(name: string, key: readonly string[], columns: readonly ColumnSpec[]): Table {
  return {
    schema: "dbo",
    name,
    id: tableName("dbo", name),
    columns: columns.map(([column, type, nullable = false], ordinal): Column => ({
      name: column,
      ordinal,
      type,
      declaredType: type.length === undefined ? type.name : `${type.name}(${type.length})`,
      nullable,
    })),
    primaryKey: { columns: key },
    unique: [],
    foreignKeys: [],
    checks: [],
    attachments: [],
  };
}

/** A line a pattern and column: the source that is shown as the cell's, and the cell's class. */
const patterns = tableOf(
  "tablesalvage_patterns",
  ["Pattern", "ColumnName"],
  [
    ["Pattern", { name: "int" }],
    ["TableName", text(300)],
    ["ColumnName", text(128)],
    ["SourceName", text(128), true],
    ["Class", text(20)],
  ],
);

/** A line a row. */
const rows = tableOf(
  "tablesalvage_provenance",
  ["ID"],
  [
    ["ID", { name: "int" }],
    ["TableName", text(300)],
    ["RowKey", text(longestKey)],
    ["Pattern", { name: "int" }],
  ],
);

function emitTable(table: Table, rowCount: number, batches: () => Iterable<CanonicalValue[][]>): EmitTable {
  return {
    table,
    columns: storedColumns(table),
    rowCount,
    rows: batches,
    highestIdentity: undefined,
    provisional: { count: 0, first: [] },
    withheld: 0,
    sources: ["salvage itself"],
  };
}

/** Of the rows that are emitted of these tables. */
export function provenanceTables(reader: ReconciledReader, emitted: readonly EmitTable[]): EmitTable[] {
  const tables = emitted.map(({ table }) => table);
  const known = tables.flatMap((table) =>
    [...reader.patterns(table)].map((cell) => [cell.pattern, table.id, cell.column, cell.source, cell.class]),
  );
  const total = emitted.reduce((sum, { rowCount }) => sum + rowCount, 0);
  return [
    emitTable(patterns, known.length, () => [known]),
    emitTable(rows, total, () => provenanceRows(reader, tables)),
  ];
}

function* provenanceRows(reader: ReconciledReader, tables: readonly Table[]): Generator<CanonicalValue[][]> {
  let id = 0;
  for (const table of tables)
    for (const batch of reader.provenance(table))
      yield batch.map(({ key, pattern }) => [
        ++id,
        table.id,
        Array.from(key).slice(0, longestKey).join("").slice(0, longestKey),
        pattern,
      ]);
}
