/** Gathers the rows of one table in one file into batches. */
import { sameName } from "../../schema/model.ts";
import type { Conventions, RawValue } from "../../values/codec.ts";
import { Planner, type RecordPlan } from "../exec/plan.ts";
import type { EvidenceFile, ObservationBatch } from "../extractor.ts";
import { toBytes } from "../text/decode.ts";
import type { Member } from "../text/json.ts";
import { flatten, type OpenPaths, openPathsOf } from "./flatten.ts";
import type { InnerRows } from "./path-tree.ts";
import { type JsonRow, memberOf } from "./rows.ts";
import { climb } from "./source-path.ts";

/** Between 500 and 1000 rows cost least to pass on; long ones are passed on earlier. */
const rowsABatch = 1000;
const lengthABatch = 4 << 20;

/** Where the record stands that a row is from. */
export interface RowPlace {
  readonly positionsAre: "line" | "row";
  readonly position: number;
  readonly part: string | undefined;
}

/** Rows that one batch holds: one after another, with the same columns. */
interface Gathered {
  readonly plan: RecordPlan;
  readonly place: RowPlace;
  readonly rows: (RawValue | null)[][];
  readonly positions: number[];
  readonly raws: string[];
  length: number;
}

/** A row that fits, with how it is read. */
export interface PlannedRow {
  readonly plan: RecordPlan;
  readonly fields: readonly Member[];
  readonly raw: string;
}

export class TableFeed {
  readonly inner: readonly string[];
  /** Fields that feed nothing. */
  readonly leftovers = new Set<string>();
  readonly #mapping: InnerRows["rows"]["mapping"];
  readonly #planner: Planner;
  readonly #open: OpenPaths;
  /** Sources in the objects around a row. */
  readonly #climbs: readonly string[];
  /** Fields of its rows that other tables are taken from, in lower case. */
  readonly #others: ReadonlySet<string>;
  readonly #conventions: Conventions;
  #gathered: Gathered | undefined;

  constructor({ rows, inner }: InnerRows, others: ReadonlySet<string>, conventions: Conventions, zone: string) {
    this.#conventions = conventions;
    this.inner = inner;
    this.#mapping = rows.mapping;
    this.#others = others;
    this.#planner = new Planner(rows.mapping, zone);
    const sources = [...rows.mapping.columns.values()];
    this.#open = openPathsOf(sources.filter((source) => climb(source).up === 0));
    this.#climbs = sources.filter((source) => climb(source).up > 0);
  }

  get tableId(): string {
    return this.#mapping.table.id;
  }

  /** The columns for which no row had the field that the recipe names, with that field; and the fields there were. */
  get missing(): {
    readonly columns: readonly (readonly [column: string, field: string])[];
    readonly fields: string[];
  } {
    const fields = [...this.#planner.fields];
    const isMissing = (field: string) => !fields.some((name) => sameName(name, field));
    return { columns: [...this.#mapping.columns].filter(([, field]) => isMissing(field)), fields };
  }

  /** How the row is read, or why it cannot be. */
  plan(row: JsonRow): PlannedRow | string {
    const fields = [...flatten(row.members, this.#open), ...this.#around(row)];
    const names = fields.map(({ name }) => name);
    const plan = this.#planner.plan(names, false);
    if (typeof plan === "string") return plan;
    for (const name of plan.leftover) this.#addLeftover(name, fields);
    return { plan, fields, raw: row.text };
  }

  /** Takes a row; returns the batch that it does not join. */
  add(
    { plan, fields, raw }: PlannedRow,
    place: RowPlace,
    file: EvidenceFile,
    encoding: string,
  ): ObservationBatch | undefined {
    const finished = this.#joins(plan, place) ? undefined : this.take(file, encoding);
    this.#gathered ??= { plan, place, rows: [], positions: [], raws: [], length: 0 };
    this.#gathered.rows.push(plan.cells.map(({ index, read }) => read(fields[index]?.text ?? "null")));
    this.#gathered.positions.push(place.position);
    this.#gathered.raws.push(raw);
    this.#gathered.length += raw.length;
    return finished;
  }

  /** What is gathered so far, and a fresh start; undefined where there is nothing. */
  take(file: EvidenceFile, encoding: string): ObservationBatch | undefined {
    const gathered = this.#gathered;
    if (gathered === undefined) return undefined;
    this.#gathered = undefined;
    const { plan, place, rows, positions, raws } = gathered;
    return {
      table: this.#mapping.table,
      columns: plan.columns,
      operation: "snapshot",
      conventions: this.#conventions,
      file,
      ...(place.part === undefined ? {} : { part: place.part }),
      positionsAre: place.positionsAre,
      rows,
      positions,
      raw: (row) => toBytes(raws[row] ?? "", encoding),
    };
  }

  #joins(plan: RecordPlan, place: RowPlace): boolean {
    const gathered = this.#gathered;
    if (gathered === undefined) return true;
    const isFull = gathered.rows.length >= rowsABatch || gathered.length >= lengthABatch;
    return !isFull && gathered.plan.columns === plan.columns && gathered.place.positionsAre === place.positionsAre;
  }

  /** Null where an object could stand says of nothing in it that it is left over. */
  #addLeftover(name: string, fields: readonly Member[]): void {
    const key = name.toLowerCase();
    if (this.#others.has(key)) return;
    if (this.#open.has(key) && fields.find((field) => field.name === name)?.text === "null") return;
    this.leftovers.add(name);
  }

  #around({ around }: JsonRow): Member[] {
    return this.#climbs.flatMap((source) => {
      const { up, path } = climb(source);
      const [name = "", ...rest] = path.split(".");
      const start = memberOf(around[up - 1] ?? [], name);
      const fields = start === undefined ? [] : flatten([start], openPathsOf([path]));
      const found = memberOf(fields, rest.length === 0 ? name : path);
      return found === undefined ? [] : [{ name: source, text: found.text }];
    });
  }
}
