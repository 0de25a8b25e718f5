/** The truth of a drill: what the tables held when disaster struck. */
import type { Table } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";

/** The cells of one row, as `storedColumns(table)`. */
export type Cells = readonly CanonicalValue[];

export interface TruthTable {
  readonly table: Table;
  readonly rows: readonly Cells[];
}

export interface Truth {
  /** T-SQL that makes the tables: the schema that the rescue works with. */
  readonly ddl: string;
  /** Parents before children, where the foreign keys allow it. */
  readonly tables: readonly TruthTable[];
}
