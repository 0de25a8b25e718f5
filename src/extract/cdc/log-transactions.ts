/** What a first reading of a transaction log's export shows of its transactions. */
import { isCompensation, type LogRecord, logTime } from "./log-record.ts";

/** How a transaction ended. */
export interface End {
  readonly isCommitted: boolean;
  readonly at: string | undefined;
}

const ends = new Map([
  ["LOP_COMMIT_XACT", true],
  ["LOP_ABORT_XACT", false],
]);

/** Transactions of the server's own that write rows again as they are. */
const rewriting = /^(?:(?:create|alter|drop|online|offline) index|alter table|index reorg|dbcc)/i;
const columnsOfTables = /^sys\.syscolpars\b/i;

export class Transactions {
  readonly #ended = new Map<string, End | "twice">();
  readonly #partly = new Set<string>();
  readonly #splits = new Set<string>();
  readonly #rewriting = new Map<string, string>();
  /** By transaction and table, the pages on which it changed rows that the log does not show; empty: nobody knows which page. */
  readonly #blurred = new Map<string, Set<string>>();
  readonly #splitPages = new Set<string>();
  readonly #inserting = new Set<string>();
  #records = 0;
  #lastAltered = 0;

  /** Of every record, in the log's order. */
  take(record: LogRecord): void {
    const { operation, transaction, name, unit, end } = record;
    this.#records++;
    if (isCompensation(record)) this.#partly.add(transaction);
    if (operation === "LOP_DELETE_SPLIT" || /^splitpage/i.test(name)) this.#splits.add(transaction);
    if (operation === "LOP_DELETE_SPLIT") this.#splitPages.add(record.page);
    if (rewriting.test(name)) this.#rewriting.set(transaction, name);
    if (operation.startsWith("LOP_MODIFY") && columnsOfTables.test(unit)) this.#lastAltered = this.#records;
    const isCommitted = ends.get(operation);
    if (isCommitted === undefined) return;
    this.#ended.set(transaction, this.#ended.has(transaction) ? "twice" : { isCommitted, at: logTime(end) });
  }

  /** It put a row into the table. */
  insertsInto({ transaction }: LogRecord, table: string): void {
    this.#inserting.add(`${transaction} ${table}`);
  }

  /** A row of the table was changed or inserted in it, and the log does not show which. */
  blur({ transaction, page }: LogRecord, table: string): void {
    const name = `${transaction} ${table}`;
    const pages = this.#blurred.get(name) ?? new Set();
    this.#blurred.set(name, pages.add(page));
  }

  /** Undefined where the export does not show it, or shows two. */
  endOf({ transaction }: LogRecord): End | undefined {
    const end = this.#ended.get(transaction);
    return end === "twice" ? undefined : end;
  }

  isTakenBackInPart({ transaction }: LogRecord): boolean {
    return this.#partly.has(transaction);
  }

  isSplit({ transaction }: LogRecord): boolean {
    return this.#splits.has(transaction);
  }

  /** The name of a transaction that writes rows again. */
  rewrites({ transaction }: LogRecord): string | undefined {
    return this.#rewriting.get(transaction);
  }

  isBlurred({ transaction }: LogRecord, table: string): boolean {
    return this.#blurred.has(`${transaction} ${table}`);
  }

  /** Could the record's row be one that its transaction changed, too, and the log does not show? Rows leave their page where it is split. */
  mayHaveChanged({ transaction, page }: LogRecord, table: string): boolean {
    const pages = this.#blurred.get(`${transaction} ${table}`);
    if (pages === undefined) return false;
    return page === "" || pages.has(page) || [page, ...pages].some((one) => one === "" || this.#splitPages.has(one));
  }

  /** A row that it deleted may be there again. */
  mayInsertAgain({ transaction }: LogRecord, table: string): boolean {
    const name = `${transaction} ${table}`;
    return this.#blurred.has(name) && this.#inserting.has(name);
  }

  /** Was a column of any table altered or renamed behind the record? `ordinal`: 1-based. */
  isBeforeAlteration(ordinal: number): boolean {
    return ordinal < this.#lastAltered;
  }
}
