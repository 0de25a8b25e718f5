/** Finds a source's rows among those of the others by their natural key, and gives them the keys that they have there. */
import type { Column } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import { planKey } from "../values/key.ts";
import type { TouchedTable } from "./plan.ts";
import { cellsOf } from "./workshop.ts";
import type { Workshop } from "./workshop.ts";

/**
 * `others`: staging files of the sources that have the target's keys. Rows without exactly one match keep the key of their source and
 * get a reason. NULL, and what may not be whole, matches nothing.
 */
export function matchRows(workshop: Workshop, { table, match = [] }: TouchedTable, others: readonly string[]): void {
  const key = planKey(table).columns;
  const slots = key.map((_, index) => `c${index}`);
  const { store } = workshop;
  store.exec(`
    CREATE TEMP TABLE target (natural TEXT NOT NULL, key NOT NULL, ${slots.join(", ")}, PRIMARY KEY (natural, key)) WITHOUT ROWID;
    CREATE TEMP TABLE claim (own, natural TEXT);
    CREATE TEMP TABLE fit (own PRIMARY KEY, reason TEXT, ${slots.join(", ")}) WITHOUT ROWID`);
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
  store.exec(judgement(match, slots));
  store.exec(`
    UPDATE main.${quoteName(table.id)} AS t SET ${key.map(({ name }, index) => `${quoteName(name)} = CASE WHEN fit.reason IS NULL THEN fit.c${index} ELSE t.${quoteName(name)} END`).join(", ")},
      "#lost" = fit.reason IS NOT NULL, "#noKey" = coalesce(fit.reason, t."#noKey") FROM fit WHERE fit.own = t."#key";
    DROP TABLE target; DROP TABLE claim; DROP TABLE fit`);
}

function naturalKey(workshop: Workshop, match: readonly Column[], database: string): string {
  const names = match.map(({ name }) => `'${name.replaceAll("'", "''")}'`).join(", ");
  const doubtful = `SELECT n FROM ${database}.doubt WHERE tableName = @table AND columnName IN (${names})`;
  return `CASE WHEN t."#n" IN (${doubtful}) THEN NULL ELSE ${workshop.equality(match, cellsOf(match, "t"))} END`;
}

/** A reason as an SQL literal. */
function says(reason: string): string {
  return `'no-key: ${reason.replaceAll("'", "''")}'`;
}

/** One verdict a key of the source: the only key that all its observations lead to, or why there is none. */
function judgement(match: readonly Column[], slots: readonly string[]): string {
  const names = match.map(({ name }) => name).join(", ");
  return `INSERT INTO fit SELECT own, CASE
      WHEN given = 0 THEN ${says(`it gives no ${names} to be found by`)}
      WHEN targets = 0 THEN ${says(`no other source has a row with its ${names}`)}
      WHEN targets > 1 THEN ${says(`several rows have its ${names}`)}
      WHEN count(*) OVER (PARTITION BY targets, key) > 1 THEN ${says(`several rows of its source have the ${names} of one row`)} END,
      ${slots.join(", ")}
    FROM (SELECT own, count(natural) AS given, count(DISTINCT key) AS targets, min(key) AS key, ${slots.join(", ")}
      FROM claim LEFT JOIN target USING (natural) GROUP BY own)`;
}
