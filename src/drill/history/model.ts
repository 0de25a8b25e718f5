/** What became of every row in the days before the disaster. */
import type { Table } from "../../schema/model.ts";
import type { RowKey } from "../../values/key.ts";
import type { Cells } from "../truth/model.ts";

/** A row as it stood from one moment to the next. */
export interface Version {
  /** Milliseconds since 1970; `-Infinity`: since before the history begins. */
  readonly from: number;
  readonly cells: Cells;
}

export interface RowHistory {
  readonly key: RowKey;
  /** Oldest first, at least one. */
  readonly versions: readonly Version[];
  /** When it was deleted; undefined: it is part of the truth. */
  readonly deletedAt: number | undefined;
}

export interface TableHistory {
  readonly table: Table;
  /** In key order. */
  readonly rows: readonly RowHistory[];
}

export interface History {
  /** When disaster struck. */
  readonly at: number;
  /** From when on changes are known. */
  readonly start: number;
  readonly tables: readonly TableHistory[];
}

/** One change of one row. */
export interface Change {
  readonly at: number;
  readonly kind: "insert" | "update" | "delete";
  readonly row: RowHistory;
  /** Undefined for an insert. */
  readonly before: Cells | undefined;
  /** Undefined for a delete. */
  readonly after: Cells | undefined;
}

/** The row at a moment; undefined: it was not there. */
export function rowAt(row: RowHistory, at: number): Cells | undefined {
  if (row.deletedAt !== undefined && row.deletedAt <= at) return undefined;
  return row.versions.findLast(({ from }) => from <= at)?.cells;
}

/** The row as it was last: in the truth, or when it was deleted. */
export function lastVersion(row: RowHistory): Version {
  return row.versions.at(-1) as Version;
}

/** What changed in a table after `from` and up to `to`, oldest first. */
export function changesOf({ rows }: TableHistory, from: number, to: number): Change[] {
  const changes = rows.flatMap((row) => allChanges(row)).filter(({ at }) => at > from && at <= to);
  return changes.toSorted((left, right) => left.at - right.at);
}

function allChanges(row: RowHistory): Change[] {
  const { versions, deletedAt } = row;
  const made = versions.flatMap(({ from: at, cells: after }, index): Change[] => {
    const before = versions[index - 1]?.cells;
    return at === -Infinity ? [] : [{ at, kind: before === undefined ? "insert" : "update", row, before, after }];
  });
  if (deletedAt === undefined) return made;
  return [...made, { at: deletedAt, kind: "delete", row, before: lastVersion(row).cells, after: undefined }];
}
