/**
 * Where the columns of a table stand in a row of SQL Server's data pages and logs (2005 and newer): the clustered key in front, then the others as
 * declared; values of fixed width first, then the others; up to eight bits share a byte, where the first of them stands.
 */
import { valueWidth } from "../bcp/native/values.ts";
import { rowTime, sameName } from "../../schema/model.ts";
import type { Column, SqlType, Table } from "../../schema/model.ts";

export interface FixedField {
  readonly column: Column;
  /** 0-based place among all columns, as the NULL bitmap counts them. */
  readonly place: number;
  readonly offset: number;
  readonly width: number;
  /** Of a bit column, its place in the byte. */
  readonly bit?: number;
}

export interface VariableField {
  readonly column: Column;
  readonly place: number;
}

export interface RowLayout {
  readonly columns: number;
  readonly fixed: readonly FixedField[];
  readonly variable: readonly VariableField[];
  /** Where the values of fixed width end, counted from the row's first byte. */
  readonly fixedEnd: number;
  /** Names of the index whose leaves hold the rows; undefined: a heap, or an index whose name the schema leaves to the server. */
  readonly index: string | undefined;
  readonly isHeap: boolean;
  /** Which of the table's keys its clustered index is; undefined: a heap. */
  readonly clustered: "primary" | "unique" | undefined;
  /** The clustered key is in front by declaration, too: a heap of the table has the same order. */
  readonly isAsDeclared: boolean;
}

/** Two status bytes, and where the fixed part ends. */
const headBytes = 4;
const ownClusteredIndex = /\bCLUSTERED\s+(?:COLUMNSTORE\s+)?INDEX\b/i;
const nonclusteredIndex = /\bNONCLUSTERED\b/i;
const decimalBytes: readonly (readonly [precision: number, bytes: number])[] = [
  [9, 5],
  [19, 9],
  [28, 13],
  [38, 17],
];

/** A sentence where the schema does not say where columns stand. */
export function layoutOf(table: Table): RowLayout | string {
  if (table.attachments.some(({ kind, sql }) => kind === "index" && isOwnClustered(sql)))
    return "its rows stand in a clustered index of their own, not in the order of a key";
  const keys = [table.primaryKey, ...table.unique].filter((key) => key !== undefined);
  const clustered =
    keys.find((key) => key.clustered === true) ??
    (table.primaryKey?.clustered === false ? undefined : table.primaryKey);
  const stored = table.columns.filter(({ name, computed }) => name !== rowTime && (computed?.persisted ?? true));
  const untyped = stored.find(({ computed, type }) => computed !== undefined && type.name === "sql_variant");
  if (untyped !== undefined) return `the schema does not say of which type its computed column ${untyped.name} is`;
  const first = (clustered?.columns ?? []).flatMap(
    (name) => stored.find((column) => sameName(column.name, name)) ?? [],
  );
  const ordered = [...first, ...stored.filter((column) => !first.includes(column))];
  return {
    ...place(ordered),
    index: clustered?.name,
    isHeap: clustered === undefined,
    clustered: clustered && (clustered === table.primaryKey ? "primary" : "unique"),
    isAsDeclared: ordered.every((column, index) => column === stored[index]),
  };
}

function isOwnClustered(sql: string): boolean {
  return ownClusteredIndex.test(sql) && !nonclusteredIndex.test(sql);
}

function place(columns: readonly Column[]): Pick<RowLayout, "columns" | "fixed" | "variable" | "fixedEnd"> {
  const fixed: FixedField[] = [];
  const variable: VariableField[] = [];
  let offset = headBytes;
  let bits = { offset: 0, used: 8 };
  for (const [index, column] of columns.entries()) {
    const width = storedWidth(column.type);
    if (width === undefined) variable.push({ column, place: index });
    else if (column.type.name === "bit") {
      if (bits.used === 8) bits = { offset: offset++, used: 0 };
      fixed.push({ column, place: index, offset: bits.offset, width: 1, bit: bits.used });
      bits.used++;
    } else {
      fixed.push({ column, place: index, offset, width });
      offset += width;
    }
  }
  return { columns: columns.length, fixed, variable, fixedEnd: offset };
}

function storedWidth(type: SqlType): number | undefined {
  const { name, precision = 18 } = type;
  if (name === "decimal" || name === "numeric") return decimalBytes.find(([most]) => precision <= most)?.[1];
  return valueWidth(type, { text: { collation: "" }, clocks: "own" });
}
