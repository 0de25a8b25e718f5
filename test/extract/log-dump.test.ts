import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import cdc from "../../src/extract/cdc/index.ts";
import { rowTime, storedColumns, type Table } from "../../src/schema/model.ts";
import { type Cells, type Deed, TransactionLog } from "../support/transaction-log.ts";
import { type Changes, collectChanges, timedTable } from "./change-harness.ts";
import { evidenceFile, mapTable } from "./harness.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "dblog-"));
afterAll(() => rmSync(folder, { recursive: true }));

const columns = {
  ID: "int",
  Amount: "int",
  Note: { name: "nvarchar", length: 20 },
  Place: "smallint",
  Kind: { name: "varchar", length: 20 },
} as const;
const clustered = timedTable("dbo.Orders", columns);
const heap: Table = { ...clustered, primaryKey: { name: "PK", columns: ["ID"], clustered: false } };

/** The time of a row's change is none of its columns. */
function stored(table: Table): Table {
  return { ...table, columns: storedColumns(table).filter(({ name }) => name !== rowTime) };
}

async function read(text: string, table: Table = clustered, from?: string): Promise<Changes> {
  const file = path.join(folder, "log.csv");
  writeFileSync(file, text);
  const input = { files: [evidenceFile(file, folder)], mappings: [mapTable(table, from)] };
  return collectChanges(cdc, { path: "log.csv", format: "fn-dblog" }, input);
}

interface Step {
  readonly who: 0 | 1;
  readonly kind: "insert" | "update" | "delete" | "commit" | "abort" | "undo" | "expunge";
  readonly key: number;
  readonly cells: Cells;
  readonly takesGhost: boolean;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom(0, 1),
  kind: fc.constantFrom(
    ...(["insert", "insert", "insert", "insert", "update", "update", "update", "update", "update"] as const),
    ...(["update", "update", "delete", "delete", "commit", "commit", "commit", "commit", "commit"] as const),
    ...(["abort", "undo", "expunge"] as const),
  ),
  key: fc.integer({ min: 0, max: 4 }),
  cells: fc.record({
    Amount: fc.option(fc.integer({ min: 0, max: 3 })),
    Note: fc.option(fc.constantFrom("", "a", "ab", "x,y")),
    Place: fc.option(fc.integer({ min: 0, max: 300 })),
    Kind: fc.option(fc.constantFrom("", "big", "small")),
  }),
  takesGhost: fc.boolean(),
});

/** What a committed transaction made of a row. */
interface Truth {
  /** Also before it, and in between. */
  readonly images: readonly string[];
  readonly last: Cells | undefined;
}

interface Open {
  readonly transaction: number;
  readonly deeds: Deed[];
  readonly images: Map<number, string[]>;
}

/** Runs the steps; two transactions at a time, one for even keys and one for odd ones. */
function run(log: TransactionLog, steps: readonly Step[]): Map<string, Truth> {
  const truth = new Map<string, Truth>();
  const rows = new Map<number, Cells>();
  const open = new Map<number, Open>();
  let ended = 0;
  for (const step of steps) {
    if (step.kind === "expunge") {
      // Ghosts of a transaction that goes on may still be taken back.
      if (open.size === 0) for (const page of log.pages) log.expunge(page);
      continue;
    }
    const one = open.get(step.who) ?? { transaction: log.begin(), deeds: [], images: new Map() };
    open.set(step.who, one);
    const key = step.key * 2 + step.who;
    if (step.kind === "undo") takeBack(log, one, rows, 1);
    else if (step.kind === "commit" || step.kind === "abort") {
      const seconds = String(++ended).padStart(4, "0");
      const at = `2026/03/01 10:${seconds.slice(0, 2)}:${seconds.slice(2)}:000`;
      open.delete(step.who);
      if (step.kind === "abort") {
        takeBack(log, one, rows, one.deeds.length);
        log.abort(one.transaction, at);
      } else {
        log.commit(one.transaction, at);
        for (const [touched, images] of one.images)
          truth.set(`${at.slice(11, 19)} ${touched}`, { images, last: rows.get(touched) });
      }
    } else work(log, step, key, one, rows);
  }
  return truth;
}

