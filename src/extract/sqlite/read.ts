/** Turns the rows of a surveyed database into observations. */
import { isDamage, quoteIdentifier, unreadable } from "../../files/sqlite.ts";
import type { SqliteTable } from "../../schema/sqlite-catalog.ts";
import { defaultConventions } from "../../values/codec.ts";
import type { RawValue } from "../../values/codec.ts";
import type { ExtractContext, Locator, ObservationBatch } from "../extractor.ts";
import { InvalidText, rowAsJson } from "./cells.ts";
import { damagedPages } from "./damage.ts";
import type { TableReading } from "./plan.ts";
import { DatabaseProgress } from "./progress.ts";
import { readRows, rowidName } from "./rows.ts";
import type { Damage, Page } from "./rows.ts";
import type { SurveyedDatabase } from "./survey.ts";

const unfedRule = "feeds no target table";

/** Reads the tables of one database. `advance` is told how many of the file's bytes count as read. */
export function* readDatabase(
  database: SurveyedDatabase,
  context: ExtractContext,
  advance: (bytes: number) => void,
): Generator<ObservationBatch> {
  const { plan, file } = database;
  tellOfFile(database, context);
  try {
    for (const table of plan.malformed) quarantineMalformed(database, table, context);
    yield* readTables(database, context, advance);
  } catch (error) {
    throw unreadable(file.name, error);
  }
}

function tellOfFile({ file, opened, plan }: SurveyedDatabase, context: ExtractContext): void {
  const beside = opened.readWith.map((suffix) => file.name + suffix).join(", ");
  if (beside !== "") context.warn(`${beside} stood beside the database and was read with it`, { file });
  if (opened.isDamaged) context.warn("the file is damaged or cut short; what can be read of it is", { file });
  if (plan.readings.length === 0) context.warn("no table of this file feeds a target table", { file });
}

function* readTables(
  database: SurveyedDatabase,
  context: ExtractContext,
  advance: (bytes: number) => void,
): Generator<ObservationBatch> {
  const { readings, unfed } = database.plan;
  const weigh = (table: SqliteTable) => weightOf(database, table);
  const weights = { fed: readings.map(({ source }) => weigh(source)), unfed: unfed.map(weigh) };
  const progress = new DatabaseProgress(database.file.bytes, [...weights.fed, ...weights.unfed]);
  for (const [index, reading] of readings.entries()) {
    const weight = weights.fed[index] ?? 0;
    yield* readTable(database, reading, context, (position) => advance(progress.within(weight, position)));
    advance(progress.finish(weight));
  }
  for (const [index, table] of unfed.entries()) {
    context.signal.throwIfAborted();
    skipTable(database, table, context);
    advance(progress.finish(weights.unfed[index] ?? 0));
  }
}

/** The highest row id stands for the number of rows: it takes one seek. */
function weightOf({ opened }: SurveyedDatabase, table: SqliteTable): number {
  const rowid = rowidName(table);
  if (rowid === undefined) return 1;
  try {
    const highest = opened.db
      .prepare(`SELECT max(${rowid}) FROM ${quoteIdentifier(table.name)}`)
      .pluck()
      .get();
    return Math.max(1, Number(highest ?? 1));
  } catch (error) {
    if (isDamage(error)) return 1;
    throw error;
  }
}

function* readTable(
  database: SurveyedDatabase,
  reading: TableReading,
  context: ExtractContext,
  reached: (position: number) => void,
): Generator<ObservationBatch> {
  const { source, leftover } = reading;
  const names = leftover.map(({ name }) => name);
  if (names.length > 0) context.leftover(`${database.file.name} ${source.name}`, names);
  const damage: Damage[] = [];
  for (const event of readRows(database.opened.db, source, selected(reading))) {
    context.signal.throwIfAborted();
    if (event.kind === "damage") damage.push(event);
    else yield* stagePage(database, reading, event, context);
    if (event.kind === "page") reached(event.positions.at(-1) ?? 0);
  }
  quarantineDamage(database, source, damage, context);
}

/** What feeds the target, then the rest of the row as it is stored: quarantine keeps whole rows. */
function selected({ columns, leftover }: TableReading): string[] {
  const stored = leftover.filter(({ generated }) => generated === undefined);
  return [...columns.map(({ source }) => source), ...stored].map(({ name }) => name);
}

