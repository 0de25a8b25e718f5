/**
 * The transaction log as `fn_dblog` shows it, exported as CSV. Rows that were inserted and deleted stand there whole, as they stood in their
 * pages; of a row that was changed there are only the bytes that differ, which say something where the log shows the row itself before.
 */
import { ChangeFeed } from "../events/feed.ts";
import { type Outcome, skipped, unrouted } from "../events/outcome.ts";
import { tableFields, type TableSource } from "../events/table-rows.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { csvSource } from "./change-table-rows.ts";
import { logBytes, type LogFields, logFields, type LogRecord, logRecord } from "./log-record.ts";
import { Transactions } from "./log-transactions.ts";
import { NamelessUnits, standing, tableOfRecord } from "./log-units.ts";
import { type ChangedRow, LoggedPages } from "./logged-pages.ts";
import { LoggedRows } from "./logged-rows.ts";
import type { CdcOptions } from "./options.ts";
import { orderedRows, unheard } from "./ordered-rows.ts";

const changes = new Map([
  ["LOP_INSERT_ROWS", "a row was inserted"],
  ["LOP_DELETE_ROWS", "a row was deleted"],
  ["LOP_MODIFY_ROW", "a row was changed"],
  ["LOP_MODIFY_COLUMNS", "a row was changed"],
]);

/** Throws UserError for a file without the columns. */
export async function* readLogDump(
  file: EvidenceFile,
  settings: CdcOptions,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  const source = csvSource(file, settings);
  const names = (await tableFields(source, context)) ?? [];
  if (names.length === 0) {
    context.warn("the file is empty", { file });
    return;
  }
  const reading = await readingOf(source, names, context);
  const dump = new LogDump(context.mappings, await firstReading(reading, context), "description" in reading.fields);
  const feed = new ChangeFeed(file, context, { conventions: { dateOrder: "ymd" } });
  for await (const { rows } of reading.rows(context))
    for (const { values, place } of rows) yield* feed.take(dump.read(logRecord(values, reading.fields)), place, true);
  yield* feed.end();
  for (const sentence of dump.sentences()) context.warn(sentence, { file });
}

interface Reading {
  readonly source: TableSource;
  readonly fields: LogFields;
  readonly rows: Awaited<ReturnType<typeof orderedRows>>;
}

async function readingOf(source: TableSource, names: readonly string[], context: ExtractContext): Promise<Reading> {
  const fields = logFields(names, source.file);
  const order = {
    orderOf: (row: Parameters<typeof logRecord>[0]) => logRecord(row, fields).lsn,
    columns: "[Current LSN]",
  };
  return { source, fields, rows: await orderedRows(source, names, order, context) };
}

/** How transactions ended, and which of them changed rows that the log does not show. */
async function firstReading({ source, fields, rows: read }: Reading, context: ExtractContext): Promise<Transactions> {
  const transactions = new Transactions();
  const nameless = new NamelessUnits();
  const replay = new Replay(context.mappings);
  for await (const { rows } of read({ ...context, ...unheard }))
    for (const { values } of rows) {
      const record = logRecord(values, fields);
      transactions.take(record);
      nameless.take(record);
      note(transactions, record, replay.take(record));
    }
  nameless.refuseSeveral(context.mappings, source.file);
  return transactions;
}

function note(transactions: Transactions, record: LogRecord, { mapping, isOfRows, isUnknown }: Told): void {
  if (mapping === undefined || !isOfRows) return;
  if (record.operation === "LOP_INSERT_ROWS") transactions.insertsInto(record, mapping.table.id);
  if (isUnknown) transactions.blur(record, mapping.table.id);
}

function isModification({ operation }: LogRecord): boolean {
  return operation.startsWith("LOP_MODIFY_") && changes.has(operation);
}

interface Told {
  readonly mapping: TableMapping | undefined;
  readonly where: ReturnType<typeof standing>;
  readonly isOfRows: boolean;
  /** The log does not show which row it puts there, or changes. */
  readonly isUnknown: boolean;
  readonly changed: ChangedRow | undefined;
}

/** What the records before it say of each. */
class Replay {
  readonly #mappings: readonly TableMapping[];
  readonly #pages = new LoggedPages();
  readonly logged = new LoggedRows();

  constructor(mappings: readonly TableMapping[]) {
    this.#mappings = mappings;
  }

