/**
 * Rows of pages, as far as the log itself shows them: from the record that writes a row whole, through those that replace some of its
 * bytes. Each record says which change of its page came before: where one is missing, nothing of the page is known any more.
 */
import { isCompensation, logBytes, type LogRecord } from "./log-record.ts";

interface Page {
  /** Of the last change. */
  lsn: string;
  readonly rows: Map<number, Buffer>;
}

export interface ChangedRow {
  readonly before: Buffer;
  readonly after: Buffer;
}

const mostPages = 20_000;

export class LoggedPages {
  readonly #pages = new Map<string, Page>();

  /**
   * Takes the records of tables in the log's order. `isRow`: do the bytes make one whole row of the table?
   * Gives what a changed row held and holds; undefined where the log does not show it surely.
   */
  take(record: LogRecord, isRow: (bytes: Buffer) => boolean): ChangedRow | undefined {
    const slot = numberOf(record.slot);
    if (record.page === "" || record.lsn === "" || record.pageLsn === "") return undefined;
    const { rows } = this.#follow(record);
    if (slot === undefined || isCompensation(record)) rows.clear();
    else if (record.operation === "LOP_INSERT_ROWS") insert(rows, slot, record, isRow);
    else if (record.operation === "LOP_DELETE_ROWS") remove(rows, slot, record);
    else if (record.operation === "LOP_MODIFY_ROW") return modify(rows, slot, record, isRow);
    else if (record.operation === "LOP_MODIFY_COLUMNS") rows.delete(slot);
    else if (record.operation === "LOP_EXPUNGE_ROWS") forgetFrom(rows, slot);
    else if (record.operation !== "LOP_MODIFY_HEADER") rows.clear();
    return undefined;
  }

  #follow({ page: name, lsn, pageLsn }: LogRecord): Page {
    const page = this.#pages.get(name) ?? { lsn: pageLsn, rows: new Map<number, Buffer>() };
    if (page.lsn !== pageLsn) page.rows.clear();
    page.lsn = lsn;
    this.#pages.delete(name);
    this.#pages.set(name, page);
    const [oldest] = this.#pages.size > mostPages ? this.#pages.keys() : [];
    if (oldest !== undefined) this.#pages.delete(oldest);
    return page;
  }
}

function numberOf(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

/**
 * In an index the rows behind it move up, unless it takes the place of a ghost, which the log does not say: they are forgotten. Those of a
 * heap stay where they are.
 */
function insert(rows: Page["rows"], slot: number, { context, contents }: LogRecord, isRow: (bytes: Buffer) => boolean) {
  const bytes = logBytes(contents);
  if (bytes === undefined || !isRow(bytes) || !(context === "LCX_HEAP" || context === "LCX_CLUSTERED")) rows.clear();
  else {
    if (context === "LCX_CLUSTERED") forgetFrom(rows, slot);
    rows.set(slot, bytes);
  }
}

function remove(rows: Page["rows"], slot: number, { context }: LogRecord): void {
  if (context === "LCX_HEAP" || context === "LCX_MARK_AS_GHOST") rows.delete(slot);
  else rows.clear();
}

function forgetFrom(rows: Page["rows"], first: number): void {
  for (const slot of rows.keys()) if (slot >= first) rows.delete(slot);
}

/** The bytes that it replaces have to be those of the row. */
function modify(
  rows: Page["rows"],
  slot: number,
  { contents, changedTo, offset }: LogRecord,
  isRow: (bytes: Buffer) => boolean,
): ChangedRow | undefined {
  const before = rows.get(slot);
  rows.delete(slot);
  const [old, now, at] = [logBytes(contents), logBytes(changedTo), numberOf(offset)];
  if (before === undefined || old === undefined || now === undefined || at === undefined) return undefined;
  if (!before.subarray(at, at + old.length).equals(old)) return undefined;
  const after = Buffer.concat([before.subarray(0, at), now, before.subarray(at + old.length)]);
  if (!isRow(after)) return undefined;
  rows.set(slot, after);
  return { before, after };
}