function work(
  log: TransactionLog,
  { kind, cells, takesGhost }: Step,
  key: number,
  one: Open,
  rows: Map<number, Cells>,
) {
  const old = rows.get(key);
  if ((kind === "insert") !== (old === undefined)) return;
  const now = { ID: key, ...cells };
  if (JSON.stringify(now) === JSON.stringify(old)) return;
  const { transaction } = one;
  if (kind === "insert") one.deeds.push(log.insert(transaction, now, takesGhost));
  else if (kind === "update") one.deeds.push(log.update(transaction, key, cells));
  else one.deeds.push(log.delete(transaction, key));
  const images = one.images.get(key) ?? (old === undefined ? [] : [inOrder(old)]);
  one.images.set(key, kind === "delete" ? images : [...images, inOrder(now)]);
  if (kind === "delete") rows.delete(key);
  else rows.set(key, now);
}

function takeBack(log: TransactionLog, { transaction, deeds }: Open, rows: Map<number, Cells>, count: number): void {
  for (const deed of deeds.splice(deeds.length - count, count).toReversed()) {
    log.undo(transaction, deed);
    if (deed.before === undefined) rows.delete(deed.key);
    else rows.set(deed.key, deed.before);
  }
}

/** Claims that are not so: of a row at one time, the last word has to be what was committed. */
function wrongClaims(truth: ReadonlyMap<string, Truth>, { changes }: Changes): unknown[] {
  const last = new Map<string, Changes["changes"][number]>();
  const wrong: unknown[] = [];
  for (const change of changes) {
    const name = `${String(change.cells["#modifiedAt"]).slice(11, 19)} ${String(change.cells.ID)}`;
    if (!change.isBefore) last.set(name, change);
    else if (truth.get(name)?.images.includes(inOrder(change.cells)) !== true) wrong.push(change);
  }
  for (const [name, change] of last) {
    const said = change.operation === "delete" ? undefined : inOrder(change.cells);
    const committed = truth.get(name)?.last;
    if (!truth.has(name) || said !== (committed && inOrder(committed))) wrong.push([change, committed]);
  }
  return wrong;
}

function inOrder(cells: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(
    Object.fromEntries(["ID", "Amount", "Note", "Place", "Kind"].map((name) => [name, cells[name]])),
  );
}

describe("histories of a small server: nothing is claimed that was not committed", () => {
  it.each([
    ["an index, with splits and ghosts", clustered],
    ["a heap", heap],
  ])("%s", async (_, table) => {
    let updates = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 80, size: "max" }), fc.nat(40), async (steps, cut) => {
        const log = new TransactionLog(stored(table), { isHeap: table === heap });
        const truth = run(log, steps);
        const whole = await read(log.export(), table);
        expect(wrongClaims(truth, whole)).toEqual([]);
        updates += whole.changes.filter(({ operation, isBefore }) => operation === "update" && !isBefore).length;
        expect(wrongClaims(truth, await read(log.export(log.lines.slice(cut)), table))).toEqual([]);
        expect(wrongClaims(truth, await read(log.export(log.lines.toReversed()), table))).toEqual([]);
      }),
      { seed: 8, numRuns: 150 },
    );
    expect(updates).toBeGreaterThan(80);
  });
});

const row = { ID: 1, Amount: 2, Note: "a", Place: 3, Kind: "big" };
const at = "2026/03/01 10:00:00:000";

/** One row that is inserted, and in a second transaction changed. */
function simpleLog(table: Table = clustered, isHeap = false): TransactionLog {
  const log = new TransactionLog(stored(table), { isHeap });
  const first = log.begin();
  log.insert(first, row, false);
  log.commit(first, at);
  const second = log.begin();
  log.update(second, 1, { Note: "longer", Amount: 5 });
  log.commit(second, at.replace("10:00:00", "10:00:01"));
  return log;
}

const kindsOf = ({ changes }: Changes) =>
  changes.map(({ operation, isBefore }) => (isBefore ? "before" : operation)).join(" ");
const reasonsOf = ({ evidence = [] }: Changes) => evidence.map(({ proof }) => proof.replace(/^.*?: /, ""));

