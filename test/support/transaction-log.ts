/**
 * A server in small: a table of pages, transactions that change its rows, and the log of it in the columns of fn_dblog. What is committed is
 * known, so that what a reader claims can be held against it.
 */
import type { Table } from "../../src/schema/model.ts";
import { type Cell, writeRow } from "./row-images.ts";

export type Cells = Readonly<Record<string, Cell>>;

interface Stored {
  readonly cells: Cells;
  readonly bytes: Buffer;
  readonly isGhost: boolean;
}

interface Page {
  readonly id: string;
  lsn: string;
  /** By slot; undefined: a hole, which only heaps have. */
  readonly slots: (Stored | undefined)[];
}

/** One change of a row by one transaction. */
export interface Deed {
  readonly page: Page;
  readonly slot: number;
  readonly key: number;
  readonly before: Cells | undefined;
  readonly after: Cells | undefined;
}

const header =
  "Current LSN,Operation,Context,Transaction ID,Transaction Name,AllocUnitName,PartitionId,Page ID,Slot ID,Offset in Row,Previous Page LSN,End Time,Description,RowLog Contents 0,RowLog Contents 1";

const hex = (bytes: Buffer | undefined) => (bytes === undefined ? "NULL" : `0x${bytes.toString("hex").toUpperCase()}`);

interface Entry {
  readonly operation: string;
  readonly context?: string;
  readonly transaction: number;
  readonly name?: string;
  readonly at?: string;
  readonly isCompensation?: boolean;
  readonly page?: Page;
  readonly slot?: number;
  readonly offset?: number;
  readonly contents?: readonly (Buffer | undefined)[];
}

export class TransactionLog {
  readonly pages: Page[] = [];
  readonly lines: string[] = [];
  readonly #table: Table;
  readonly #key: string;
  readonly #isHeap: boolean;
  readonly #mostRows: number;
  readonly #free = new Set<string>();
  #lsn = 0;
  #transactions = 0x300;
  #pageIds = 0x50;

