/**
 * Rows of a table without a key that may be the same as others. There the whole row is its identity, and a source that
 * gives fewer columns shows the same rows once more, narrower. They are withheld: emitted, they would be invented.
 */
import type { TablePlan } from "../reconcile/plan.ts";
import type { Column } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { classCodes } from "../stage/patterns.ts";

const reason = "repeats a row that other sources give with more columns, as far as it goes; the table has no key";

/** Rows that claim the same columns. */
interface Shape {
  /** One a stored column: is there a claim? */
  readonly claimed: readonly boolean[];
  readonly provenances: number[];
}

/**
 * Of `n` equal narrow rows and `m` wider ones that agree with them, `min(n, m)` narrow ones are withheld: the table then
 * has as many as the source with the most. Does nothing to a table with a key.
 */
export function withholdRepeats(store: Store, plan: TablePlan, comparable: (column: Column) => string): void {
  if (plan.key.kind !== "row") return;
  // The widest first, so that what is withheld itself stands for no row any more.
  const shapes = shapesOf(store, plan).toSorted((left, right) => width(right) - width(left));
  for (const shape of shapes) {
    const wider = shapes.filter((other) => width(other) > width(shape) && covers(other, shape));
    if (wider.length > 0) withhold(store, plan, shape, wider, comparable);
  }
}

function shapesOf(store: Store, { table }: TablePlan): Shape[] {
  const sql = `SELECT id, classes FROM provenance WHERE id IN (SELECT "#provenance" FROM ${quoteName(table.id)}) ORDER BY id`;
  const shapes = new Map<string, Shape>();
  for (const { id, classes } of store.prepare<[], { id: number; classes: string }>(sql).all()) {
    const claimed = Array.from(classes, (code) => code !== classCodes.absent);
    const shape = shapes.get(claimed.join()) ?? { claimed, provenances: [] };
    shape.provenances.push(id);
    shapes.set(claimed.join(), shape);
  }
  return [...shapes.values()];
}

function width({ claimed }: Shape): number {
  return claimed.filter(Boolean).length;
}

function covers(wide: Shape, narrow: Shape): boolean {
  return narrow.claimed.every((isClaimed, index) => !isClaimed || wide.claimed[index]);
}

function withhold(
  store: Store,
  { table, columns }: TablePlan,
  shape: Shape,
  wider: readonly Shape[],
  comparable: (column: Column) => string,
): void {
  const cells = columns.flatMap(({ column }, index) =>
    shape.claimed[index] ? `${comparable(column)} AS c${index}` : [],
  );
  if (cells.length === 0) return;
  const names = columns.flatMap((_, index) => (shape.claimed[index] ? `c${index}` : []));
  const rowsOf = (provenances: readonly number[]): string =>
    `SELECT rowid AS id, ${cells.join(", ")} FROM ${quoteName(table.id)}
     WHERE "#provenance" IN (${provenances.join(", ")}) AND "#withheld" IS NOT ?`;
  store
    .prepare(
      `WITH wide AS (SELECT ${names.join(", ")}, count(*) AS m FROM (${rowsOf(wider.flatMap((other) => other.provenances))}) GROUP BY ${names.join(", ")}),
         narrow AS (SELECT *, row_number() OVER (PARTITION BY ${names.join(", ")} ORDER BY id) AS nth FROM (${rowsOf(shape.provenances)}))
       UPDATE ${quoteName(table.id)} SET "#withheld" = ?
       WHERE rowid IN (SELECT id FROM narrow JOIN wide ON nth <= m AND ${names.map((name) => `narrow.${name} IS wide.${name}`).join(" AND ")})`,
    )
    .run(reason, reason, reason);
}
