/** Raw rows of a batch become typed observations with a key; rows whose key cannot be told are turned away. */
import { sameName } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { Unparsable } from "../values/codec.ts";
import type { CanonicalValue, Codec, Conventions, RawValue } from "../values/codec.ts";
import { numericTypes, readAsWritten } from "../values/number-text.ts";
import { planKey } from "../values/key.ts";
import type { KeyPlan } from "../values/key.ts";
import { codecFor } from "../values/registry.ts";
import { moveClock } from "../values/wall-clock.ts";
import type { ClockShift, ObservationBatch, TableMapping } from "./extractor.ts";
import type { TypedObservation, UnparsedCell } from "./sink.ts";

/** A row that cannot be staged, and why. */
interface TurnedAway {
  readonly row: number;
  readonly reason: string;
}

/** A row of a batch, and the conventions of its cells. */
interface RowPlace {
  readonly batch: ObservationBatch;
  readonly conventions: readonly Conventions[];
  readonly row: number;
  /** Cells of the row that the source itself shows to hold no value. */
  readonly unclaimed: ReadonlyMap<Column, Unparsable> | undefined;
}

export interface TypedBatch {
  readonly rows: readonly TypedObservation[];
  readonly turnedAway: readonly TurnedAway[];
}

/** What the rows of one table and column list have in common. */
interface RowForm {
  readonly columns: readonly Column[];
  readonly codecs: readonly Codec[];
  readonly key: KeyPlan;
  /** For each key column its index among `columns`, or -1. */
  readonly keyIndexes: readonly number[];
  /** By index among `columns`: between which clocks its values are moved. */
  readonly shifts: readonly (ClockShift | undefined)[];
  /** Columns that the source cut, by index, with the width of the cut. */
  readonly cuts: readonly { readonly index: number; readonly width: number }[];
  /** Column lists of rows of which some cells did not parse, by the columns that did. */
  readonly narrowed: Map<string, readonly Column[]>;
}

/** Types batches; remembers the forms it has met, since a source has few of them. */
export class Typer {
  readonly #mappings: readonly TableMapping[];
  readonly #forms = new Map<Table, RowForm[]>();
  readonly #lessened = new Map<Table, Map<Column, number>>();

  constructor(mappings: readonly TableMapping[]) {
    this.#mappings = mappings;
  }

  /** One sentence a column whose values hold less than the source says: `dbo.Orders.Freight: 3 values are rounded to decimal(10, 2)`. */
  lessened(): string[] {
    return [...this.#lessened].flatMap(([table, columns]) =>
      [...columns].map(([column, cells]) => {
        const what =
          column.type.name === "bit" ? "other than 0 and 1, and 1 as a bit" : `rounded to ${column.declaredType}`;
        return `${table.id}.${column.name}: ${cells} ${cells === 1 ? "value is" : "values are"} ${what}, as the server has it`;
      }),
    );
  }

  #noteLess(table: Table, column: Column): void {
    const columns = this.#lessened.get(table) ?? new Map<Column, number>();
    columns.set(column, (columns.get(column) ?? 0) + 1);
    this.#lessened.set(table, columns);
  }

  type(batch: ObservationBatch): TypedBatch {
    const form = this.#form(batch.table, batch.columns);
    const rows: TypedObservation[] = [];
    const turnedAway: TurnedAway[] = [];
    const conventions = conventionsOf(batch);
    const unclaimed = unclaimedCells(batch);
    batch.rows.forEach((raw, row) => {
      const typed = this.#typeRow(form, raw, { batch, conventions, row, unclaimed: unclaimed?.get(row) });
      if (typeof typed === "string") turnedAway.push({ row, reason: typed });
      else rows.push(typed);
    });
    return { rows, turnedAway };
  }

  #form(table: Table, columns: readonly Column[]): RowForm {
    const known = this.#forms.get(table) ?? [];
    const same = known.find((form) => form.columns === columns || sameColumns(form.columns, columns));
    if (same) return same;
    const key = planKey(table);
    const keyIndexes = key.columns.map((column) => columns.findIndex((other) => other.ordinal === column.ordinal));
    const codecs = columns.map((column) => codecFor(column));
    const [cuts, shifts] = [this.#cuts(table, columns), this.#shifts(table, columns)];
    const form = { columns, codecs, key, keyIndexes, cuts, shifts, narrowed: new Map() };
    this.#forms.set(table, [...known, form]);
    return form;
  }

  #shifts(table: Table, columns: readonly Column[]): RowForm["shifts"] {
    const shifts = [...(this.#mappings.find((mapping) => mapping.table === table)?.shifts ?? [])];
    return columns.map(({ name, type }) =>
      movable.has(type.name) ? shifts.find(([column]) => sameName(column, name))?.[1] : undefined,
    );
  }

  #cuts(table: Table, columns: readonly Column[]): RowForm["cuts"] {
    const cutAt = this.#mappings.find((mapping) => mapping.table === table)?.cutAt ?? new Map<string, number>();
    return [...cutAt].flatMap(([name, width]) => {
      const index = columns.findIndex((column) => sameName(column.name, name));
      return index < 0 ? [] : [{ index, width }];
    });
  }

  /** A typed row, or the reason why it is turned away. */
  #typeRow(
    form: RowForm,
    raw: readonly (RawValue | null)[],
    { batch, conventions, row, unclaimed }: RowPlace,
  ): TypedObservation | string {
    const cells: CanonicalValue[] = [];
    let unparsed: UnparsedCell[] | undefined;
    for (let index = 0; index < form.codecs.length; index++) {
      const codec = form.codecs[index] as Codec;
      const convention = conventions[index] as Conventions;
      const cell = unclaimed?.get(form.columns[index] as Column) ?? typeCell(codec, raw[index] ?? null, convention);
      if (cell instanceof Unparsable) {
        (unparsed ??= []).push(unparsedCell(form.columns[index] as Column, raw[index] as RawValue, cell));
        cells.push(null);
      } else {
        cells.push(moved(cell, form.shifts[index]));
        const said = raw[index] ?? null;
        if (said !== null && said !== cell && isLess(codec, said, convention))
          this.#noteLess(batch.table, form.columns[index] as Column);
      }
    }
    const problem = keyProblem(form, cells, unparsed);
    if (problem !== undefined) return problem;
    const key = form.key.encode(form.keyIndexes.map((index) => (index < 0 ? undefined : cells[index])));
    const marked = batch.doubts?.filter((doubt) => doubt.row === row) ?? none;
    const touches = batch.touches?.filter((touch) => touch.row === row) ?? none;
    const doubts = form.cuts.length === 0 ? marked : [...marked, ...cutCells(form, cells)];
    const position = batch.positions[row] ?? 0;
    if (unparsed === undefined) return { key, position, columns: form.columns, cells, unparsed: none, doubts, touches };
    return { key, position, ...withoutUnparsed(form, cells, unparsed), unparsed, doubts, touches };
  }
}

