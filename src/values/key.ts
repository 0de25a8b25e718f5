/** How the rows of a table are told apart: its key, and the one form in which keys are compared and ordered. */
import { findColumn, rowTime, storedColumns } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import type { CanonicalValue, Codec } from "./codec.ts";
import { codecFor } from "./registry.ts";

/**
 * A key made comparable: a number for a single int key, else ASCII text. Two keys are the same to the server
 * exactly if these are equal, and JavaScript and SQLite order them alike.
 */
export type RowKey = number | string;

export interface KeyPlan {
  /** `row`: the table has no key, so the whole row is its identity and equal rows are counted. */
  readonly kind: "primary" | "unique" | "row";
  readonly columns: readonly Column[];
  /** `cells`: the key columns' values in the order of `columns`; undefined where a source does not give one. */
  encode(cells: readonly (CanonicalValue | undefined)[]): RowKey;
  /** As people read it: `10248`, or `10248, 11`. */
  format(cells: readonly (CanonicalValue | undefined)[]): string;
}

/** The table's primary key, else its first unique key without nullable columns, else the whole row. */
export function planKey(table: Table): KeyPlan {
  const unique = table.unique.find((key) => key.columns.every((name) => findColumn(table, name)?.nullable === false));
  const named = table.primaryKey ?? unique;
  const kind = table.primaryKey ? "primary" : unique ? "unique" : "row";
  const columns = named
    ? named.columns.flatMap((name) => findColumn(table, name) ?? [])
    : storedColumns(table).filter((column) => column.name !== rowTime);
  const codecs = columns.map((column) => codecFor(column));
  const encode =
    kind !== "row" && columns.length === 1 && isSmallInteger(columns[0]) ? encodeNumber : encodeText(codecs);
  return {
    kind,
    columns,
    encode,
    format: (cells) => cells.map((cell, index) => formatCell(codecs[index], cell)).join(", "),
  };
}

function isSmallInteger(column: Column | undefined): boolean {
  return column !== undefined && ["int", "smallint", "tinyint"].includes(column.type.name);
}

function encodeNumber(cells: readonly (CanonicalValue | undefined)[]): RowKey {
  return cells[0] as number;
}

function formatCell(codec: Codec | undefined, cell: CanonicalValue | undefined): string {
  if (cell === undefined || codec === undefined) return "(not given)";
  return cell === null ? "NULL" : codec.format(cell);
}

function encodeText(codecs: readonly Codec[]) {
  return (cells: readonly (CanonicalValue | undefined)[]): RowKey =>
    codecs.map((codec, index) => encodeComponent(codec, cells[index])).join("!");
}

/** NULL and "not given" are markers of their own, never a value (GOTCHAS 33). */
function encodeComponent(codec: Codec, cell: CanonicalValue | undefined): string {
  if (cell === undefined) return "2";
  if (cell === null) return "0";
  const key = codec.equalityKey(cell);
  return `1${typeof key === "string" ? escapeText(key) : orderedNumber(key)}`;
}

/** Fixed width and biased, so that the order of the texts is the order of the numbers, down to -10^19. */
function orderedNumber(value: number | bigint): string {
  if (typeof value === "number" && !Number.isInteger(value)) return escapeText(`~${value}`);
  return (BigInt(value) + 10n ** 19n).toString().padStart(20, "0");
}

const notPlain = /[^\x22-\x24\x26-\x7e]/g;

/** Printable ASCII without the separator; everything else as %XXXX, so that every engine orders it alike. */
function escapeText(text: string): string {
  return text.replace(notPlain, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Orders row keys as SQLite's ORDER BY does: numbers before texts (a row without a key of the target's has a text). */
export function compareKeys(left: RowKey, right: RowKey): number {
  if (typeof left !== typeof right) return typeof left === "number" ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Keys that follow each other: `from` is the first of them, `below` the first that is none; undefined: no bound. */
export interface KeyRange {
  readonly from: RowKey | undefined;
  readonly below: RowKey | undefined;
}

export const everyKey: KeyRange = { from: undefined, below: undefined };
