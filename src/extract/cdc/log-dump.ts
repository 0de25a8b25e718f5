/**
 * The transaction log as `fn_dblog` shows it, exported as CSV. Rows that were inserted and deleted stand there whole, as they stood in their
 * pages; of a row that was changed there are only the bytes that differ, so that it is evidence without a value.
 */
import { UserError } from "../../errors.ts";
import { sameName } from "../../schema/model.ts";
import type { Fields } from "../events/changes.ts";
import { ChangeFeed } from "../events/feed.ts";
import { momentOf } from "../events/moment.ts";
import { type Outcome, skipped, unrouted } from "../events/outcome.ts";
import { tableFields, tableRows, type TableSource } from "../events/table-rows.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { csvSource, unheard } from "./change-table-rows.ts";
import { LoggedRows } from "./logged-rows.ts";
import type { CdcOptions } from "./options.ts";

const changes = new Map([
  ["LOP_INSERT_ROWS", "a row was inserted"],
  ["LOP_DELETE_ROWS", "a row was deleted"],
  ["LOP_MODIFY_ROW", "a row was changed"],
  ["LOP_MODIFY_COLUMNS", "a row was changed"],
]);

/** How a transaction ended. */
interface End {
  readonly isCommitted: boolean;
  readonly at: string | undefined;
}

interface Transactions {
  readonly ended: ReadonlyMap<string, End>;
  /** A part of them was taken back. */
  readonly partly: ReadonlySet<string>;
}

const ends = new Map([
  ["LOP_COMMIT_XACT", true],
  ["LOP_ABORT_XACT", false],
]);

/** Names as fn_dblog gives them; programs leave blanks out. */
const needed = { operation: "operation", transaction: "transactionid", unit: "allocunitname", end: "endtime" } as const;
/** Without them there are no values. */
const wanted = { context: "context", contents: "rowlogcontents0", description: "description" } as const;
type Names = Readonly<Record<keyof typeof needed, string>> & Readonly<Partial<Record<keyof typeof wanted, string>>>;

/** Throws UserError for a file without the columns. */
export async function* readLogDump(
  file: EvidenceFile,
  settings: CdcOptions,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  const source = csvSource(file, settings);
  const fields = (await tableFields(source, context)) ?? [];
  if (fields.length === 0) {
    context.warn("the file is empty", { file });
    return;
  }
  const names = namesOf(fields, file);
  const transactions = await transactionsOf(source, fields, names, context);
  const logged = new LoggedRows();
  const unnamed = new Map<string, number>();
  const feed = new ChangeFeed(file, context, { conventions: { dateOrder: "ymd" } });
  for await (const { rows } of tableRows(source, fields, context))
    for (const { values, place } of rows)
      yield* feed.take(
        outcomeOf(values, names, { transactions, logged, unnamed, mappings: context.mappings }),
        place,
        true,
      );
  yield* feed.end();
  for (const [table, count] of unnamed) context.warn(staleRows(table, count), { file });
}

function staleRows(table: string, count: number): string {
  return `${table}: ${count} ${count === 1 ? "change" : "changes"} of rows without saying which: what whole rows in the log held may have been changed since`;
}

async function transactionsOf(
  source: TableSource,
  fields: readonly string[],
  names: Names,
  context: ExtractContext,
): Promise<Transactions> {
  const ended = new Map<string, End>();
  const partly = new Set<string>();
  for await (const { rows } of tableRows(source, fields, { ...context, ...unheard }))
    for (const { values } of rows) {
      const transaction = textOf(values, names.transaction);
      if (/^COMPENSATION\b/i.test(textOf(values, names.description))) partly.add(transaction);
      const isCommitted = ends.get(textOf(values, names.operation));
      if (isCommitted !== undefined) ended.set(transaction, { isCommitted, at: timeOf(textOf(values, names.end)) });
    }
  return { ended, partly };
}

