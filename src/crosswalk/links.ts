/** A source's foreign keys follow the rows that they refer to. */
import { quoteName } from "../stage/database.ts";
import type { Link, TouchedTable } from "./plan.ts";
import { cellsOf } from "./workshop.ts";
import type { Workshop } from "./workshop.ts";

/**
 * Sets the columns of a foreign key to what its parent's rows are called now; children whose parent's row has no key of the
 * target's get a reason. May be done again at any time: it reads what the source itself said.
 */
export function followLink(workshop: Workshop, child: TouchedTable, link: Link): void {
  const { store } = workshop;
  const name = quoteName(child.table.id);
  const slots = link.columns.map((_, index) => `c${index}`);
  noteMoves(workshop, link, slots);
  // A parent with keys of the target's need not be in this source; one with keys of its own is known by it alone.
  const unknown = link.parent.match === undefined ? "0" : "1";
  store.exec(`
    CREATE TEMP TABLE step (n INTEGER PRIMARY KEY, lost INTEGER, ${slots.join(", ")});
    INSERT INTO step SELECT n, coalesce(lost, ${unknown}), ${slots.join(", ")}
      FROM (SELECT t."#n" AS n, ${workshop.equality(link.referenced, cellsOf(link.columns, "t"))} AS reference FROM original.${name} AS t)
      LEFT JOIN moved ON moved.old = reference WHERE reference IS NOT NULL AND (old IS NOT NULL OR ${unknown});
    UPDATE main.${name} AS t SET ${link.columns.map((column, index) => `${quoteName(column.name)} = step.c${index}`).join(", ")}
      FROM step WHERE step.n = t."#n" AND NOT step.lost`);
  store
    .prepare(
      `UPDATE main.${name} AS t SET "#noKey" = ?, "#lost" = ${child.match === undefined ? "1" : 't."#lost"'}
       FROM step WHERE step.n = t."#n" AND step.lost AND t."#noKey" IS NULL`,
    )
    .run(`no-key: its row of ${link.parent.table.id} has no match`);
  store.exec("DROP TABLE moved; DROP TABLE step");
}

/** What the source's rows of the parent were called, and are now. */
function noteMoves(workshop: Workshop, { parent, referenced }: Link, slots: readonly string[]): void {
  const { store } = workshop;
  store.exec(`CREATE TEMP TABLE moved (old TEXT PRIMARY KEY, lost INTEGER, ${slots.join(", ")}) WITHOUT ROWID`);
  if (!workshop.holds(parent.table)) return;
  const name = quoteName(parent.table.id);
  store.exec(`INSERT OR IGNORE INTO moved
    SELECT ${workshop.equality(referenced, cellsOf(referenced, "was"))}, t."#lost", ${cellsOf(referenced, "t").join(", ")}
    FROM original.${name} AS was JOIN main.${name} AS t ON t."#n" = was."#n" ORDER BY t."#lost", t."#n"`);
}
