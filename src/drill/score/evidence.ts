/** What a score is worked out from: the truth with its history, the rebuilt rows, what the survivors hold, and what people were told. */
import type { Column, Table } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import type { RowKey } from "../../values/key.ts";
import type { TableHistory } from "../history/model.ts";
import type { Holdings } from "../survivors/holdings.ts";
import type { Cells } from "../truth/model.ts";

/**
 * What the rescue says of a rebuilt cell: people have to look at it; the recipe's default stands in for a value; nobody claims it; or nothing of
 * the kind.
 */
export type CellSaid = "flagged" | "default" | "absent" | "silent";

/** One row or cell that is not as it was. */
export interface Mistake {
  readonly table: Table;
  /** As people read it. */
  readonly key: string;
  readonly kind: "missed" | "fabricated" | "resurrected" | "wrong" | "abstained";
  /** Undefined: the whole row. */
  readonly column?: Column;
  readonly truth?: CanonicalValue;
  readonly found?: CanonicalValue;
  readonly said?: CellSaid;
}

export interface RebuiltTable {
  readonly table: Table;
  readonly rows: ReadonlyMap<RowKey, Cells>;
  /** `column`: index among the stored ones. */
  said(key: RowKey, column: number): CellSaid;
}

export interface TableEvidence {
  readonly history: TableHistory;
  readonly rebuilt: RebuiltTable;
  /** Of all survivors. */
  readonly holdings: readonly Holdings[];
  /** Rows that a survivor holds with all they need, parents included. */
  readonly recoverable: ReadonlySet<RowKey>;
  /** Told of everything that is not as it was; undefined: nobody listens. */
  readonly mistake?: ((mistake: Mistake) => void) | undefined;
  /** Groups of columns that have to come from one observation. */
  readonly together: readonly (readonly string[])[];
}
