/** Writes `staging/reconciled.db`: the verdict of every row and cell, with the observations each came from. */
import type Database from "better-sqlite3";
import fs from "node:fs";
import type { ReconciledRow } from "../reconcile/row.ts";
import type { TablePlan } from "../reconcile/plan.ts";
import { cellClasses } from "../report/summary.ts";
import type { CellClass } from "../report/summary.ts";
import { isStored } from "../schema/model.ts";
import type { RowKey } from "../values/key.ts";
import { affinityOf, cellEncoders } from "./cells.ts";
import { createScratch, promote, quoteName } from "./database.ts";
import type { Store } from "./database.ts";

const layout = `
  CREATE TABLE provenance (id INTEGER PRIMARY KEY, sources TEXT NOT NULL, winners TEXT NOT NULL, classes TEXT NOT NULL) STRICT;
  CREATE TABLE conflict (tableName TEXT NOT NULL, keyText TEXT NOT NULL, columnName TEXT NOT NULL, class TEXT NOT NULL,
    rule TEXT, reason TEXT, value TEXT, alternatives TEXT NOT NULL) STRICT;
  CREATE TABLE tally (tableName TEXT PRIMARY KEY, keys INTEGER NOT NULL, highestIdentity TEXT, cells TEXT NOT NULL) STRICT;
`;

/** Columns of a reconciled row that are not the table's own. */
export const rowBookkeeping = ['"#key"', '"#keyText"', '"#withheld"', '"#provenance"', '"#observations"'] as const;

/** What the alternatives of a cell look like in `conflict`. */
export interface Alternative {
  /** As people read it; null is NULL. */
  readonly value: string | null;
  readonly sources: readonly string[];
  /** `lost`, `superseded`, or `damaged`. */
  readonly as: "lost" | "superseded" | "damaged";
}

interface TableState {
  readonly insert: Database.Statement;
  readonly encode: (row: ReconciledRow, into: unknown[]) => void;
  readonly cells: Record<CellClass, number>;
  readonly provenance: Map<string, number>;
  keys: number;
  highestIdentity: bigint | undefined;
}

export class ReconciledWriter {
  readonly #file: string;
  readonly #scratch: string;
  readonly #store: Store;
  readonly #insertConflict: Database.Statement;
  readonly #insertProvenance: Database.Statement;
  #patterns = 0;

  constructor(file: string) {
    this.#file = file;
    this.#scratch = `${file}.part`;
    this.#store = createScratch(this.#scratch);
    this.#store.exec(`BEGIN; ${layout}`);
    this.#insertConflict = this.#store.prepare("INSERT INTO conflict VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#insertProvenance = this.#store.prepare("INSERT INTO provenance VALUES (?, ?, ?, ?)");
  }

