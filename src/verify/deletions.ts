/** Deletions that were only inferred: too many of them say more about a source than about the rows (DESIGN, Reconciliation 4). */
import type { TablePlan } from "../reconcile/plan.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";

/**
 * Makes inferred deletions of a table uncertain where they are more than the plan's share of its keys; then drops what was noted of
 * the cells of deleted rows. Returns how many of them are emitted all the same, as the
 * recipe says.
 */
export function settleDeletions(store: Store, { table, uncertain, inferredDeletes }: TablePlan): number {
  const name = quoteName(table.id);
  const count = (condition: string): number =>
    Number(store.prepare(`SELECT count(*) FROM ${name} WHERE ${condition}`).pluck(true).get());
  const inferred = count('"#inferred" = 1');
  const isTooMany = inferred > exact(count("1") * inferredDeletes);
  if (isTooMany) {
    const share = `more than ${exact(inferredDeletes * 100)} % of the table would be deleted by inference`;
    const reason = uncertain === "emit" ? '"#otherwise"' : `'uncertain: ' || "#withheld" || '; ${share}'`;
    store.exec(`UPDATE ${name} SET "#deleted" = 0, "#withheld" = ${reason} WHERE "#inferred" = 1`);
  }
  const forget = `DELETE FROM conflict WHERE tableName = ? AND keyText IN (SELECT "#keyText" FROM ${name} WHERE "#deleted" = 1)`;
  store.prepare(forget).run(table.id);
  return isTooMany ? count('"#inferred" = 1 AND "#withheld" IS NULL') : 0;
}

/** Without the noise of binary fractions: 29 % of 100 rows are 29, not 28.999999999999996. */
function exact(product: number): number {
  return Number(product.toPrecision(12));
}
