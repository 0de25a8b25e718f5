/** Gathers the records of one table into batches. */
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import { defaultConventions } from "../../values/codec.ts";
import type { RawValue } from "../../values/codec.ts";
import type { EvidenceFile, ObservationBatch, Operation, TableMapping } from "../extractor.ts";
import type { RecordMessage } from "./message.ts";
import { Planner, hasName } from "./plan.ts";
import type { RecordPlan } from "./plan.ts";

/** Between 500 and 1000 rows cost least to pass on; long ones are passed on earlier. */
const rowsABatch = 1000;
const bytesABatch = 4 << 20;

/** Records that one batch holds: one after another, with the same columns. */
interface Run {
  readonly file: EvidenceFile;
  readonly plan: RecordPlan;
  readonly operation: Operation;
  readonly rows: (RawValue | null)[][];
  readonly positions: number[];
  readonly lines: Buffer[];
  bytes: number;
}

/** A line of the capture. */
export interface Line {
  readonly file: EvidenceFile;
  /** 1-based. */
  readonly number: number;
  readonly bytes: Buffer;
}

export class TableFeed {
  readonly mapping: TableMapping;
  readonly #planner: Planner;
  #run: Run | undefined;

  constructor(mapping: TableMapping, zone: string) {
    this.mapping = mapping;
    this.#planner = new Planner(mapping, zone);
  }

  /** Fields that records of the table may have. */
  announce(fields: readonly string[]): void {
    for (const field of fields) this.#planner.fields.add(field);
  }

  /** How the record is read, or why it cannot be. */
  plan({ members, isDelete }: RecordMessage): RecordPlan | string {
    return this.#planner.plan(
      members.map(({ name }) => name),
      isDelete,
    );
  }

  /** Takes a record; returns the batch that is full with it, or that it does not join. */
  add(
    { members, isDelete }: RecordMessage,
    plan: RecordPlan,
    { file, number, bytes }: Line,
  ): ObservationBatch | undefined {
    const operation = isDelete ? "delete" : "snapshot";
    const joins = this.#run?.plan.columns === plan.columns && this.#run.operation === operation && !isFull(this.#run);
    const finished = joins ? undefined : this.take();
    this.#run ??= { file, plan, operation, rows: [], positions: [], lines: [], bytes: 0 };
    this.#run.rows.push(plan.cells.map(({ index, read }) => read(members[index]?.text ?? "null")));
    this.#run.positions.push(number);
    this.#run.lines.push(bytes);
    this.#run.bytes += bytes.length;
    return finished;
  }

  /** What is gathered so far, and a fresh start; undefined where there is nothing. */
  take(): ObservationBatch | undefined {
    const run = this.#run;
    if (run === undefined) return undefined;
    this.#run = undefined;
    return {
      table: this.mapping.table,
      columns: run.plan.columns,
      operation: run.operation,
      conventions: defaultConventions,
      file: run.file,
      positionsAre: "line",
      rows: run.rows,
      positions: run.positions,
      raw: (row) => run.lines[row] ?? "",
    };
  }

  /** Throws UserError where the recipe takes a column from a field that no record had. */
  refuseMissing(): void {
    const { fields } = this.#planner;
    if (fields.size === 0) return;
    const { table, columns } = this.mapping;
    for (const [column, field] of columns) {
      if (hasName(fields, field)) continue;
      const names = [...fields];
      const near = nearest(field, names);
      throw new UserError({
        what: `no record has the field ${field}, from which the recipe takes ${table.id}.${column}`,
        where: { table: table.id },
        remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Correct \`columns\`; the fields are ${names.join(", ")}`,
      });
    }
  }
}

function isFull({ rows, bytes }: Run): boolean {
  return rows.length >= rowsABatch || bytes >= bytesABatch;
}
