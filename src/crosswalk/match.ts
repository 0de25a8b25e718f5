/** Finds a source's rows among those of the others by their natural key, and gives them the keys that they have there. */
import type { Column } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import { planKey } from "../values/key.ts";
import type { TouchedTable } from "./plan.ts";
import { cellsOf } from "./workshop.ts";
import type { Workshop } from "./workshop.ts";

/**
 * Looks the rows up among `others`: staging files of the sources that have the target's keys. Leaves the temporary table `fit`, one row a
 * key of the source: `own`, the `reason` why it has none of the target's, or that key (`c0`, `c1`, …); `unmatched`, the natural key that
 * is nobody else's. NULL, and what may not be whole, matches nothing.
 */
export function findRows(workshop: Workshop, { table, match = [] }: TouchedTable, others: readonly string[]): void {
  const key = planKey(table).columns;
  const slots = slotsOf(table);
  const { store } = workshop;
  store.exec(`
    CREATE TEMP TABLE target (natural TEXT NOT NULL, key NOT NULL, ${slots.join(", ")}, PRIMARY KEY (natural, key)) WITHOUT ROWID;
    CREATE TEMP TABLE claim (own, natural TEXT);
    CREATE TEMP TABLE fit (own PRIMARY KEY, reason TEXT, unmatched TEXT, allocated INTEGER, ${slots.join(", ")}) WITHOUT ROWID`);
  const rows = (database: string): string => `FROM ${database}.${quoteName(table.id)} AS t`;
  const natural = (database: string): string => naturalKey(workshop, match, database);
  for (const file of others)
    workshop.withOther(file, () => {
      if (!workshop.holds(table, "other")) return;
      store
        .prepare(
          `INSERT OR IGNORE INTO target SELECT ${[natural("other"), 't."#key"', ...cellsOf(key, "t")].join(", ")} ${rows("other")} ORDER BY "#n"`,
        )
        .run({ table: table.id });
    });
  store
    .prepare(`INSERT INTO claim SELECT DISTINCT t."#key", ${natural("main")} ${rows("main")}`)
    .run({ table: table.id });
  store.exec(
    `${judgement(match, slots)}; DROP TABLE target; DROP TABLE claim; CREATE INDEX temp.unmatched ON fit (unmatched)`,
  );
}

/** Rows that cannot be told apart by their natural key get no new key; `match` as the table's. */
export function refuseTwins({ store }: Workshop, match: readonly Column[]): void {
  store.exec(`UPDATE fit SET reason = ${says(`several rows of its source have its ${namesOf(match)}`)}, unmatched = NULL
    WHERE unmatched IN (SELECT unmatched FROM fit WHERE unmatched IS NOT NULL GROUP BY 1 HAVING count(*) > 1)`);
}

/** Gives the rows what `fit` says. Those without a key of the target's keep that of their source, with the reason. */
export function giveKeys({ store }: Workshop, { table }: TouchedTable): void {
  const key = planKey(table).columns.map(({ name }) => quoteName(name));
  const slots = slotsOf(table);
  const cells = key.map(
    (name, index) => `${name} = CASE WHEN fit.reason IS NULL THEN fit.${slots[index]} ELSE t.${name} END`,
  );
  store.exec(`
    UPDATE main.${quoteName(table.id)} AS t SET ${cells.join(", ")}, "#lost" = fit.reason IS NOT NULL,
      "#noKey" = coalesce(fit.reason, t."#noKey"), "#allocated" = CASE WHEN fit.allocated THEN CAST(t.${key[0]} AS TEXT) END
      FROM fit WHERE fit.own = t."#key";
    DROP TABLE fit`);
}

function slotsOf(table: TouchedTable["table"]): string[] {
  return planKey(table).columns.map((_, index) => `c${index}`);
}

function naturalKey(workshop: Workshop, match: readonly Column[], database: string): string {
  const names = match.map(({ name }) => `'${name.replaceAll("'", "''")}'`).join(", ");
  const doubtful = `SELECT n FROM ${database}.doubt WHERE tableName = @table AND columnName IN (${names})`;
  return `CASE WHEN t."#n" IN (${doubtful}) THEN NULL ELSE ${workshop.equality(match, cellsOf(match, "t"))} END`;
}

function namesOf(match: readonly Column[]): string {
  return match.map(({ name }) => name).join(", ");
}

/** A reason as an SQL literal. */
function says(reason: string): string {
  return `'no-key: ${reason.replaceAll("'", "''")}'`;
}

/** One verdict a key of the source: the only key that all its observations lead to, or why there is none. */
function judgement(match: readonly Column[], slots: readonly string[]): string {
  const names = namesOf(match);
  return `INSERT INTO fit SELECT own, CASE
      WHEN naturals = 0 THEN ${says(`it gives no ${names} to be found by`)}
      WHEN targets = 0 AND naturals > 1 THEN ${says(`no other source has a row with any ${names} that it gives`)}
      WHEN targets = 0 THEN ${says(`no other source has a row with its ${names}`)}
      WHEN targets > 1 THEN ${says(`several rows have its ${names}`)}
      WHEN count(*) OVER (PARTITION BY targets, key) > 1 THEN ${says(`several rows of its source have the ${names} of one row`)} END,
      CASE WHEN targets = 0 AND naturals = 1 THEN natural END, 0, ${slots.join(", ")}
    FROM (SELECT own, count(DISTINCT natural) AS naturals, min(natural) AS natural, count(DISTINCT key) AS targets, min(key) AS key,
        ${slots.join(", ")}
      FROM claim LEFT JOIN target USING (natural) GROUP BY own)`;
}