  constructor(table: Table, { isHeap, mostRows = 4 }: { readonly isHeap: boolean; readonly mostRows?: number }) {
    this.#table = table;
    this.#key = table.primaryKey?.columns[0] ?? "";
    this.#isHeap = isHeap;
    this.#mostRows = mostRows;
    this.pages.push(this.#newPage());
  }

  begin(name = "user_transaction"): number {
    const transaction = ++this.#transactions;
    this.#write({ operation: "LOP_BEGIN_XACT", transaction, name });
    return transaction;
  }

  commit(transaction: number, at: string): void {
    this.#write({ operation: "LOP_COMMIT_XACT", transaction, at });
  }

  abort(transaction: number, at: string): void {
    this.#write({ operation: "LOP_ABORT_XACT", transaction, at });
  }

  insert(transaction: number, cells: Cells, takesGhost: boolean): Deed {
    const key = Number(cells[this.#key]);
    const row = { cells, bytes: writeRow(this.#table, cells), isGhost: false };
    const page = this.#pageFor(key);
    const slot = this.#isHeap ? this.#freeSlot(page) : page.slots.findIndex((other) => this.#keyOf(other) >= key);
    const at = slot < 0 ? page.slots.length : slot;
    this.#free.delete(`${page.id} ${at}`);
    const isThere = this.#isHeap || (takesGhost && this.#keyOf(page.slots[at]) === key);
    page.slots.splice(at, isThere ? 1 : 0, row);
    this.#write({ operation: "LOP_INSERT_ROWS", transaction, page, slot: at, contents: [row.bytes] });
    return { page, slot: at, key, before: undefined, after: cells };
  }

  update(transaction: number, key: number, changes: Cells): Deed {
    const { page, slot, row } = this.#find(key);
    const cells = { ...row.cells, ...changes };
    const bytes = writeRow(this.#table, cells);
    const { offset, old, now } = difference(row.bytes, bytes);
    page.slots[slot] = { cells, bytes, isGhost: false };
    this.#write({ operation: "LOP_MODIFY_ROW", transaction, page, slot, offset, contents: [old, now] });
    return { page, slot, key, before: row.cells, after: cells };
  }

  delete(transaction: number, key: number): Deed {
    const { page, slot, row } = this.#find(key);
    page.slots[slot] = this.#isHeap ? undefined : { ...row, isGhost: true };
    this.#free.delete(`${page.id} ${slot}`);
    const context = this.#isHeap ? "LCX_HEAP" : "LCX_MARK_AS_GHOST";
    this.#write({ operation: "LOP_DELETE_ROWS", context, transaction, page, slot, contents: [row.bytes] });
    return { page, slot, key, before: row.cells, after: undefined };
  }

  /** Takes back what a transaction did last. */
  undo(transaction: number, deed: Deed): void {
    const { before, after } = deed;
    const { page, slot } = this.#isHeap ? deed : this.#place(deed);
    const shared = { transaction, page, slot, isCompensation: true } as const;
    const old = page.slots[slot];
    const now = before && { cells: before, bytes: writeRow(this.#table, before), isGhost: false };
    page.slots[slot] = now ?? (this.#isHeap || old === undefined ? undefined : { ...old, isGhost: true });
    if (now === undefined) this.#write({ ...shared, operation: "LOP_DELETE_ROWS" });
    else if (after === undefined) this.#write({ ...shared, operation: "LOP_INSERT_ROWS", contents: [now.bytes] });
    else {
      const { offset, now: bytes } = difference(old?.bytes ?? Buffer.alloc(0), now.bytes);
      this.#write({ ...shared, operation: "LOP_MODIFY_ROW", offset, contents: [Buffer.alloc(0), bytes] });
    }
  }

  /** The ghosts of a page go; the holes of a heap's may be filled. Where no transaction is open. */
  expunge(page: Page): void {
    if (this.#isHeap) for (const slot of page.slots.keys()) this.#free.add(`${page.id} ${slot}`);
    for (let slot = page.slots.length - 1; slot >= 0; slot--) {
      if (page.slots[slot]?.isGhost !== true) continue;
      page.slots.splice(slot, 1);
      this.#write({ operation: "LOP_EXPUNGE_ROWS", transaction: 0x100, page, slot });
    }
  }

  export(lines: readonly string[] = this.lines): string {
    return `${[header, ...lines].join("\r\n")}\r\n`;
  }

  /** Of a row that is there, or of its ghost. */
  #place({ key, after }: Deed): { page: Page; slot: number } {
    for (const page of this.pages) {
      const slot = page.slots.findIndex((row) => this.#keyOf(row) === key && row?.isGhost === (after === undefined));
      if (slot >= 0) return { page, slot };
    }
    throw new Error(`no row ${key}`);
  }

  #find(key: number): { page: Page; slot: number; row: Stored } {
    for (const page of this.pages)
      for (const [slot, row] of page.slots.entries())
        if (row !== undefined && !row.isGhost && this.#keyOf(row) === key) return { page, slot, row };
    throw new Error(`no row ${key}`);
  }

  #keyOf(row: Stored | undefined): number {
    return row === undefined ? Number.NaN : Number(row.cells[this.#key]);
  }

  #newPage(): Page {
    return { id: `0001:${(this.#pageIds++).toString(16).padStart(8, "0")}`, lsn: "00000000:00000000:0000", slots: [] };
  }

  #freeSlot({ id, slots }: Page): number {
    return slots.findIndex((row, slot) => row === undefined && this.#free.has(`${id} ${slot}`));
  }

  /** Splits the page where it is full. */
  #pageFor(key: number): Page {
    const last = this.pages.at(-1) as Page;
    if (this.#isHeap) {
      const free = this.pages.find((page) => this.#freeSlot(page) >= 0 || page.slots.length < this.#mostRows);
      if (free !== undefined) return free;
      this.pages.push(this.#newPage());
      return this.pages.at(-1) as Page;
    }
    const page = this.pages.find(({ slots }) => this.#keyOf(slots.at(-1)) >= key) ?? last;
    if (page.slots.length < this.#mostRows) return page;
    this.#split(page);
    return this.#pageFor(key);
  }

  #split(page: Page): void {
    const transaction = this.begin("SplitPage");
    const half = page.slots.length >> 1;
    const moved = page.slots.splice(half);
    const next = this.#newPage();
    this.pages.splice(this.pages.indexOf(page) + 1, 0, next);
    this.#write({ operation: "LOP_FORMAT_PAGE", transaction, page: next, slot: 0 });
    for (const row of moved) {
      next.slots.push(row);
      this.#write({
        operation: "LOP_INSERT_ROWS",
        transaction,
        page: next,
        slot: next.slots.length - 1,
        contents: [row?.bytes],
      });
    }
    this.#write({ operation: "LOP_DELETE_SPLIT", transaction, page, slot: half });
    this.commit(transaction, "2026/03/01 00:00:00:000");
  }

  #write({
    operation,
    transaction,
    name,
    at,
    page,
    slot,
    offset,
    isCompensation,
    contents = [],
    context,
  }: Entry): void {
    const lsn = `00000021:00000040:${(++this.#lsn).toString(16).padStart(4, "0")}`;
    const { schema, name: table, primaryKey } = this.#table;
    this.lines.push(
      [
        lsn,
        operation,
        context ?? (page === undefined ? "LCX_NULL" : this.#isHeap ? "LCX_HEAP" : "LCX_CLUSTERED"),
        `0000:${transaction.toString(16).padStart(8, "0")}`,
        name ?? "NULL",
        page === undefined ? "NULL" : `${schema}.${table}${this.#isHeap ? "" : `.${primaryKey?.name}`}`,
        page === undefined ? "NULL" : "72057594038845440",
        page?.id ?? "NULL",
        slot ?? "NULL",
        offset ?? "NULL",
        page?.lsn ?? "NULL",
        at ?? "NULL",
        isCompensation === true ? "COMPENSATION" : "",
        hex(contents[0]),
        hex(contents[1]),
      ].join(","),
    );
    if (page !== undefined) page.lsn = lsn;
  }
}

/** What a record of a change holds: from the first byte that differs to the last. */
function difference(before: Buffer, after: Buffer): { offset: number; old: Buffer; now: Buffer } {
  const most = Math.min(before.length, after.length);
  let offset = 0;
  while (offset < most && before[offset] === after[offset]) offset++;
  let behind = 0;
  while (behind < most - offset && before.at(-1 - behind) === after.at(-1 - behind)) behind++;
  return {
    offset,
    old: before.subarray(offset, before.length - behind),
    now: after.subarray(offset, after.length - behind),
  };
}
