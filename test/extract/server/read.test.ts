import * as fc from "fast-check";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { CaptureFolder } from "../../../src/extract/capture/folder.ts";
import type { CaptureLimits } from "../../../src/extract/capture/stream.ts";
import type { ExtractContext, TableMapping } from "../../../src/extract/extractor.ts";
import { serverExtractor } from "../../../src/extract/server/extractor.ts";
import type { RawValue } from "../../../src/values/codec.ts";
import { temporaryFolder } from "../../incident.ts";
import { makeTable, mapTable } from "../harness.ts";
import { fakeServer } from "./fake.ts";
import type { Fake, FakeServer, FakeTable } from "./fake.ts";

const small: CaptureLimits = { lines: 21, bytes: 1 << 20 };
const customers = makeTable("dbo.Customers", { ID: "int", Name: "nvarchar" });

function numbered(count: number, key: readonly string[] = ["ID"]): FakeTable {
  return {
    columns: [{ name: "ID" }, { name: "Name" }],
    key,
    rows: Array.from({ length: count }, (_, index) => [index, `name ${index}`]),
  };
}

interface Reading {
  /** `table id file line`: cells. */
  readonly rows: string[];
  readonly partial: string[];
  readonly warnings: string[];
  readonly skipped: Record<string, number>;
  read: number;
  readonly folder: string;
}

interface Setting {
  readonly mappings?: readonly TableMapping[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly folder?: string;
  readonly limits?: CaptureLimits;
  readonly context?: Partial<ExtractContext>;
}

async function read(fake: Fake, setting: Setting = {}): Promise<Reading> {
  const { mappings = [mapTable(customers)], folder = temporaryFolder(), limits = small } = setting;
  const reading: Reading = { rows: [], partial: [], warnings: [], skipped: {}, read: 0, folder };
  const extractor = serverExtractor(fake.kind);
  const context: ExtractContext = {
    files: [],
    folder: "/nowhere",
    mappings,
    signal: new AbortController().signal,
    read: (records) => void (reading.read += records),
    skip: (rule, records = 1) => void (reading.skipped[rule] = (reading.skipped[rule] ?? 0) + records),
    evidence: () => undefined,
    quarantine: () => undefined,
    leftover: () => undefined,
    warn: (message) => void reading.warnings.push(message),
    log: () => undefined,
    partial: (table, why) => void reading.partial.push(`${table.id}: ${why}`),
    zone: "UTC",
    offline: false,
    capture: () => new CaptureFolder({ folder, shown: "captured" }, limits),
    progress: () => undefined,
    ...setting.context,
  };
  for await (const batch of extractor.extract(extractor.options.parse(setting.options ?? {}), context))
    for (const [index, row] of batch.rows.entries())
      reading.rows.push(
        `${batch.table.id} ${batch.file.name} ${batch.positions[index]}: ${row.map((cell) => String(cell)).join("|")}`,
      );
  return reading;
}

function filesIn(folder: string): Map<string, string> {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".gz"));
  return new Map(names.toSorted().map((name) => [name, fs.readFileSync(path.join(folder, name)).toString("base64")]));
}

async function faultOf(work: Promise<unknown>): Promise<UserError> {
  const fault: unknown = await work.catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(UserError);
  return fault as UserError;
}

