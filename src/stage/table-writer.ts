/** Takes the reconciled rows of one table: their cells, where each came from, and what else was claimed. */
import type Database from "better-sqlite3";
import { sourcesWithDuplicates } from "../reconcile/duplicates.ts";
import type { ColumnPlan, TablePlan } from "../reconcile/plan.ts";
import { evidenceOf } from "../reconcile/decisions.ts";
import { claimsOf, keyTextOf, saidOf } from "../reconcile/row.ts";
import type { ReconciledCell, ReconciledRow, RowVerdict } from "../reconcile/row.ts";
import type { RowKey } from "../values/key.ts";
import { affinityOf, cellEncoders } from "./cells.ts";
import { conflictOf } from "./conflicts.ts";
import { quoteName } from "./database.ts";
import type { Store } from "./database.ts";
import { Patterns, patternOf } from "./patterns.ts";
import type { Pattern } from "./patterns.ts";

/** Columns of a reconciled row that are not the table's own. */
const bookkeeping = [
  '"#key"',
  '"#keyText" TEXT',
  // Why the row is not emitted; NULL: it is.
  '"#withheld" TEXT',
  // 1: it is not emitted because it was deleted.
  '"#deleted" INTEGER NOT NULL',
  // 1: deleted by inference, so that the share of the table decides; `#otherwise` is what holds if it does not.
  '"#inferred" INTEGER NOT NULL',
  '"#otherwise" TEXT',
  '"#provenance" INTEGER',
  '"#observations" TEXT',
];

/** What the rows of a table, or of a part of it, come to. */
export interface RowCounts {
  readonly keys: number;
  /** Keys whose observations have more than one natural key. */
  readonly twins: number;
  /** By source, keys that it has in more than one row. */
  readonly duplicates: ReadonlyMap<string, number>;
  /** Rows that are emitted although nobody knows whether they were there. */
  readonly uncertain: number;
  /** The extreme identity value seen anywhere, in the direction of the increment (GOTCHAS 5). */
  readonly extremeIdentity: bigint | undefined;
}

function verdictCells(verdict: RowVerdict): (string | number | null)[] {
  if (verdict.kind === "emitted") return [null, 0, 0, null];
  if (verdict.kind === "withheld") return [verdict.reason, 0, 0, null];
  return [verdict.reason, 1, verdict.inferred ? 1 : 0, verdict.otherwise ?? null];
}

const integerForm = /^-?\d+$/;

/** Where rows go that are not the table's own: shared by all tables of the store. */
export interface SharedTables {
  readonly conflict: Database.Statement;
  /** Stores a pattern; returns its id. */
  provenance(pattern: Pattern): number;
}

export class TableWriter {
  readonly plan: TablePlan;
  readonly patterns: Patterns;
  #keys = 0;
  #twins = 0;
  readonly #duplicates = new Map<string, number>();
  #uncertain = 0;
  #extremeIdentity: bigint | undefined;

  readonly #insert: Database.Statement;
  readonly #insertConflict: Database.Statement;
  readonly #encoders: ReturnType<typeof cellEncoders>;
  readonly #identityFalls: boolean;

  constructor(store: Store, plan: TablePlan, shared: SharedTables) {
    this.plan = plan;
    this.patterns = new Patterns((pattern) => shared.provenance(pattern));
    const columns = plan.columns.map(({ column }) => column);
    const declared = columns.map((column) => `${quoteName(column.name)} ${affinityOf(column)}`);
    const all = [...bookkeeping, ...declared];
    store.exec(`CREATE TABLE ${quoteName(plan.table.id)} (${all.join(", ")})`);
    this.#insert = store.prepare(`INSERT INTO ${quoteName(plan.table.id)} VALUES (${all.map(() => "?").join(", ")})`);
    this.#insertConflict = shared.conflict;
    this.#encoders = cellEncoders(columns);
    this.#identityFalls = plan.columns[plan.identityIndex]?.column.identity?.increment.startsWith("-") === true;
  }

  get counts(): RowCounts {
    const [keys, twins, uncertain, extremeIdentity] = [this.#keys, this.#twins, this.#uncertain, this.#extremeIdentity];
    return { keys, twins, uncertain, extremeIdentity, duplicates: this.#duplicates };
  }

  write(key: RowKey, row: ReconciledRow): void {
    this.#keys++;
    if (row.twins !== undefined) this.#twins++;
    if (row.verdict.kind === "emitted" && row.verdict.uncertain) this.#uncertain++;
    for (const source of sourcesWithDuplicates(row.observations)) this.#noteDuplicates(source, 1);
    this.#noteIdentities(row);
    const keyText = keyTextOf(this.plan, row);
    const numbers = row.observations.map((observation) => observation.staged.n).join(" ");
    const pattern = this.patterns.idOf(patternOf(row));
    const values: unknown[] = [key, keyText, ...verdictCells(row.verdict), pattern, numbers];
    for (let index = 0; index < this.#encoders.length; index++)
      values.push(this.#encoders[index]?.(row.cells[index]?.value ?? null));
    this.#insert.run(values);
    for (let index = 0; index < row.cells.length; index++) this.#noteConflict([key, keyText], row, index);
  }

  /** Counts rows that were written elsewhere and taken in here. */
  count({ keys, twins, uncertain, extremeIdentity, duplicates }: RowCounts): void {
    this.#keys += keys;
    this.#twins += twins;
    for (const [source, repeated] of duplicates) this.#noteDuplicates(source, repeated);
    this.#uncertain += uncertain;
    if (extremeIdentity !== undefined) this.#noteIdentity(extremeIdentity);
  }

  /** The extreme identity value seen anywhere; `referenced`: by child rows. */
  highestIdentity(referenced: bigint | undefined): bigint | undefined {
    if (referenced !== undefined) this.#noteIdentity(referenced);
    return this.#extremeIdentity;
  }

  #noteDuplicates(source: string, keys: number): void {
    this.#duplicates.set(source, (this.#duplicates.get(source) ?? 0) + keys);
  }

  #noteIdentities(row: ReconciledRow): void {
    const index = this.plan.identityIndex;
    if (index < 0) return;
    for (const { staged } of row.observations) {
      if (staged.noKey !== undefined) continue;
      const value = staged.doubts?.has(index) === true ? undefined : staged.cells[index];
      // The canonical form of a decimal identity is text.
      if (value !== undefined && value !== null && integerForm.test(String(value)))
        this.#noteIdentity(BigInt(String(value)));
    }
  }

  #noteIdentity(value: bigint): void {
    const extreme = this.#extremeIdentity;
    const isBeyond = extreme === undefined || (this.#identityFalls ? value < extreme : value > extreme);
    if (isBeyond) this.#extremeIdentity = value;
  }

  #noteConflict(name: readonly [RowKey, string], { cells, observations }: ReconciledRow, index: number): void {
    const column = this.plan.columns[index] as ColumnPlan;
    const cell = cells[index] as ReconciledCell;
    const conflict = conflictOf(column, cell, () => claimsOf(index, observations));
    if (conflict === undefined) return;
    // What a decision of the cell is anchored to.
    const isOpen = cell.class === "contested" || cell.class === "nulled";
    const { claims, touches } = saidOf(index, observations);
    const evidence = isOpen ? evidenceOf(column.codec, claims, touches) : null;
    this.#insertConflict.run(this.plan.table.id, ...name, ...conflict, evidence);
  }
}
