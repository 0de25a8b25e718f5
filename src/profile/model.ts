/** What a profile says of a table as it lies in an export. `salvage check --json` prints it as it is. */
import type { Kind } from "./kinds.ts";

/** A cell that shows something; records are counted from 1, header and blank lines not among them. */
export interface Witness {
  readonly record: number;
  readonly value: string;
}

/** `either`: no value tells day and month apart. `mixed`: some have the day first, others the month. */
type DateOrder = "dmy" | "mdy" | "ymd" | "either" | "mixed";

export interface DateOrderEvidence {
  readonly order: DateOrder;
  readonly dayFirst?: Witness;
  readonly monthFirst?: Witness;
  readonly yearFirst?: Witness;
}

export type SignId =
  | "null-word"
  | "replacement-character"
  | "wrong-code-page"
  | "question-marks"
  | "outer-blanks"
  | "nul-character"
  | "excel-15-digits"
  | "scientific"
  | "lost-zeros"
  | "serial-dates"
  | "cut-off"
  | "mixed-dates"
  | "odd-cells"
  | "key-repeats";

/** Something that happened to a column's values on their way, or that the recipe has to settle. */
export interface Sign {
  readonly sign: SignId;
  /** Cells that show it. */
  readonly count: number;
  /** One sentence without its full stop. */
  readonly what: string;
  readonly first?: Witness;
  /** Of a NULL word: as it is spelt. */
  readonly word?: string;
}

export interface ColumnProfile {
  /** "" where the export gives none. */
  readonly name: string;
  /** As the format declares it. */
  readonly declaredType?: string;
  readonly cells: number;
  readonly nulls: number;
  /** Cells that hold the empty string, which is not NULL. */
  readonly empty: number;
  readonly distinct: { readonly count: number; readonly isExact: boolean };
  /** Does no value occur twice? NULLs do not count. `null`: too many values to tell. */
  readonly isUnique: boolean | null;
  /** In UTF-16 code units; of binary values in bytes. Missing where there are none. */
  readonly length?: { readonly least: number; readonly most: number };
  /** How the cells are written, the most frequent first. */
  readonly kinds: readonly { readonly kind: Kind; readonly count: number }[];
  /** Of numbers, and of dates with the year first. */
  readonly range?: { readonly least: string; readonly most: string };
  /** The narrowest SQL type that holds what was seen; missing where nothing was. */
  readonly type?: string;
  readonly dateOrder?: DateOrderEvidence;
  readonly signs: readonly Sign[];
}

export interface MatchedColumn {
  readonly field: string;
  readonly column: string;
  /** Names that differ in more than case need a line in the recipe. */
  readonly isSameName: boolean;
  /** Why the field's values do not fit the column's type. */
  readonly misfit?: string;
}

/** How far an export looks like a table of the target. */
export interface TableMatch {
  readonly table: string;
  /** 0 to 1: the harmonic mean of the shares of fields and of columns that have a counterpart, less what does not fit its type. */
  readonly score: number;
  readonly columns: readonly MatchedColumn[];
  readonly fieldsLeft: readonly string[];
  readonly columnsLeft: readonly string[];
}

export interface KeyCandidate {
  /** Their places among the columns, from 0: names may be missing. */
  readonly columns: readonly number[];
  /** `unique`: no value, or pair of values, occurs twice and none is NULL. */
  readonly because: string;
}

export interface RowsProfile {
  readonly records: number;
  readonly columns: readonly ColumnProfile[];
  readonly key?: KeyCandidate;
}
