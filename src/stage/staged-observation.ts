/** One observation as it is staged, and how it is read out of a row of the store. */
import type { Operation } from "../extract/extractor.ts";
import { findColumn, storedColumns } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import type { CanonicalValue } from "../values/codec.ts";
import type { RowKey } from "../values/key.ts";
import { cellDecoders } from "./cells.ts";
import type { SqliteCell } from "./cells.ts";
import { bookkeeping } from "./source-writer.ts";

/** One staged observation. */
export interface StagedObservation {
  /** Its number within source and table, in the order of reading. */
  readonly n: number;
  readonly key: RowKey;
  readonly operation: Operation;
  /** Stands for the columns that it claims: the source's shapes say which. */
  readonly shape?: number;
  /** When the row was last changed, as it says itself: `YYYY-MM-DD hh:mm:ss.fffffff` on the source's clock. */
  readonly modifiedAt: string | undefined;
  /** One a stored column, in table order; undefined where the observation claims nothing. */
  readonly cells: readonly (CanonicalValue | undefined)[];
  readonly place: number;
  readonly position: number;
  /** Reasons why a cell may not be whole, by index of the stored column. */
  readonly doubts: ReadonlyMap<number, string> | undefined;
  /** What changed a cell to a value that nobody knows, by index of the stored column. */
  readonly touches?: ReadonlyMap<number, string> | undefined;
  /** Why the row has no key of the target's, where its source has keys of its own: `no-key: …`. */
  readonly noKey?: string | undefined;
  /** What the source calls the row, where the recipe allocates its key. */
  readonly allocated?: string | undefined;
}

/** Turns raw SQLite rows into observations; which columns a shape claims is worked out once a shape. */
export function rowDecoder(
  table: Table,
  shapeColumns: (shape: number) => readonly string[],
  doubts: ReadonlyMap<number, ReadonlyMap<number, string>>,
  touches: ReadonlyMap<number, ReadonlyMap<number, string>>,
): (row: SqliteCell[]) => StagedObservation {
  const columns = storedColumns(table);
  const decoders = cellDecoders(columns);
  const claimedBy = new Map<number, readonly boolean[]>();
  const claimedOf = (shape: number): readonly boolean[] => {
    const claimed = new Set(shapeColumns(shape).map((name) => findColumn(table, name)?.ordinal));
    const flags = columns.map((column) => claimed.has(column.ordinal));
    claimedBy.set(shape, flags);
    return flags;
  };
  const offset = bookkeeping.length + 3;
  return (row) => {
    const n = Number(row[0]);
    const shape = Number(row[3]);
    const claimed = claimedBy.get(shape) ?? claimedOf(shape);
    const cells: (CanonicalValue | undefined)[] = [];
    for (let index = 0; index < columns.length; index++)
      cells.push(
        claimed[index] ? (decoders[index] as (typeof decoders)[number])(row[index + offset] ?? null) : undefined,
      );
    const key = typeof row[1] === "bigint" ? Number(row[1]) : (row[1] as RowKey);
    const operation = row[2] as Operation;
    const modifiedAt = typeof row[6] === "string" ? row[6] : undefined;
    const noKey = typeof row[7] === "string" ? row[7] : undefined;
    const allocated = typeof row[8] === "string" ? row[8] : undefined;
    const [place, position] = [Number(row[4]), Number(row[5])];
    const notes = { doubts: doubts.get(n), touches: touches.get(n) };
    return { n, key, operation, shape, modifiedAt, cells, place, position, ...notes, noKey, allocated };
  };
}