function* stagePage(
  { file }: SurveyedDatabase,
  reading: TableReading,
  page: Page,
  context: ExtractContext,
): Generator<ObservationBatch> {
  context.read(page.rows.length);
  const names = selected(reading);
  const part = reading.source.name;
  const whole = withoutInvalidText(page, reading, (row, reason) =>
    context.quarantine(rowAsJson(names, page.rows[row] ?? []), reason, { file, part, row: page.positions[row] ?? 0 }),
  );
  if (whole.rows.length === 0) return;
  const width = reading.columns.length;
  yield {
    table: reading.mapping.table,
    columns: reading.columns.map(({ target }) => target),
    operation: "snapshot",
    conventions: defaultConventions,
    file,
    part,
    positionsAre: "row",
    rows: (names.length === width ? whole.rows : whole.rows.map((row) => row.slice(0, width))) as (RawValue | null)[][],
    positions: whole.positions,
    raw: (row) => rowAsJson(names, whole.rows[row] ?? []),
  };
}

/** The page's rows but those that have, in a column that feeds the target, text that does not decode. */
function withoutInvalidText(
  page: Page,
  { columns }: TableReading,
  refuse: (row: number, reason: string) => void,
): Pick<Page, "rows" | "positions"> {
  const bad = new Set<number>();
  for (const [index, row] of page.rows.entries()) {
    const column = columns.find((_, at) => row[at] instanceof InvalidText);
    if (column === undefined) continue;
    bad.add(index);
    refuse(index, `${column.source.name} holds text that is not valid UTF-8`);
  }
  if (bad.size === 0) return page;
  const isGood = (_: unknown, index: number) => !bad.has(index);
  return { rows: page.rows.filter(isGood), positions: page.positions.filter(isGood) };
}

function skipTable(database: SurveyedDatabase, table: SqliteTable, context: ExtractContext): void {
  try {
    const count = database.opened.db
      .prepare(`SELECT count(*) FROM ${quoteIdentifier(table.name)}`)
      .pluck()
      .get();
    context.read(Number(count));
    if (Number(count) > 0) context.skip(unfedRule, Number(count));
  } catch (error) {
    if (!isDamage(error)) throw error;
    const all: Damage = { kind: "damage", reason: error.message, after: undefined, resumedAfter: undefined };
    quarantineDamage(database, table, [all], context);
  }
}

/** Rows that cannot be read cannot be counted: each damaged page, or else each unreadable stretch, is one record. */
function quarantineDamage(
  { file, opened }: SurveyedDatabase,
  table: SqliteTable,
  damage: readonly Damage[],
  context: ExtractContext,
): void {
  if (damage.length === 0) return;
  const part = table.name;
  for (const stretch of damage) context.warn(`table ${part}: ${describe(stretch)}`, locate(stretch, file, part));
  const pages = damagedPages(opened.db, opened.file, table);
  context.read(pages.length || damage.length);
  for (const { number, finding, offset, bytes } of pages)
    context.quarantine(bytes, `page ${number} of table ${part} is damaged: ${finding}`, { file, part, offset });
  if (pages.length > 0) return;
  for (const stretch of damage)
    context.quarantine(
      describe(stretch),
      `table ${part} cannot be read whole: ${stretch.reason}`,
      locate(stretch, file, part),
    );
}

function describe({ reason, after, resumedAfter }: Damage): string {
  const from = after === undefined ? "from its first row" : `behind row ${after}`;
  const to = resumedAfter === undefined ? "to its end" : `up to row ${resumedAfter}`;
  return `rows ${from} ${to} cannot be read (${reason})`;
}

function locate({ after }: Damage, file: Locator["file"], part: string): Locator {
  return after === undefined ? { file, part } : { file, part, row: after };
}

function quarantineMalformed({ file }: SurveyedDatabase, table: SqliteTable, context: ExtractContext): void {
  context.read(1);
  const reason = `the catalog's entry of table ${table.name} is malformed, and its rows are out of reach`;
  context.quarantine(table.sql, reason, { file, part: table.name });
  context.warn(reason, { file, part: table.name });
}
