/** What logs say of single rows, on its way into batches: in the order of the log, under the names of the target. */
import { findColumn, isStored, rowTime, sameName } from "../../schema/model.ts";
import type { Column, Table } from "../../schema/model.ts";
import { defaultConventions } from "../../values/codec.ts";
import type { Conventions, RawValue } from "../../values/codec.ts";
import { planKey } from "../../values/key.ts";
import type { EvidenceFile, ObservationBatch, Operation, TableMapping, Touch } from "../extractor.ts";

/** Values by the source's names of the columns. */
export type Fields = ReadonlyMap<string, RawValue | null>;

/** What one record says of one row. */
export interface RowChange {
  /** Of a table with {@link rowTime}. */
  readonly mapping: TableMapping;
  readonly operation: Exclude<Operation, "snapshot">;
  /** When, on the source's clock: `YYYY-MM-DD hh:mm:ss.fffffff`; undefined: the record does not say. */
  readonly at: string | undefined;
  /** What the row held from then on; of a delete and a proof, its key. */
  readonly values: Fields;
  /** What it held until then, where the record says so. */
  readonly before?: Fields | undefined;
  /** Columns that were changed to values which the record does not say, and how: `Balance - 5`. */
  readonly touched?: ReadonlyMap<string, string> | undefined;
}

/** Where a record stands. */
export interface RecordPlace {
  readonly position: number;
  raw(): string | Uint8Array;
}

const mostRows = 500;

interface OpenBatch {
  readonly mapping: TableMapping;
  readonly operation: Operation;
  readonly columns: readonly Column[];
  readonly isBefore: boolean;
  readonly rows: (RawValue | null)[][];
  readonly places: RecordPlace[];
  readonly touches: Touch[];
}

export interface ChangeSource {
  readonly file: EvidenceFile;
  readonly part?: string;
  readonly positionsAre: "line" | "row";
  readonly conventions?: Conventions;
  /** Told of fields that feed no column, once each. */
  leftover(table: Table, field: string): void;
}

/**
 * Gathers changes into batches. What a row held before a change is an observation of its own, of the same time and in front of the
 * change: in the order of one source the later replaces the earlier.
 */
export class ChangeBatches {
  readonly #source: ChangeSource;
  readonly #columns = new Map<TableMapping, Map<string, Column | undefined>>();
  readonly #lists = new Map<string, readonly Column[]>();
  /** The old values of the rows of `#after`, where there are any. */
  #before: OpenBatch | undefined;
  #after: OpenBatch | undefined;

  constructor(source: ChangeSource) {
    this.#source = source;
  }

