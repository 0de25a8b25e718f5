import type { ColumnProfile } from "../../src/profile/model.ts";
import { RowsProfiler } from "../../src/profile/rows.ts";
import type { RawValue } from "../../src/values/codec.ts";

/** The profile of a column with these cells. */
export function profileOf(cells: readonly (RawValue | null)[], name = "Field"): ColumnProfile {
  const profiler = new RowsProfiler([name]);
  profiler.add(cells.map((cell) => [cell]));
  const [column] = profiler.profile().columns;
  if (column === undefined) throw new Error("no column was profiled");
  return column;
}

/** The profile of rows, cell by cell: `"1|a" → ["1", "a"]`; `~` is NULL. */
export function profileRows(fields: string, ...rows: readonly string[]) {
  const profiler = new RowsProfiler(fields.split("|"));
  profiler.add(rows.map((row) => row.split("|").map((cell) => (cell === "~" ? null : cell))));
  return profiler.profile();
}