/** By row and column, why a cell holds no value. */
function unclaimedCells({ unclaimed }: ObservationBatch): Map<number, Map<Column, Unparsable>> | undefined {
  if (unclaimed === undefined) return undefined;
  const rows = new Map<number, Map<Column, Unparsable>>();
  for (const { row, column, reason } of unclaimed) {
    const cells = rows.get(row) ?? new Map<Column, Unparsable>();
    rows.set(row, cells.set(column, new Unparsable(reason)));
  }
  return rows;
}

/** Types that hold a date with its time, and no offset. */
const movable = new Set(["datetime", "datetime2", "smalldatetime"]);

function moved(cell: CanonicalValue, shift: ClockShift | undefined): CanonicalValue {
  return shift === undefined || typeof cell !== "string" ? cell : moveClock(cell, shift.from, shift.to);
}

/** Values that fill the width at which the source cuts: what stood behind it is gone. */
function cutCells(form: RowForm, cells: readonly CanonicalValue[]): { column: Column; reason: string }[] {
  return form.cuts.flatMap(({ index, width }) => {
    const cell = cells[index];
    const isCut = typeof cell === "string" && cell.length >= width;
    return isCut ? { column: form.columns[index] as Column, reason: `possibly cut at ${width} characters` } : [];
  });
}

/** The row without the cells that did not parse: they are no claims. */
function withoutUnparsed(form: RowForm, cells: readonly CanonicalValue[], unparsed: readonly UnparsedCell[]) {
  const gone = new Set(unparsed.map((cell) => cell.column));
  const keep = form.columns.flatMap((column, index) => (gone.has(column) ? [] : [index]));
  const name = keep.join(",");
  const columns = form.narrowed.get(name) ?? keep.map((index) => form.columns[index] as Column);
  form.narrowed.set(name, columns);
  return { columns, cells: keep.map((index) => cells[index] ?? null) };
}

const none: readonly never[] = [];

function sameColumns(left: readonly Column[], right: readonly Column[]): boolean {
  return left.length === right.length && left.every((column, index) => column === right[index]);
}

/** For each column of the batch the conventions under which its cells are read. */
function conventionsOf({ columns, conventions, dateOrders }: ObservationBatch): Conventions[] {
  return columns.map((column) => {
    const dateOrder = dateOrders?.get(column);
    return dateOrder === undefined ? conventions : { ...conventions, dateOrder };
  });
}

/** The cell in canonical form, as its batch's conventions have it. */
export function typeCell(codec: Codec, raw: RawValue | null, conventions: Conventions): CanonicalValue | Unparsable {
  if (raw === null) return null;
  const said = asSaid(codec, raw, conventions);
  return said instanceof Unparsable ? said : codec.parse(said, conventions);
}

function asSaid(codec: Codec, raw: RawValue, { numbers }: Conventions): RawValue | Unparsable {
  return numbers !== undefined && numericTypes.has(codec.type.name) ? readAsWritten(raw, numbers) : raw;
}

function isLess(codec: Codec, raw: RawValue, conventions: Conventions): boolean {
  if (codec.isLess === undefined) return false;
  const said = asSaid(codec, raw, conventions);
  return !(said instanceof Unparsable) && codec.isLess(said);
}

function unparsedCell(column: Column, raw: RawValue, problem: Unparsable): UnparsedCell {
  return { column, raw: raw instanceof Uint8Array ? raw : String(raw), reason: problem.reason };
}

function keyProblem(
  form: RowForm,
  cells: readonly CanonicalValue[],
  unparsed: readonly UnparsedCell[] | undefined,
): string | undefined {
  if (form.key.kind === "row") return undefined;
  for (const [index, column] of form.key.columns.entries()) {
    const at = form.keyIndexes[index] ?? -1;
    if (at < 0) return `carries no value for the key column ${column.name}`;
    const broken = unparsed?.find((cell) => cell.column === form.columns[at]);
    if (broken) return `the key column ${column.name} ${broken.reason}: ${shorten(broken.raw)}`;
    if (cells[at] === null) return `the key column ${column.name} is NULL`;
  }
  return undefined;
}

function shorten(raw: string | Uint8Array): string {
  const text = typeof raw === "string" ? JSON.stringify(raw) : `0x${Buffer.from(raw).toString("hex")}`;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
