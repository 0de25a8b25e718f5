/** Rows gathered into batches: one table, one column list, one date order, one kind of statement a batch. */
import type { Column, Table } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import type { EvidenceFile, ObservationBatch, Operation } from "../extractor.ts";
import type { DateOrder } from "../../values/codec.ts";
import type { Claims } from "./layout.ts";

const mostRows = 500;
/** Of all batches under construction together: images make rows long. */
const mostCharacters = 1 << 22;
const mostOpen = 64;

interface OpenBatch {
  readonly table: Table;
  readonly rows: (readonly (RawValue | null)[])[];
  readonly positions: number[];
  readonly raws: (string | Uint8Array)[];
}

export class Batches {
  readonly #file: EvidenceFile;
  readonly #isLiteral: boolean;
  #open = new Map<readonly Column[], OpenBatch>();
  #characters = 0;
  #dateOrder: DateOrder = "mdy";
  #operation: Operation = "snapshot";
  #ready: ObservationBatch[] = [];

  /** `isLiteral`: see `isLiteral` of `Conventions`. */
  constructor(file: EvidenceFile, isLiteral: boolean) {
    this.#file = file;
    this.#isLiteral = isLiteral;
  }

  get isReady(): boolean {
    return this.#ready.length > 0;
  }

  /** What a statement changes comes behind all that stands before it, so that the order of the script tells. */
  begin(dateOrder: DateOrder, operation: Operation): void {
    if (dateOrder !== this.#dateOrder || operation !== this.#operation) this.flush();
    this.#dateOrder = dateOrder;
    this.#operation = operation;
  }

  add(table: Table, claims: Claims, line: number, raw: string | Uint8Array): void {
    const batch = this.#batch(table, claims.columns);
    batch.rows.push(claims.values);
    batch.positions.push(line);
    batch.raws.push(raw);
    this.#characters += raw.length;
    if (batch.rows.length >= mostRows || this.#characters >= mostCharacters || this.#open.size > mostOpen) this.flush();
  }

  #batch(table: Table, columns: readonly Column[]): OpenBatch {
    let batch = this.#open.get(columns);
    if (batch === undefined) {
      batch = { table, rows: [], positions: [], raws: [] };
      this.#open.set(columns, batch);
    }
    return batch;
  }

  /** Closes all batches under construction, in the order in which their first rows stand in the script. */
  flush(): void {
    for (const [columns, { table, rows, positions, raws }] of this.#open) {
      this.#ready.push({
        table,
        columns,
        rows,
        positions,
        operation: this.#operation,
        conventions: { dateOrder: this.#dateOrder, isLiteral: this.#isLiteral },
        file: this.#file,
        positionsAre: "line",
        raw: (row) => raws[row] ?? "",
      });
    }
    this.#open = new Map();
    this.#characters = 0;
  }

  /** The batches that are complete; they are handed over once. */
  take(): ObservationBatch[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}