describe("reading a server", () => {
  it("stages what it captures: each row with its file and line", async () => {
    const fake = fakeServer({ tables: { Customers: numbered(3) } });
    const { rows, folder, read: records } = await read(fake);
    expect(rows).toEqual([
      "dbo.Customers captured/dbo.Customers.0001.ndjson.gz 2: 0|name 0",
      "dbo.Customers captured/dbo.Customers.0001.ndjson.gz 3: 1|name 1",
      "dbo.Customers captured/dbo.Customers.0001.ndjson.gz 4: 2|name 2",
    ]);
    expect(records).toBe(3);
    expect([...filesIn(folder).keys()]).toEqual(["dbo.Customers.0001.ndjson.gz"]);
  });

  it("asks a server no second time for what was captured", async () => {
    const tables = { Customers: numbered(100) };
    const first = await read(fakeServer({ tables }));
    const again = fakeServer({ tables: {} });
    const second = await read(again, { folder: first.folder });
    expect(second.rows).toEqual(first.rows);
    expect(again.seen.connects).toBe(0);
    const offline = await read(again, { folder: first.folder, context: { offline: true } });
    expect(offline.rows).toEqual(first.rows);
  });

  it("says what is missing where it may ask no server", async () => {
    const fake = fakeServer({ tables: { Customers: numbered(1) } });
    const fault = await faultOf(read(fake, { context: { offline: true } }));
    expect(fault.message).toContain("not all that the recipe asks of the server was captured");
    expect(fake.seen.connects).toBe(0);
  });

  it("ends in the same bytes wherever and however often the connection breaks", async () => {
    const tables = { Customers: numbered(200) };
    const whole = await read(fakeServer({ tables }));
    const breaks = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(breaks, async (points) => {
        const broken = await read(fakeServer({ tables, breaks: [...points] }));
        expect(broken.rows).toEqual(whole.rows);
        expect(filesIn(broken.folder)).toEqual(filesIn(whole.folder));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["a table without a key", [] as string[], {}],
    ["a table in ranges", ["ID"], { ranges: { "dbo.Customers": 3 }, connections: 3 }],
  ])("begins %s again where the connection breaks", async (_, key, options) => {
    const tables = { Customers: numbered(100, key) };
    const whole = await read(fakeServer({ tables }), { options });
    const broken = await read(fakeServer({ tables, breaks: [40, 13] }), { options });
    expect(cells(whole)).toEqual(cells({ rows: expectedRows(tables.Customers) }));
    expect(broken.rows).toEqual(whole.rows);
    expect(filesIn(broken.folder)).toEqual(filesIn(whole.folder));
  });

  it("goes on after an interruption where the last whole file ends, and says that it was not one moment", async () => {
    const tables = { Customers: numbered(100) };
    const whole = await read(fakeServer({ tables }));
    const folder = temporaryFolder();
    const dying = fakeServer({ tables, breaks: [50, ...Array.from({ length: 50 }, () => 0)] });
    const fault = await faultOf(read(dying, { folder, options: { retries: 1 } }));
    expect(fault.message).toContain("the server memory was tried 2 times in a row: the connection broke");
    expect(filesIn(folder).size).toBe(2);
    const living = fakeServer({ tables });
    const rest = await read(living, { folder });
    expect(living.seen.rows).toBe(100 - 2 * (small.lines - 1));
    expect(rest.rows).toEqual(whole.rows);
    expect(filesIn(folder)).toEqual(filesIn(whole.folder));
    expect(rest.partial.join()).toMatch(/dbo.Customers: read in \d pieces, not at one moment/);
    expect(whole.partial).toEqual([]);
  });

  it("reads several tables at a time, but never over more connections than it may use", async () => {
    const tables = { A: numbered(80), B: numbered(80), C: numbered(80), D: numbered(80) };
    const mappings = Object.keys(tables).map((name) =>
      mapTable(makeTable(`dbo.${name}`, { ID: "int", Name: "nvarchar" })),
    );
    for (const connections of [1, 2, 3]) {
      const fake = fakeServer({ tables });
      const { rows } = await read(fake, { mappings, options: { connections } });
      expect(fake.seen.mostOpen).toBe(connections);
      expect(fake.seen.open).toBe(0);
      expect(rows.map((row) => row.slice(0, 5))).toEqual(
        ["dbo.A", "dbo.B", "dbo.C", "dbo.D"].flatMap((id) => Array.from({ length: 80 }, () => id)),
      );
    }
  });

  it("keeps ranges within its connections; they are of one moment only where snapshots are shared", async () => {
    const tables = { Customers: numbered(90) };
    const options = { ranges: { "dbo.Customers": 4 }, connections: 2 };
    for (const sharesSnapshots of [true, false]) {
      const fake = fakeServer({ tables, sharesSnapshots });
      const { partial } = await read(fake, { options });
      expect(fake.seen.mostOpen).toBe(2);
      expect(partial).toHaveLength(sharesSnapshots ? 0 : 1);
    }
  });

  it("leaves no connection open where a table fails or the reader stops", async () => {
    const tables = { Customers: numbered(100) };
    const failing = fakeServer({ tables, breaks: Array.from({ length: 50 }, () => 0) });
    await faultOf(read(failing, { options: { retries: 0 } }));
    expect(failing.seen.open).toBe(0);
    const interruption = new AbortController();
    const stopped = fakeServer({ tables: { Customers: numbered(10_000) } });
    const work = read(stopped, {
      context: { signal: interruption.signal, read: () => interruption.abort(new Error("enough")) },
    });
    await expect(work).rejects.toThrow("enough");
    expect(stopped.seen.open).toBe(0);
  });

  it("puts moments on the clock of the source's zone where the column has no offset", async () => {
    const table = makeTable("dbo.Log", { ID: "int", At: "datetime2", Exact: "datetimeoffset" });
    const moment = "2026-03-08 08:30:00.1234567+00";
    const rows: RawValue[][] = [[1, moment, moment]];
    const columns = [{ name: "ID" }, { name: "At", isInstant: true }, { name: "Exact", isInstant: true }];
    const fake = fakeServer({ tables: { Log: { columns, key: ["ID"], rows } } });
    const { rows: staged } = await read(fake, { mappings: [mapTable(table)], context: { zone: "America/Chicago" } });
    expect(staged[0]?.split(": ")[1]).toBe(`1|2026-03-08 03:30:00.1234567|${moment}`);
  });

  it("tells limits of what the login sees: absences prove nothing then", async () => {
    const limits = ["column Name is masked for this login"];
    const fake = fakeServer({ tables: { Customers: { ...numbered(2), limits } } });
    const first = await read(fake);
    expect(first.partial).toEqual(["dbo.Customers: column Name is masked for this login"]);
    const second = await read(fakeServer({ tables: {} }), { folder: first.folder });
    expect(second.partial).toEqual(first.partial);
  });

  it("captures anew what is asked otherwise, and keeps what was captured", async () => {
    const tables = { Customers: numbered(30) };
    const { folder } = await read(fakeServer({ tables }));
    const before = filesIn(folder);
    await read(fakeServer({ tables }), { folder, mappings: [{ ...mapTable(customers), where: "1 = 1" }] });
    expect(filesIn(path.join(folder, "earlier-1"))).toEqual(before);
  });

  const world: FakeServer = { tables: { Customers: numbered(1), dimCustomer: numbered(1) } };
  it.each<[string, TableMapping, string]>([
    ["a table that is not there", mapTable(customers, "dbo.dimCustomers"), "Did you mean dbo.dimCustomer?"],
    ["a column that is not there", mapTable(customers, undefined, { Name: "Nmae" }), "has no column Nmae"],
  ])("refuses %s", async (_, mapping, message) => {
    expect((await faultOf(read(fakeServer(world), { mappings: [mapping] }))).message).toContain(message);
  });

  it("passes over a table that the server has not and the recipe does not name", async () => {
    const mappings = [mapTable(makeTable("dbo.Nothing", { ID: "int" })), mapTable(customers)];
    const first = await read(fakeServer(world), { mappings });
    expect(first.rows).toHaveLength(1);
    expect(
      (await read(fakeServer(world), { mappings, folder: first.folder, context: { offline: true } })).rows,
    ).toEqual(first.rows);
  });

  it("notices a captured file that is not what was captured", async () => {
    const { folder } = await read(fakeServer(world));
    fs.appendFileSync(path.join(folder, "dbo.Customers.0001.ndjson.gz"), "x");
    expect((await faultOf(read(fakeServer(world), { folder }))).message).toContain("is not what was captured");
  });
});

function cells({ rows }: Pick<Reading, "rows">): string[] {
  return rows.map((row) => row.slice(row.indexOf(": ") + 2));
}

function expectedRows({ rows }: FakeTable): string[] {
  return rows.map((row) => `: ${row.map((cell) => String(cell)).join("|")}`);
}
