/** Acts upon rows that a constraint refuses, in the scratch store: the row is withheld, or cells of it are replaced. */
import type { TablePlan } from "../reconcile/plan.ts";
import { cellDecoders, cellEncoders } from "../stage/cells.ts";
import type { SqliteCell } from "../stage/cells.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { classCodes } from "../stage/patterns.ts";
import type { Alternative } from "../stage/conflicts.ts";
import type { Replacement } from "./violations.ts";

/** Rows of a table: those that are emitted so far and meet an SQL condition. */
export interface RefusedRows {
  readonly plan: TablePlan;
  readonly condition: string;
  readonly reason: string;
}

/** A replacement, and the index of its column among the plan's. */
export interface CellReplacement extends Replacement {
  readonly index: number;
}

interface Pattern {
  readonly id: number;
  readonly sources: string;
  readonly shapes: string;
  readonly winners: string;
  readonly classes: string;
}

/** Returns how many rows. */
export function withholdRows(store: Store, { plan, condition, reason }: RefusedRows): number {
  const sql = `UPDATE ${quoteName(plan.table.id)} SET "#withheld" = ? WHERE "#withheld" IS NULL AND (${condition})`;
  return store.prepare(sql).run(reason).changes;
}

export function countRows(store: Store, { plan, condition }: Omit<RefusedRows, "reason">): number {
  const sql = `SELECT count(*) FROM ${quoteName(plan.table.id)} WHERE "#withheld" IS NULL AND (${condition})`;
  return Number(store.prepare(sql).pluck(true).get());
}

/**
 * Replaces cells, with their classes in the provenance and an entry among the conflicts that tells the refused value. Rows that
 * hold the replacements already are left: there it is the replacement that is refused. Returns how many rows were changed.
 */
export function replaceCells(store: Store, rows: RefusedRows, cells: readonly CellReplacement[]): number {
  const found = gatherRows(store, rows, cells);
  if (found === 0) return 0;
  for (const pattern of patternsOf(store)) {
    for (const cell of cells) noteRefused(store, rows, cell, pattern);
    changePattern(store, rows.plan, cells, pattern);
  }
  const changes = cells.map(({ index }) => `${nameAt(rows.plan, index)} = ?`).join(", ");
  store
    .prepare(`UPDATE ${quoteName(rows.plan.table.id)} SET ${changes} WHERE rowid IN (SELECT id FROM temp.refused)`)
    .run(cells.map((cell) => encoded(rows.plan, cell)));
  return found;
}

function nameAt(plan: TablePlan, index: number): string {
  return quoteName(plan.columns[index]?.column.name ?? "");
}

function encoded(plan: TablePlan, { index, value }: CellReplacement): SqliteCell | undefined {
  return cellEncoders(plan.columns.map(({ column }) => column))[index]?.(value);
}

/** Into a table of SQLite's temporary file, so that memory stays flat however many there are. */
function gatherRows(store: Store, { plan, condition }: RefusedRows, cells: readonly CellReplacement[]): number {
  store.exec("CREATE TEMP TABLE IF NOT EXISTS refused (id INTEGER PRIMARY KEY, provenance INTEGER)");
  store.exec("DELETE FROM temp.refused");
  const replaced = cells.map(({ index }) => `${nameAt(plan, index)} IS ?`).join(" AND ");
  return store
    .prepare(
      `INSERT INTO temp.refused SELECT rowid, "#provenance" FROM ${quoteName(plan.table.id)}
       WHERE "#withheld" IS NULL AND (${condition}) AND NOT (${replaced})`,
    )
    .run(cells.map((cell) => encoded(plan, cell))).changes;
}

function patternsOf(store: Store): Pattern[] {
  return store
    .prepare<[], Pattern>("SELECT * FROM provenance WHERE id IN (SELECT provenance FROM temp.refused) ORDER BY id")
    .all();
}

/** No source says what stands there now, so the cell has no winner any more. */
function changePattern(store: Store, plan: TablePlan, cells: readonly CellReplacement[], pattern: Pattern): void {
  const classes = Array.from(pattern.classes);
  const winners = pattern.winners.split(" ");
  for (const cell of cells) {
    classes[cell.index] = classCodes[cell.class];
    winners[cell.index] = "-1";
  }
  const id = store
    .prepare("INSERT INTO provenance VALUES (NULL, ?, ?, ?, ?)")
    .run(pattern.sources, pattern.shapes, winners.join(" "), classes.join("")).lastInsertRowid;
  store
    .prepare(
      `UPDATE ${quoteName(plan.table.id)} SET "#provenance" = ?
       WHERE rowid IN (SELECT id FROM temp.refused WHERE provenance = ?)`,
    )
    .run(id, pattern.id);
}

/** One entry a cell: what was said of it before is kept, the refused value comes last. */
function noteRefused(store: Store, { plan, reason }: RefusedRows, cell: CellReplacement, pattern: Pattern): void {
  const column = plan.columns[cell.index];
  if (column === undefined) return;
  const table = quoteName(plan.table.id);
  const last = store.prepare("SELECT coalesce(max(rowid), 0) FROM conflict").pluck(true).get();
  teachAlternative(store, plan, cell.index, pattern);
  store
    .prepare(
      `INSERT INTO conflict
       SELECT :table, "#key", "#keyText", :column, :class, NULL, :reason, :value, '[]', '[]',
         CASE WHEN :isClaimed THEN json_insert(coalesce(said, '[]'), '$[#]', json(refused_alternative(${nameAt(plan, cell.index)})))
           ELSE coalesce(said, '[]') END, NULL
       FROM ${table} JOIN temp.refused ON ${table}.rowid = refused.id AND refused.provenance = :pattern
       LEFT JOIN (SELECT keyText AS saidOf, min(rowid), alternatives AS said FROM conflict
         WHERE tableName = :table AND columnName = :column GROUP BY keyText) ON saidOf = "#keyText"
       ORDER BY ${table}.rowid`,
    )
    .run({
      table: plan.table.id,
      column: column.column.name,
      class: cell.class,
      reason,
      value: cell.value === null ? null : column.codec.format(cell.value),
      isClaimed: winnerOf(pattern, cell.index) === undefined ? 0 : 1,
      pattern: pattern.id,
    });
  store
    .prepare(
      `DELETE FROM conflict WHERE rowid <= ? AND tableName = ? AND columnName = ? AND keyText IN
       (SELECT "#keyText" FROM ${table} JOIN temp.refused ON ${table}.rowid = refused.id WHERE refused.provenance = ?)`,
    )
    .run(last, plan.table.id, column.column.name, pattern.id);
}

function winnerOf({ sources, winners }: Pattern, index: number): string | undefined {
  return sources.split(" ")[Number(winners.split(" ")[index])];
}

/** The refused value as the reports tell it, in JSON: SQLite would spoil what is no valid UTF-16. */
function teachAlternative(store: Store, plan: TablePlan, index: number, pattern: Pattern): void {
  const column = plan.columns[index];
  const [decode] = column === undefined ? [] : cellDecoders([column.column]);
  const source = winnerOf(pattern, index);
  store.function("refused_alternative", { safeIntegers: true }, (cell: SqliteCell) => {
    const value = decode?.(cell) ?? null;
    const alternative: Alternative = {
      value: value === null ? null : (column?.codec.format(value) ?? null),
      sources: source === undefined ? [] : [source],
      as: "refused",
    };
    return JSON.stringify(alternative);
  });
}