describe("one row", () => {
  it("inserted, then changed to a longer value", async () => {
    const { changes, warnings } = await read(simpleLog().export());
    expect(changes.map(({ cells: { "#modifiedAt": time, ...cells } }) => [String(time).slice(11, 19), cells])).toEqual([
      ["10:00:00", row],
      ["10:00:01", row],
      ["10:00:01", { ...row, Note: "longer", Amount: 5 }],
    ]);
    expect(warnings).toEqual([]);
  });

  it.each<[string, (text: string) => string, string, RegExp]>([
    [
      "the change before is missing",
      (text) => text.replace(/00000021:00000040:0002,NULL/, "00000021:00000039:0001,NULL"),
      "insert",
      /not which row it was/,
    ],
    [
      "another row's bytes",
      (text) => text.replaceAll(/(LOP_MODIFY_ROW.*?0x)../g, "$1EE"),
      "insert",
      /not which row it was/,
    ],
    ["no pages", (text) => text.replace("Page ID", "Page"), "insert", /not which row it was/],
    ["no Description", (text) => text.replace("Description", "Text"), "", /no column Description/],
    ["two ends", (text) => text.replaceAll("0000:00000302", "0000:00000301"), "", /does not show its end/],
    [
      "a column altered later",
      (text) =>
        `${text}00000022:00000001:0001,LOP_MODIFY_ROW,LCX_CLUSTERED,0000:00000400,NULL,sys.syscolpars.clst,1,0001:00000001,1,4,0:0:0,NULL,,0x01,0x02\r\n`,
      "",
      /altered or renamed later/,
    ],
    [
      "another clustered index",
      (text) => text.replaceAll("dbo.Orders.PK", "dbo.Orders.CIX"),
      "",
      /stood in CIX, which is no clustered index/,
    ],
    ["a heap's name", (text) => text.replaceAll("dbo.Orders.PK", "dbo.Orders"), "", /names no index/],
    [
      "rows written again",
      (text) => text.replace(/user_transaction/, "ALTER INDEX"),
      "before update",
      /its transaction is ALTER INDEX/,
    ],
    ["a large value", (text) => text.replaceAll("LCX_CLUSTERED", "LCX_TEXT_MIX"), "", /a part of a large value/],
    [
      "compressed",
      (text) => text.replace("LCX_CLUSTERED,0000:00000301", "X,0000:00000301").replace("0x3000", "0x0100"),
      "",
      /without compression|not which row/,
    ],
  ])("%s", async (_, change, kinds, reason) => {
    const whole = simpleLog().export();
    const found = await read(change(whole));
    expect(change(whole)).not.toBe(whole);
    expect(kindsOf(found)).toBe(kinds);
    expect(reasonsOf(found).some((text) => reason.test(text))).toBe(true);
  });

  it("of a table that is called like this one, and more, is none of it", async () => {
    const {
      changes,
      evidence = [],
      skipped,
    } = await read(simpleLog({ ...heap, name: "Orders.Old" }, true).export(), heap);
    expect([changes, evidence]).toEqual([[], []]);
    expect(skipped["feeds no target table"]).toBe(2);
  });

  it("of a heap whose order is that of the index, too", async () => {
    expect(kindsOf(await read(simpleLog(heap, true).export(), clustered))).toBe("insert before update");
    const behind: Table = { ...clustered, primaryKey: { name: "PK", columns: ["Amount"] } };
    expect(reasonsOf(await read(simpleLog(heap, true).export(), behind))[0]).toMatch(/stood in a heap/);
  });

  it("of a table that is no more, by its partition", async () => {
    const text = simpleLog().export().replaceAll("dbo.Orders.PK", "Unknown Alloc Unit");
    expect(kindsOf(await read(text, clustered, "Unknown Alloc Unit"))).toBe("insert before update");
    expect(kindsOf(await read(text, clustered, "72057594038845440"))).toBe("insert before update");
    const two = text.replace("72057594038845440", "72057594038845441");
    await expect(read(two, clustered, "Unknown Alloc Unit")).rejects.toThrow(/rows of 2 partitions/);
  });

  it("with a column more or fewer than the schema has", async () => {
    const less: Table = { ...clustered, columns: clustered.columns.filter(({ name }) => name !== "Kind") };
    const more: Table = {
      ...clustered,
      columns: [...clustered.columns, { ...(clustered.columns[4] as Table["columns"][number]), name: "New" }],
    };
    for (const table of [less, more])
      expect(reasonsOf(await read(simpleLog().export(), table))[0]).toMatch(/columns, and the table/);
  });

  it("whose values the table does not allow", async () => {
    const narrower = (changes: Partial<Table["columns"][number]>, name: string): Table => ({
      ...clustered,
      columns: clustered.columns.map((column) => (column.name === name ? { ...column, ...changes } : column)),
    });
    const log = new TransactionLog(stored(clustered), { isHeap: false });
    const transaction = log.begin();
    log.insert(transaction, { ...row, Place: null }, false);
    log.commit(transaction, at);
    const short = narrower({ type: { name: "varchar", length: 2 } }, "Kind");
    expect(reasonsOf(await read(log.export(), short))).toEqual([
      "a row was inserted; its image cannot be read: what it has for Kind is no value of its type",
    ]);
    expect(reasonsOf(await read(log.export(), narrower({ nullable: false }, "Place")))).toEqual([
      "a row was inserted; its image cannot be read: Place is NULL in it, which the table does not allow",
    ]);
  });

  it("deleted, with a change of another page: what it held is known; with one of its own page it is not", async () => {
    const log = new TransactionLog(stored(heap), { isHeap: true, mostRows: 1 });
    const first = log.begin();
    for (const ID of [1, 2]) log.insert(first, { ...row, ID }, false);
    log.commit(first, at);
    const from = log.lines.length;
    const second = log.begin();
    log.update(second, 2, { Amount: 8 });
    log.delete(second, 1);
    log.commit(second, at);
    const third = log.begin();
    log.update(third, 2, { Amount: 9 });
    log.delete(third, 2);
    log.commit(third, at);
    expect(kindsOf(await read(log.export(log.lines.slice(from)), heap))).toBe("before delete delete");
  });

  it("behind another that was put in front of it is not taken for its neighbour", async () => {
    const log = new TransactionLog(stored(clustered), { isHeap: false });
    const transaction = log.begin();
    for (const ID of [2, 3, 1]) log.insert(transaction, { ...row, ID }, false);
    log.commit(transaction, at);
    const next = log.begin();
    log.update(next, 2, { Amount: 8 });
    log.commit(next, at.replace("10:00:00", "10:00:01"));
    expect(kindsOf(await read(log.export()))).toBe("insert insert insert");
  });

  it("whose large value stands elsewhere: touched where its pointer changes, and only there", async () => {
    const large: Table = {
      ...clustered,
      columns: clustered.columns.map((column) =>
        column.name === "Kind" ? { ...column, type: { name: "text" }, declaredType: "text" } : column,
      ),
    };
    const log = new TransactionLog(stored(clustered), { isHeap: false });
    const transaction = log.begin();
    log.insert(transaction, { ...row, Kind: "pointer one" }, false);
    log.commit(transaction, at);
    for (const changes of [{ Amount: 8 }, { Kind: "pointer two" }]) {
      const next = log.begin();
      log.update(next, 1, changes);
      log.commit(next, at);
    }
    const { changes } = await read(log.export(), large);
    expect(changes.filter(({ isBefore }) => !isBefore).map(({ touches, cells }) => [cells.Amount, touches])).toEqual([
      [2, ["Kind: its value stands on pages of its own"]],
      [8, []],
      [8, ["Kind: its value stands on pages of its own"]],
    ]);
  });

  it("inserted in a transaction that changes what the log does not name", async () => {
    const log = new TransactionLog(stored(clustered), { isHeap: false });
    const before = log.begin();
    log.insert(before, { ...row, ID: 9 }, false);
    log.commit(before, at);
    const from = log.lines.length;
    const transaction = log.begin();
    log.update(transaction, 9, { Amount: 7 });
    log.insert(transaction, row, false);
    log.commit(transaction, at);
    expect(kindsOf(await read(log.export(log.lines.slice(from))))).toBe("");
    expect(kindsOf(await read(log.export()))).toBe("insert before update insert");
  });
});
