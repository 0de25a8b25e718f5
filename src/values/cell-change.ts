/** A cell that was loaded with another value than it has now. */
import type { Column } from "../schema/model.ts";
import type { CanonicalValue } from "./codec.ts";

export interface CellChange {
  /** The whole row as it is now, as `storedColumns(table)`. */
  readonly cells: readonly CanonicalValue[];
  readonly column: Column;
  readonly before: CanonicalValue;
  readonly after: CanonicalValue;
}