interface Surroundings {
  readonly transactions: Transactions;
  readonly logged: LoggedRows;
  /** Changes that say no row, by table. */
  readonly unnamed: Map<string, number>;
  readonly mappings: readonly TableMapping[];
}

function outcomeOf(
  row: Fields,
  names: Names,
  { transactions, logged, unnamed, mappings }: Surroundings,
): readonly Outcome[] {
  const operation = textOf(row, names.operation);
  const change = changes.get(operation);
  if (change === undefined) return skipped("record of the log that changes no row");
  const unit = textOf(row, names.unit);
  const mapping = mappings.find(({ table, from }) => isUnitOf(unit, from ?? `${table.schema}.${table.name}`));
  if (mapping === undefined) return [unrouted];
  const transaction = textOf(row, names.transaction);
  const end = transactions.ended.get(transaction);
  if (end?.isCommitted === false) return skipped("rolled back");
  const from = mapping.from ?? `${mapping.table.schema}.${mapping.table.name}`;
  const context = textOf(row, names.context);
  const index = unit.slice(from.length + 1);
  if (logged.isOfOtherIndex(mapping, index, context))
    return skipped("entry of an index: the row itself is logged, too");
  const evidence = (why: string): readonly Outcome[] => [
    { kind: "evidence", proof: { table: mapping.table, at: end?.at, reason: `${change}${why}` } },
  ];
  if (end === undefined) return evidence(", if its transaction was committed: the export does not show its end");
  if (transactions.partly.has(transaction))
    return evidence(", unless it was taken back: a part of its transaction was");
  if (operation !== "LOP_INSERT_ROWS" && operation !== "LOP_DELETE_ROWS") {
    unnamed.set(mapping.table.id, (unnamed.get(mapping.table.id) ?? 0) + 1);
    return evidence("; the log holds the bytes that differ, and not which row it was");
  }
  const read = logged.read(mapping, operation === "LOP_INSERT_ROWS" ? "insert" : "delete", textOf(row, names.contents));
  return typeof read === "string"
    ? evidence(`; its image cannot be read: ${read}`)
    : [{ kind: "change", change: { ...read, at: end.at } }];
}

/** `dbo.Orders` of a heap, `dbo.Orders.PK_Orders` of an index. */
function isUnitOf(unit: string, table: string): boolean {
  return sameName(unit, table) || sameName(unit.slice(0, table.length + 1), `${table}.`);
}

function textOf(row: Fields, name: string | undefined): string {
  return name === undefined ? "" : String(row.get(name) ?? "").trim();
}

const ownForm = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d):(\d{3})$/;

/** fn_dblog writes `2026/03/01 10:00:00:123`. */
function timeOf(text: string): string | undefined {
  if (text === "") return undefined;
  return momentOf(text.replace(ownForm, "$1-$2-$3 $4.$5"), { dateOrder: "ymd" }, "UTC");
}

function namesOf(fields: readonly string[], file: EvidenceFile): Names {
  const find = (plain: string) =>
    fields.find((candidate) => candidate.replaceAll(/[\s_]/g, "").toLowerCase() === plain);
  const missing = Object.values(needed).find((plain) => find(plain) === undefined);
  if (missing !== undefined) throw noColumn(missing, fields, file);
  const all = Object.entries({ ...needed, ...wanted }).map(([name, plain]) => [name, find(plain)] as const);
  return Object.fromEntries(all.filter(([, field]) => field !== undefined)) as unknown as Names;
}

function noColumn(plain: string, fields: readonly string[], { name }: EvidenceFile): UserError {
  return new UserError({
    what: `the file is no export of fn_dblog: it has no column ${plain}`,
    remedy: `Export [Current LSN], Operation, Context, [Transaction ID], AllocUnitName, [Begin Time], [End Time], Description and [RowLog Contents 0] under a header; what is there is ${fields.slice(0, 12).join(", ")}`,
    where: { file: name },
  });
}