  /** Prepares a table; its rows come next, in key order. */
  begin(plan: TablePlan): TableWriter {
    const { table } = plan;
    const columns = plan.columns.map(({ column }) => column);
    const declared = columns.map((column) => `${quoteName(column.name)} ${affinityOf(column)}`);
    this.#store.exec(
      `CREATE TABLE ${quoteName(table.id)} ("#key", "#keyText" TEXT, "#withheld" TEXT, "#provenance" INTEGER, "#observations" TEXT, ${declared.join(", ")})`,
    );
    const names = [
      ...rowBookkeeping,
      ...columns.filter((column) => isStored(column)).map((column) => quoteName(column.name)),
    ];
    const insert = this.#store.prepare(
      `INSERT INTO ${quoteName(table.id)} VALUES (${names.map(() => "?").join(", ")})`,
    );
    const encoders = cellEncoders(columns);
    const encode = (row: ReconciledRow, into: unknown[]): void => {
      for (const [index, encoder] of encoders.entries()) into.push(encoder(row.cells[index]?.value ?? null));
    };
    const cells = Object.fromEntries(cellClasses.map((name) => [name, 0])) as Record<CellClass, number>;
    const state: TableState = { insert, encode, cells, provenance: new Map(), keys: 0, highestIdentity: undefined };
    return new TableWriter(plan, state, {
      conflict: (values) => void this.#insertConflict.run(values),
      provenance: (sources, winners, classes) => {
        this.#insertProvenance.run(++this.#patterns, sources, winners, classes);
        return this.#patterns;
      },
    });
  }

  /** Records what the table came to; call it once, after its last row. */
  end(writer: TableWriter): void {
    const { table, keys, highestIdentity, cells } = writer.totals();
    this.#store
      .prepare("INSERT INTO tally VALUES (?, ?, ?, ?)")
      .run(table, keys, highestIdentity?.toString() ?? null, JSON.stringify(cells));
  }

  finish(): void {
    this.#store.exec("COMMIT");
    this.#store.close();
    promote(this.#scratch, this.#file);
  }

  /** The store itself, for the verification that follows the merge in the same scratch file. */
  get store(): Store {
    return this.#store;
  }

  discard(): void {
    this.#store.close();
    fs.rmSync(this.#scratch, { force: true });
  }
}

interface Side {
  conflict(values: unknown[]): void;
  provenance(sources: string, winners: string, classes: string): number;
}

const classCodes = new Map<CellClass, string>(cellClasses.map((name, index) => [name, index.toString(36)]));

/** Takes one table's rows. */
export class TableWriter {
  readonly #plan: TablePlan;
  readonly #state: TableState;
  readonly #side: Side;

  constructor(plan: TablePlan, state: TableState, side: Side) {
    this.#plan = plan;
    this.#state = state;
    this.#side = side;
  }

  write(key: RowKey, row: ReconciledRow): void {
    const state = this.#state;
    state.keys++;
    this.#noteIdentity(row);
    const keyText = this.#plan.key.format(this.#plan.keyIndexes.map((index) => row.cells[index]?.value));
    const numbers = row.observations.map((observation) => observation.staged.n).join(" ");
    const values: unknown[] = [key, keyText, row.withheld ?? null, this.#pattern(row), numbers];
    state.encode(row, values);
    state.insert.run(values);
    this.#noteConflicts(keyText, row);
  }

  totals() {
    const { keys, highestIdentity, cells } = this.#state;
    return { table: this.#plan.table.id, keys, highestIdentity, cells };
  }

  /** Rows share few patterns of classes and winners: each is stored once. */
  #pattern(row: ReconciledRow): number {
    let classes = "";
    let winners = "";
    for (const cell of row.cells) {
      classes += classCodes.get(cell.class) ?? "";
      winners += `${cell.winner} `;
      this.#state.cells[cell.class]++;
    }
    const sources = row.observations.map((observation) => observation.source.id).join(" ");
    const name = `${sources}|${winners}|${classes}`;
    const known = this.#state.provenance.get(name);
    if (known !== undefined) return known;
    const id = this.#side.provenance(sources, winners.trimEnd(), classes);
    this.#state.provenance.set(name, id);
    return id;
  }

  /** The extreme identity value that any source shows, in the direction of the increment (GOTCHAS 5). */
  #noteIdentity(row: ReconciledRow): void {
    const index = this.#plan.identityIndex;
    if (index < 0) return;
    const down = this.#plan.columns[index]?.column.identity?.increment.startsWith("-") === true;
    for (const { staged } of row.observations) {
      const value = staged.cells[index];
      if (typeof value !== "number" && typeof value !== "bigint") continue;
      const seen = BigInt(value);
      const extreme = this.#state.highestIdentity;
      if (extreme === undefined || (down ? seen < extreme : seen > extreme)) this.#state.highestIdentity = seen;
    }
  }

  #noteConflicts(keyText: string, row: ReconciledRow): void {
    for (const [index, cell] of row.cells.entries()) {
      const outcome = cell.outcome;
      const column = this.#plan.columns[index];
      if (
        outcome === undefined ||
        column === undefined ||
        (outcome.losers.length + outcome.superseded.length + outcome.supporting.length === 0 &&
          outcome.reason === undefined)
      )
        continue;
      const show = (value: typeof cell.value): string | null => (value === null ? null : column.codec.format(value));
      const alternatives: Alternative[] = [
        ...outcome.losers.map((group) => ({
          value: show(group.value),
          sources: group.claims.map((claim) => claim.observation.source.id),
          as: "lost" as const,
        })),
        ...outcome.superseded.map((group) => ({
          value: show(group.value),
          sources: group.claims.map((claim) => claim.observation.source.id),
          as: "superseded" as const,
        })),
        ...outcome.supporting.map((claim) => ({
          value: show(claim.value),
          sources: [claim.observation.source.id],
          as: "damaged" as const,
        })),
      ];
      this.#side.conflict([
        this.#plan.table.id,
        keyText,
        column.column.name,
        cell.class,
        outcome.rule ?? null,
        outcome.reason ?? null,
        show(cell.value),
        JSON.stringify(alternatives),
      ]);
    }
  }
}