  take(record: LogRecord): Told {
    const mapping = tableOfRecord(record, this.#mappings);
    if (mapping === undefined)
      return { mapping, where: "other", isOfRows: false, isUnknown: false, changed: undefined };
    const where = standing(mapping, record, this.logged.layout(mapping));
    const isRow = (bytes: Buffer) => where === "rows" && this.logged.isRow(mapping, bytes);
    const changed = this.#pages.take(record, isRow);
    const isInsert = record.operation === "LOP_INSERT_ROWS" && !isRow(logBytes(record.contents) ?? Buffer.alloc(0));
    const isUnknown = isInsert || (isModification(record) && changed === undefined);
    return { mapping, where, isOfRows: where !== "beside" && where !== "other", isUnknown, changed };
  }
}

/** The second reading. */
class LogDump {
  readonly #transactions: Transactions;
  readonly #replay: Replay;
  readonly #showsCompensation: boolean;
  /** Changes that say no row, by table. */
  readonly #unnamed = new Map<string, number>();
  #ordinal = 0;

  constructor(mappings: readonly TableMapping[], transactions: Transactions, showsCompensation: boolean) {
    this.#transactions = transactions;
    this.#replay = new Replay(mappings);
    this.#showsCompensation = showsCompensation;
  }

  read(record: LogRecord): readonly Outcome[] {
    this.#ordinal++;
    const told = this.#replay.take(record);
    const change = changes.get(record.operation);
    if (change === undefined) return skipped("record of the log that changes no row");
    if (told.mapping === undefined || told.where === "other") return [unrouted];
    const end = this.#transactions.endOf(record);
    if (end?.isCommitted === false) return skipped("rolled back");
    if (told.where === "beside") return skipped("entry of an index: the row itself is logged, too");
    if (record.operation === "LOP_INSERT_ROWS" && this.#transactions.isSplit(record))
      return skipped("a page was split: the row was there");
    const read = this.#doubt(record) ?? this.#changeOf(record, told, told.mapping);
    if (typeof read !== "string") return [{ kind: "change", change: { ...read, at: end?.at } }];
    return [{ kind: "evidence", proof: { table: told.mapping.table, at: end?.at, reason: `${change}${read}` } }];
  }

  sentences(): string[] {
    return [...this.#unnamed].map(
      ([table, count]) =>
        `${table}: ${count} ${count === 1 ? "change" : "changes"} of rows without saying which: what whole rows in the log held may have been changed since`,
    );
  }

  /** Why nothing of the record can be claimed, whatever it holds. */
  #doubt(record: LogRecord): string | undefined {
    const transactions = this.#transactions;
    if (transactions.endOf(record) === undefined)
      return ", if its transaction was committed: the export does not show its end";
    if (!this.#showsCompensation)
      return ", unless it was taken back: the export has no column Description, which says so";
    if (transactions.isTakenBackInPart(record)) return ", unless it was taken back: a part of its transaction was";
    const rewriting = transactions.rewrites(record);
    if (rewriting !== undefined) return `, or written again as it was: its transaction is ${rewriting}`;
    if (transactions.isBeforeAlteration(this.#ordinal))
      return "; a column was altered or renamed later, and the log does not say of which table";
    return undefined;
  }

  #changeOf(record: LogRecord, { where, changed, isUnknown }: Told, mapping: TableMapping) {
    const { logged } = this.#replay;
    const transactions = this.#transactions;
    const { id } = mapping.table;
    const isDelete = record.operation === "LOP_DELETE_ROWS";
    if (isUnknown) this.#unnamed.set(id, (this.#unnamed.get(id) ?? 0) + 1);
    if (isUnknown && isModification(record)) return "; the log holds the bytes that differ, and not which row it was";
    if (typeof where === "object") return unreadable(where.why);
    const operation = isDelete ? "delete" : "insert";
    const read =
      changed === undefined ? logged.read(mapping, operation, record.contents) : logged.changed(mapping, changed);
    if (typeof read === "string") return unreadable(read);
    if (isDelete ? transactions.mayInsertAgain(record, id) : transactions.isBlurred(record, id))
      return "; its transaction changed rows of the table that the log does not name, maybe this one again";
    // What the row held may never have been committed.
    return isDelete && transactions.mayHaveChanged(record, id) ? { ...read, before: undefined } : read;
  }
}

function unreadable(why: string): string {
  return `; its image cannot be read: ${why}`;
}