  /** Does the change name its row? Without its key it proves at most that something happened. */
  hasKey({ mapping, values, before }: RowChange): boolean {
    const known = new Set(
      [...this.#fed(mapping, values), ...this.#fed(mapping, before ?? new Map())].map(([column]) => column),
    );
    const key = planKey(mapping.table);
    return key.kind !== "row" && key.columns.every((column) => known.has(column));
  }

  /** Takes a change that {@link hasKey}; yields what is complete. */
  *add(change: RowChange, place: RecordPlace): Generator<ObservationBatch> {
    const after = this.#rowOf(change, this.#withKey(change));
    const before =
      change.before === undefined ? undefined : this.#rowOf({ ...change, operation: "update" }, change.before);
    const isFull = this.#after !== undefined && this.#after.rows.length >= mostRows;
    if (isFull || !joins(this.#after, after) || (before !== undefined && !joins(this.#before, before)))
      yield* this.flush();
    if (before !== undefined && before.columns.some((column) => column.name !== rowTime)) {
      this.#before ??= openBatch(change.mapping, before, true);
      push(this.#before, before.cells, place);
    }
    this.#after ??= openBatch(change.mapping, after, false);
    for (const [name, by] of change.touched ?? []) this.#touch(this.#after, change.mapping, name, by);
    push(this.#after, after.cells, place);
  }

  /** What is gathered so far, old values first. */
  *flush(): Generator<ObservationBatch> {
    for (const batch of [this.#before, this.#after]) if (batch !== undefined) yield this.#close(batch);
    this.#before = undefined;
    this.#after = undefined;
  }

  /** A row is known by its old key where the change does not repeat it. */
  #withKey({ mapping, values, before }: RowChange): Fields {
    if (before === undefined) return values;
    const own = new Set(this.#fed(mapping, values).map(([column]) => column));
    const missing = planKey(mapping.table).columns.filter((column) => !own.has(column));
    const known = [...before].filter(([name]) => missing.some((column) => column === this.#columnOf(mapping, name)));
    return new Map([...values, ...known]);
  }

  #rowOf({ mapping, operation, at }: RowChange, fields: Fields) {
    const fed = this.#fed(mapping, fields);
    const time = findColumn(mapping.table, rowTime);
    if (at !== undefined && time !== undefined) fed.push([time, at]);
    return {
      mapping,
      operation,
      columns: this.#list(
        mapping,
        fed.map(([column]) => column),
      ),
      cells: fed.map(([, value]) => value),
    };
  }

  #fed(mapping: TableMapping, fields: Fields): [Column, RawValue | null][] {
    return [...fields].flatMap(([name, value]): [Column, RawValue | null][] => {
      const column = this.#columnOf(mapping, name);
      return column === undefined ? [] : [[column, value]];
    });
  }

  #columnOf(mapping: TableMapping, name: string): Column | undefined {
    const known = this.#columns.get(mapping) ?? new Map<string, Column | undefined>();
    this.#columns.set(mapping, known);
    if (known.has(name)) return known.get(name);
    const column = columnFor(mapping, name);
    known.set(name, column);
    if (column === undefined && !isTargetColumn(mapping, name)) this.#source.leftover(mapping.table, name);
    return column;
  }

  /** The same array for the same columns: the store prepares once for it. */
  #list({ table }: TableMapping, columns: readonly Column[]): readonly Column[] {
    const name = `${table.id} ${columns.map(({ ordinal }) => ordinal).join()}`;
    const list = this.#lists.get(name) ?? columns;
    this.#lists.set(name, list);
    return list;
  }

  #touch(batch: OpenBatch, mapping: TableMapping, name: string, by: string): void {
    const column = this.#columnOf(mapping, name);
    if (column !== undefined) batch.touches.push({ row: batch.rows.length, column, by });
  }

  #close({ mapping, operation, columns, isBefore, rows, places, touches }: OpenBatch): ObservationBatch {
    const { file, part, positionsAre, conventions = defaultConventions } = this.#source;
    return {
      table: mapping.table,
      columns,
      operation,
      conventions,
      file,
      ...(part === undefined ? {} : { part }),
      positionsAre,
      rows,
      positions: places.map(({ position }) => position),
      raw: (row) => places[row]?.raw() ?? "",
      ...(isBefore ? { accompanies: true } : {}),
      ...(touches.length === 0 ? {} : { touches }),
    };
  }
}

type ChangeRow = Pick<OpenBatch, "mapping" | "operation" | "columns"> & { readonly cells: (RawValue | null)[] };

function joins(open: OpenBatch | undefined, row: ChangeRow): boolean {
  return (
    open === undefined ||
    (open.columns === row.columns && open.operation === row.operation && open.mapping === row.mapping)
  );
}

function openBatch(mapping: TableMapping, { operation, columns }: ChangeRow, isBefore: boolean): OpenBatch {
  return { mapping, operation, columns, isBefore, rows: [], places: [], touches: [] };
}

function push(batch: OpenBatch, cells: (RawValue | null)[], place: RecordPlace): void {
  batch.rows.push(cells);
  batch.places.push(place);
}

/** The stored column that a field of the source feeds: the recipe's, or its namesake that the recipe does not fill otherwise. */
export function columnFor({ table, columns }: TableMapping, name: string): Column | undefined {
  const mapped = [...columns].find(([, source]) => sameName(source, name))?.[0];
  const isTaken = mapped === undefined && [...columns.keys()].some((target) => sameName(target, name));
  const column = isTaken ? undefined : findColumn(table, mapped ?? name);
  return column !== undefined && isStored(column) ? column : undefined;
}

function isTargetColumn({ table }: TableMapping, name: string): boolean {
  return findColumn(table, name) !== undefined;
}
