/**
 * Which rows belong to which parents, in temporary tables: one pass over each table, so that no parent needs another. SQLite writes
 * them to a file of its own, and to `reconciled.db`, which is open for reading, never.
 */
import type { Table } from "../../schema/model.ts";
import { quoteName } from "../../stage/database.ts";
import type { Store } from "../../stage/database.ts";
import type { Reference } from "../../verify/foreign-keys.ts";
import type { Branch } from "./family.ts";

/** Above every row number, so that the state of a row counts before it. */
const rowNumbers = 2 ** 40;

/** By branch: `"#root"` is the row number of the parent, `"#row"` that of the row which belongs to it. */
export function belongingsOf(index: number): string {
  return `temp.${quoteName(`pack ${index}`)}`;
}

/** Conflicts of a table's rows: `"#row"` and `conflict`, the row numbers of both. */
export function conflictsOf(name: string): string {
  return `temp.${quoteName(`conflicts ${name}`)}`;
}

/** Maps the rows of every branch to parents. A row that refers to several rows of one parent belongs to it once. */
export function mapBelongings(store: Store, parent: Table, branches: readonly Branch[]): void {
  const places = new Map<Table, number>();
  for (const [index, branch] of branches.entries()) {
    for (const reference of branch.references) {
      prepareKeys(store, reference);
      gather(store, wayOf(reference, reference.parent === parent ? undefined : places.get(reference.parent)));
    }
    for (const reference of branch.ownReferences) {
      prepareKeys(store, reference);
      store.exec(
        `CREATE TEMP TABLE own AS SELECT DISTINCT * FROM temp.gathered; CREATE INDEX temp.ownRows ON own ("#row")`,
      );
      gather(store, wayOf(reference, "own"));
      store.exec("DROP TABLE temp.own");
    }
    settle(store, index);
    if (branch.table !== parent) places.set(branch.table, index);
  }
}

/** What a foreign key refers to, with the row that has it: one that is recovered rather than one that is not. */
function prepareKeys(store: Store, { parent, parentKey }: Reference): void {
  const named = parentKey.map((expression, index) => `${expression} AS "#k${index}"`);
  const rank = `("#withheld" IS NOT NULL) + "#deleted"`;
  const present = parentKey.map((expression) => `${expression} IS NOT NULL`).join(" AND ");
  store.exec(`
    DROP TABLE IF EXISTS temp.keys;
    CREATE TEMP TABLE keys AS SELECT ${named.join(", ")}, min((${rank}) * ${rowNumbers} + rowid) % ${rowNumbers} AS "#parent"
      FROM main.${quoteName(parent.id)} WHERE ${present} GROUP BY ${parentKey.map((_, index) => index + 1).join(", ")};
    CREATE INDEX temp.keyOrder ON keys (${parentKey.map((_, index) => `"#k${index}"`).join(", ")})`);
}

/** Pairs of parent and row; CROSS JOIN keeps SQLite to the order in which only indexes are asked. */
function wayOf({ child, childKey }: Reference, through: number | "own" | undefined): string {
  const matches = childKey.map((expression, index) => `keys."#k${index}" = ${expression}`).join(" AND ");
  const rows = `FROM main.${quoteName(child.id)} AS child CROSS JOIN temp.keys AS keys ON ${matches}`;
  if (through === undefined) return `SELECT keys."#parent" AS "#root", child.rowid AS "#row" ${rows}`;
  const belonging = through === "own" ? "temp.own" : belongingsOf(through);
  return `SELECT found."#root", child.rowid AS "#row" ${rows} CROSS JOIN ${belonging} AS found ON found."#row" = keys."#parent"`;
}

function gather(store: Store, sql: string): void {
  store.exec(
    `CREATE TEMP TABLE IF NOT EXISTS gathered ("#root" INTEGER, "#row" INTEGER); INSERT INTO temp.gathered ${sql}`,
  );
}

function settle(store: Store, index: number): void {
  store.exec(`
    CREATE TABLE ${belongingsOf(index)} AS SELECT DISTINCT "#root", "#row" FROM temp.gathered;
    CREATE UNIQUE INDEX temp.${quoteName(`roots ${index}`)} ON ${quoteName(`pack ${index}`)} ("#root", "#row");
    CREATE INDEX temp.${quoteName(`rows ${index}`)} ON ${quoteName(`pack ${index}`)} ("#row");
    DROP TABLE temp.gathered`);
}

/** Finds the rows of a table's conflicts once; `name` is that of {@link conflictsOf}. */
export function mapConflicts(store: Store, table: Table, name: string): void {
  store.exec(`
    CREATE TEMP TABLE said (conflict INTEGER, "key");
    INSERT INTO temp.said SELECT rowid, "key" FROM main.conflict WHERE tableName = ${quoteText(table.id)};
    CREATE INDEX temp.saidKeys ON said ("key");
    CREATE TABLE ${conflictsOf(name)} AS SELECT child.rowid AS "#row", said.conflict FROM main.${quoteName(table.id)} AS child
      CROSS JOIN temp.said AS said ON said."key" = child."#key" WHERE child."#deleted" = 0;
    CREATE INDEX temp.${quoteName(`conflict rows ${name}`)} ON ${quoteName(`conflicts ${name}`)} ("#row", conflict);
    DROP TABLE temp.said`);
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
