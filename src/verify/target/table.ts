/** One table of the target against what was to be rebuilt: differences as people read them, and their counts. */
import type { ListedDifference } from "../../report/differences.ts";
import { sameName, storedColumns } from "../../schema/model.ts";
import type { Column, Table } from "../../schema/model.ts";
import type { ReconciledReader } from "../../stage/reconciled-reader.ts";
import type { SourceReader } from "../../stage/source-reader.ts";
import { numberEqualRows } from "../../reconcile/merge.ts";
import { planKey } from "../../values/key.ts";
import { codecFor } from "../../values/registry.ts";
import { compareRows } from "./compare.ts";
import type { Cell, ComparedRows, Difference, KeyedRow } from "./compare.ts";

export interface VerifiedTable extends Readonly<ComparedRows> {
  readonly table: string;
  readonly missing: number;
  readonly extra: number;
  /** Cells that differ, of rows that are there. */
  readonly cells: number;
  /** Stored columns that the database has not. */
  readonly lackingColumns: readonly string[];
}

/** One table, as it was to be rebuilt and as the database has it. */
export class TableComparison {
  readonly #table: Table;
  readonly #expected: ReconciledReader;
  readonly #found: SourceReader;
  readonly #lacking: readonly string[];
  readonly #rows: ComparedRows = { expected: 0, found: 0, different: 0 };
  readonly #kinds: Record<Difference["kind"], number> = { missing: 0, extra: 0, differs: 0 };

  constructor(table: Table, expected: ReconciledReader, found: SourceReader) {
    this.#table = table;
    this.#expected = expected;
    this.#found = found;
    const claimed = found.claimedColumns(table);
    // Of a table without rows nobody knows.
    this.#lacking =
      claimed === undefined
        ? []
        : storedColumns(table)
            .map(({ name }) => name)
            .filter((name) => !claimed.some((other) => sameName(name, other)));
  }

  /** To be run through once, before {@link TableComparison.verified}. */
  *differences(): Generator<ListedDifference> {
    const table = this.#table;
    const lister = new Lister(table);
    const compared = storedColumns(table).filter(({ name }) => !this.#lacking.includes(name));
    const found = this.#found.observations(table);
    const rows = {
      expected: this.#expected.keyedRows(table),
      found: planKey(table).kind === "row" ? numberEqualRows<KeyedRow>(found) : found,
    };
    for (const difference of compareRows({ table, compared, ...rows }, this.#rows)) {
      this.#kinds[difference.kind]++;
      yield lister.listed(difference);
    }
  }

  verified(): VerifiedTable {
    const { missing, extra, differs: cells } = this.#kinds;
    return { table: this.#table.id, ...this.#rows, missing, extra, cells, lackingColumns: this.#lacking };
  }
}

/** Differences as people read them. */
class Lister {
  readonly #table: Table;
  readonly #key: ReturnType<typeof planKey>;
  readonly #keyIndexes: readonly number[];

  constructor(table: Table) {
    this.#table = table;
    this.#key = planKey(table);
    const columns = storedColumns(table);
    this.#keyIndexes = this.#key.columns.map(({ ordinal }) => columns.findIndex((each) => each.ordinal === ordinal));
  }

  listed(difference: Difference): ListedDifference {
    const { kind, row } = difference;
    const key = this.#key.format(this.#keyIndexes.map((index) => row.cells[index]));
    const base = { table: this.#table.id, key, kind };
    if (difference.kind !== "differs") return { ...base, column: null, expected: null, found: null };
    const { column, expected, found } = difference;
    return { ...base, column: column.name, expected: show(column, expected), found: show(column, found) };
  }
}

function show(column: Column, cell: Cell): string | null {
  if (cell === undefined) return "(not readable as the column's type)";
  return cell === null ? null : codecFor(column).format(cell);
}
