/** Takes the reconciled rows of one table: their cells, where each came from, and what else was claimed. */
import type Database from "better-sqlite3";
import type { ClaimGroup } from "../reconcile/claims.ts";
import type { ColumnPlan, TablePlan } from "../reconcile/plan.ts";
import { keyTextOf } from "../reconcile/row.ts";
import type { ReconciledCell, ReconciledRow, RowVerdict } from "../reconcile/row.ts";
import { cellClasses } from "../report/summary.ts";
import type { CellClass } from "../report/summary.ts";
import type { CanonicalValue } from "../values/codec.ts";
import type { RowKey } from "../values/key.ts";
import { affinityOf, cellEncoders } from "./cells.ts";
import { quoteName } from "./database.ts";
import type { Store } from "./database.ts";

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

/** A value of a cell beside the one that stands. */
export interface Alternative {
  /** As people read it; null is NULL. */
  readonly value: string | null;
  readonly sources: readonly string[];
  /** `damaged`: it may not be whole, and supports the value that stands; `refused`: it stood, but for a constraint of the target. */
  readonly as: "lost" | "superseded" | "damaged" | "refused";
}

/** Where rows go that are not the table's own: shared by all tables of the store. */
export interface SharedTables {
  readonly conflict: Database.Statement;
  /** Stores a pattern of sources, winners and classes; returns its id. */
  provenance(sources: string, winners: string, classes: string): number;
}

/** One character a class, as `provenance.classes` has one a cell. */
function verdictCells(verdict: RowVerdict): (string | number | null)[] {
  if (verdict.kind === "emitted") return [null, 0, 0, null];
  if (verdict.kind === "withheld") return [verdict.reason, 0, 0, null];
  return [verdict.reason, 1, verdict.inferred ? 1 : 0, verdict.otherwise ?? null];
}

export const classCodes = Object.fromEntries(cellClasses.map((name, index) => [name, index.toString(36)])) as Readonly<
  Record<CellClass, string>
>;
const integerForm = /^-?\d+$/;

export class TableWriter {
  readonly plan: TablePlan;
  keys = 0;
  /** Keys whose observations have more than one natural key. */
  twins = 0;
  /** Rows that are emitted although nobody knows whether they were there. */
  uncertain = 0;

  readonly #shared: SharedTables;
  readonly #insert: Database.Statement;
  readonly #encoders: ReturnType<typeof cellEncoders>;
  readonly #patterns = new Map<string, number>();
  readonly #identityFalls: boolean;
  #extremeIdentity: bigint | undefined;

  constructor(store: Store, plan: TablePlan, shared: SharedTables) {
    this.plan = plan;
    this.#shared = shared;
    const columns = plan.columns.map(({ column }) => column);
    const declared = columns.map((column) => `${quoteName(column.name)} ${affinityOf(column)}`);
    const all = [...bookkeeping, ...declared];
    store.exec(`CREATE TABLE ${quoteName(plan.table.id)} (${all.join(", ")})`);
    this.#insert = store.prepare(`INSERT INTO ${quoteName(plan.table.id)} VALUES (${all.map(() => "?").join(", ")})`);
    this.#encoders = cellEncoders(columns);
    this.#identityFalls = plan.columns[plan.identityIndex]?.column.identity?.increment.startsWith("-") === true;
  }

  write(key: RowKey, row: ReconciledRow): void {
    this.keys++;
    if (row.twins !== undefined) this.twins++;
    if (row.verdict.kind === "emitted" && row.verdict.uncertain) this.uncertain++;
    this.#noteIdentities(row);
    const keyText = keyTextOf(this.plan, row);
    const numbers = row.observations.map((observation) => observation.staged.n).join(" ");
    const values: unknown[] = [key, keyText, ...verdictCells(row.verdict), this.#pattern(row), numbers];
    for (let index = 0; index < this.#encoders.length; index++)
      values.push(this.#encoders[index]?.(row.cells[index]?.value ?? null));
    this.#insert.run(values);
    for (let index = 0; index < row.cells.length; index++)
      this.#noteConflict(keyText, this.plan.columns[index] as ColumnPlan, row.cells[index] as ReconciledCell);
  }

  /** The extreme identity value seen anywhere, in the direction of the increment (GOTCHAS 5); `referenced`: by child rows. */
  highestIdentity(referenced: bigint | undefined): bigint | undefined {
    if (referenced !== undefined) this.#noteIdentity(referenced);
    return this.#extremeIdentity;
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

  /** Rows share few patterns of classes and winners: each is stored once. */
  #pattern(row: ReconciledRow): number {
    let classes = "";
    let winners = "";
    for (const cell of row.cells) {
      classes += classCodes[cell.class];
      winners += `${cell.winner} `;
    }
    const sources = row.observations.map((observation) => observation.source.id).join(" ");
    const name = `${sources}|${winners}|${classes}`;
    const known = this.#patterns.get(name);
    if (known !== undefined) return known;
    const id = this.#shared.provenance(sources, winners.trimEnd(), classes);
    this.#patterns.set(name, id);
    return id;
  }

  /** Keeps what else was claimed, and why a cell is contested. */
  #noteConflict(keyText: string, { column, codec }: ColumnPlan, { class: kind, value, outcome }: ReconciledCell): void {
    if (outcome === undefined) return;
    const show = (cell: CanonicalValue): string | null => (cell === null ? null : codec.format(cell));
    const describe =
      (as: Alternative["as"]) =>
      (group: ClaimGroup): Alternative => ({
        value: show(group.value),
        sources: group.claims.map((claim) => claim.observation.source.id),
        as,
      });
    const alternatives = [
      ...outcome.losers.map(describe("lost")),
      ...outcome.superseded.map(describe("superseded")),
      ...outcome.supporting.map((claim) => describe("damaged")({ value: claim.value, claims: [claim] })),
    ];
    if (alternatives.length === 0 && outcome.reason === undefined) return;
    const { rule = null, reason = null } = outcome;
    const { table } = this.plan;
    this.#shared.conflict.run(
      table.id,
      keyText,
      column.name,
      kind,
      rule,
      reason,
      show(value),
      JSON.stringify(alternatives),
    );
  }
}
