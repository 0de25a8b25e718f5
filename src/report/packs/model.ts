/** What a sign-off pack shows, masked already: what is in here may be shown. */
import type { Alternative } from "../../stage/conflicts.ts";
import type { ShownValue } from "../model.ts";
import type { CellClass } from "../summary.ts";

export type RowState = "recovered" | "withheld" | "deleted";

interface PackClaim {
  readonly value: ShownValue;
  readonly sources: readonly string[];
  readonly as: Alternative["as"];
}

/** What else was claimed of a cell, and why it is what it is. */
export interface PackConflict {
  readonly rule: string | null;
  readonly reason: string | null;
  readonly others: readonly PackClaim[];
}

export interface PackCell {
  readonly column: string;
  readonly value: ShownValue;
  readonly class: CellClass;
  /** Undefined: no source says what stands there. */
  readonly source: string | undefined;
  readonly conflict: PackConflict | undefined;
}

export interface PackRow {
  readonly key: string;
  /** Why it is withheld or deleted. */
  readonly reason: string | null;
  readonly cells: readonly PackCell[];
}

/** A cell of a row that belongs to the parent, which people should look at. */
export interface OpenCell {
  readonly key: string;
  readonly state: RowState;
  readonly column: string;
  readonly class: CellClass;
  readonly value: ShownValue;
  readonly conflict: PackConflict;
}

/** `recovered`, `withheld` and `deleted` are rows; the others cells of rows that are not deleted. */
export interface PackCounts {
  readonly recovered: number;
  readonly withheld: number;
  readonly deleted: number;
  /** No rule decided between their values. */
  readonly provisional: number;
  /** NULL or a default in place of what was claimed. */
  readonly replaced: number;
  readonly decided: number;
}

export interface PackBranch {
  readonly table: string;
  /** `CustomerID → dbo.Customers`: all the ways by which its rows belong here. */
  readonly through: readonly string[];
  readonly counts: PackCounts;
  readonly columns: readonly string[];
  /** The first of each, in key order. */
  readonly recovered: readonly PackRow[];
  readonly withheld: readonly Omit<PackRow, "cells">[];
  readonly deleted: readonly Omit<PackRow, "cells">[];
  readonly open: readonly OpenCell[];
  /** Of the recovered rows: columns of which no source says anything, and in how many rows. */
  readonly unsaid: readonly { readonly column: string; readonly rows: number }[];
}

export interface Pack {
  readonly incident: string;
  readonly table: string;
  readonly key: string;
  readonly title: string;
  readonly state: RowState;
  readonly row: PackRow;
  readonly branches: readonly PackBranch[];
  /** Of its own cells. */
  readonly own: PackCounts;
  /** What of all branches cannot be attributed to any parent: whole sentences. */
  readonly unattributed: readonly string[];
  readonly masked: readonly string[];
}

/** A parent among all. */
export interface PackEntry {
  readonly key: string;
  readonly identifying: readonly ShownValue[];
  readonly state: RowState;
  /** Of the rows that belong to it, its own left out but for its cells. */
  readonly counts: PackCounts;
  /** Relative to the index. */
  readonly file: string;
}

/** Rows of a branch that are in no pack. */
export interface Strays {
  readonly table: string;
  readonly recovered: number;
  readonly withheld: number;
  readonly deleted: number;
  /** Keys of the first few. */
  readonly keys: readonly string[];
}

export interface PackIndex {
  readonly incident: string;
  readonly table: string;
  /** Columns of the parent that tell it to people. */
  readonly identifying: readonly string[];
  /** The first of them where there are too many for a page. */
  readonly entries: readonly PackEntry[];
  readonly parents: number;
  readonly totals: PackCounts;
  readonly branches: readonly string[];
  readonly strays: readonly Strays[];
  readonly unattributed: readonly string[];
  readonly masked: readonly string[];
}
