import * as fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import bacpac from "../../src/extract/bacpac/index.ts";
import type { EvidenceFile, TableMapping } from "../../src/extract/extractor.ts";
import { loadSchema } from "../../src/schema/load.ts";
import type { DatabaseSchema, SqlType, Table } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";
import {
  buildPackage,
  encodeRows,
  packageEntries,
  type PackageColumn,
  type PackageSpec,
  type PackageTable,
} from "../support/bacpac-builder.ts";
import { nativeValues } from "../support/native-values.ts";
import { buildZip } from "../support/zip-builder.ts";
import { collect, evidenceFile, expectBalance, type Extraction, mapTable } from "./harness.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "bacpac-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(bytes: Buffer, name = "shop.bacpac"): EvidenceFile {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return evidenceFile(file, folder);
}

const signal = new AbortController().signal;

async function schemaOf(file: EvidenceFile): Promise<DatabaseSchema> {
  return (await bacpac.schema?.({ path: "*" }, { files: [file], signal })) as DatabaseSchema;
}

interface Told extends Extraction {
  /** Tables of which what is missing proves nothing. */
  readonly partial: readonly string[];
  /** Warnings that say that records are missing. */
  readonly losses: readonly string[];
}

interface Mapped {
  readonly from?: string;
  readonly columns?: Readonly<Record<string, string>>;
  /** Another table than the package has. */
  readonly table?: (own: Table) => Table;
}

/** Extracts into the package's own tables, or those of `mapped` alone. */
async function extract(file: EvidenceFile, mapped?: Readonly<Record<string, Mapped>>): Promise<Told> {
  const { tables } = await schemaOf(file);
  const mappings = tables.flatMap((table): TableMapping[] => {
    const own = mapped?.[table.id];
    if (mapped !== undefined && own === undefined) return [];
    return [mapTable(own?.table?.(table) ?? table, own?.from, own?.columns)];
  });
  return extractInto(file, mappings);
}

async function extractInto(file: EvidenceFile, mappings: readonly TableMapping[]): Promise<Told> {
  const [partial, losses]: string[][] = [[], []];
  const warnings: string[] = [];
  const extraction = await collect(
    bacpac,
    { path: "*" },
    {
      files: [file],
      mappings,
      context: {
        partial: (table, why) => void partial?.push(`${table.id}: ${why}`),
        warn: (message, at, weight) => {
          warnings.push(at?.part === undefined ? message : `${at.part}: ${message}`);
          if (weight === "loss") losses?.push(message);
        },
      },
    },
  );
  expectBalance(extraction);
  return { ...extraction, warnings, partial: partial ?? [], losses: losses ?? [] };
}

const int: SqlType = { name: "int" };
const text: SqlType = { name: "nvarchar", length: 40 };
const id: PackageColumn = { name: "ID", type: int, nullable: false };

const orders: PackageTable = {
  name: "[dbo].[Orders]",
  columns: [id, { name: "Note", type: text }, { name: "Extra", type: { name: "money" } }],
  parts: [
    [
      [1, "first", "1.5000"],
      [2, null, null],
    ],
    [[3, "", "-0.0001"]],
  ],
};
const details: PackageTable = {
  name: "[sales].[Order Details]",
  columns: [id, { name: "Quantity", type: { name: "smallint" }, nullable: false }],
  parts: [
    [
      [1, -5],
      [2, 7],
    ],
  ],
};

/** Types of a column with the values of `nativeValues` that goldens have room for, as a table. */
function allTypes(nullable: boolean): PackageTable {
  const short = nativeValues.map(([type, values]) => ({
    type,
    values: values.filter((value) => typeof value !== "string" || value.length < 60).filter((value) => !isLong(value)),
  }));
  const columns = [id, ...short.map(({ type }, at) => ({ name: `${type.name}_${at}`, type, nullable }))];
  const count = Math.max(...short.map(({ values }) => values.length));
  const rows = Array.from({ length: count }, (_, row) => [
    row + 1,
    ...short.map(({ values }) => values[row % Math.max(values.length, 1)] ?? (nullable ? null : "")),
  ]);
  const nulls = [count + 1, ...short.map(() => null)];
  return { name: "[dbo].[All]", columns, parts: [nullable ? [...rows, nulls] : rows] };
}

function isLong(value: RawValue): boolean {
  return value instanceof Uint8Array && value.length > 60;
}

function withPart(part: Buffer): PackageSpec {
  return { tables: [{ ...orders, parts: [part] }, details], origin: { rows: 5 } };
}

const wholeRows = encodeRows(orders.columns, [
  [1, "first", "1.5000"],
  [2, null, null],
  [3, "third", null],
]);

const goldens: Readonly<Record<string, PackageSpec>> = {
  types: { tables: [allTypes(true)] },
  required: { tables: [allTypes(false)] },
  parts: { tables: [orders, details] },
  "cut-row": withPart(wholeRows.subarray(0, -3)),
  lost: withPart(Buffer.concat([wholeRows.subarray(0, 25), Buffer.from("garbage that is none of a row's fields")])),
  "unreadable-value": {
    tables: [
      {
        name: "[dbo].[Docs]",
        columns: [id, { name: "Doc", type: { name: "xml" } }],
        parts: [Buffer.from("010000000400000000000000dfff01b002000000ffffffffffffffff", "hex")],
      },
    ],
    origin: { rows: 2 },
  },
  newer: {
    format: "2.0",
    origin: { data: "3.0.0.0", rows: 5 },
    elements: '<Element Type="SqlTimeMachine" Name="[dbo].[Then]"><Property Name="Year" Value="1999" /></Element>',
    tables: [
      {
        name: "[dbo].[Points]",
        columns: [id, { name: "At", type: { name: "vector" as SqlType["name"], length: 3 } }],
        parts: [Buffer.from("0100000001020304", "hex")],
      },
      orders,
      { ...details, xml: '<Entry><Element Type="SqlFutureColumn" Name="[sales].[Order Details].[Next]" /></Entry>' },
    ],
  },
  "fewer-rows": { tables: [orders], origin: { rows: 5 } },
  "more-rows": { tables: [orders], origin: { rows: 2 } },
  "changed-model": { tables: [orders], origin: { checksum: "00FF" } },
  "without-origin": { tables: [orders], origin: false },
  "stray-part": { tables: [details], more: [{ name: "Data/dbo.Gone/TableData-000-00000.BCP", data: "\u0001\u0002" }] },
  schema: { tables: [orders, details] },
};

describe("golden", () => {
  test.each(Object.keys(goldens))("%s", async (name) => {
    const extraction = await extract(write(buildPackage(goldens[name] as PackageSpec)));
    const golden = path.join(import.meta.dirname, `golden/bacpac/${name}.json`);
    const show = (_: string, value: unknown): unknown =>
      typeof value === "bigint" ? { bigint: String(value) } : value;
    const readable = {
      ...extraction,
      rows: extraction.rows.map(({ raw: _, ...row }) => ({ ...row, cells: hex(row.cells) })),
    };
    await expect(`${JSON.stringify(readable, show, 1)}\n`).toMatchFileSnapshot(golden);
  });
});

function hex(cells: Readonly<Record<string, RawValue | null>>): Record<string, RawValue | null> {
  const show = (value: RawValue | null): RawValue | null =>
    value instanceof Uint8Array ? `0x${Buffer.from(value).toString("hex")}` : value;
  return Object.fromEntries(Object.entries(cells).map(([name, value]) => [name, show(value)]));
}

function cellsOf({ rows }: Extraction): unknown[] {
  return rows.map(({ cells }) => Object.values(cells));
}

describe("rows", () => {
  it("come from every part of a table, each with its number in its part", async () => {
    const { rows } = await extract(write(buildPackage({ tables: [orders, details] })));
    expect(rows.map(({ table, part, position }) => [table, part, position])).toEqual([
      ["dbo.Orders", "Data/dbo.Orders/TableData-000-00000.BCP", 1],
      ["dbo.Orders", "Data/dbo.Orders/TableData-000-00000.BCP", 2],
      ["dbo.Orders", "Data/dbo.Orders/TableData-001-00000.BCP", 1],
      ["sales.Order Details", "Data/sales.Order%20Details/TableData-000-00000.BCP", 1],
      ["sales.Order Details", "Data/sales.Order%20Details/TableData-000-00000.BCP", 2],
    ]);
  });

  it.each([
    ["nullable", true],
    ["NOT NULL", false],
  ])(
    "of every type are read at their limits, %s: 8000 bytes, 100,000 bytes, NULL and the empty string",
    async (_, nullable) => {
      const columns = nativeValues.map(([type], at) => ({ name: `c${at}`, type, nullable }));
      const most = Math.max(...nativeValues.map(([, values]) => values.length));
      const pick = (row: number): RawValue[] =>
        nativeValues.map(([, values]) => values[row % values.length] as RawValue);
      const rows: (RawValue | null)[][] = Array.from({ length: most }, (_each, row) => pick(row));
      if (nullable) rows.push(columns.map(() => null));
      const file = write(buildPackage({ tables: [{ name: "[dbo].[T]", columns, parts: [rows] }], method: "deflated" }));
      // What a rowversion holds feeds no column.
      const table = (own: Table): Table => ({
        ...own,
        columns: own.columns.map((column) =>
          column.type.name === "timestamp" ? { ...column, type: { name: "varbinary", length: 8 } } : column,
        ),
      });
      const extraction = await extract(file, { "dbo.T": { table } });
      expect(extraction.warnings).toEqual([]);
      expect(cellsOf(extraction)).toEqual(rows);
    },
  );

  it("feed the tables that the recipe says, and tell what feeds nothing", async () => {
    const file = write(buildPackage({ tables: [orders, details] }));
    const { tables } = await schemaOf(file);
    const target: Table = {
      ...(tables[0] as Table),
      schema: "crm",
      name: "Bestellung",
      id: "crm.Bestellung" as Table["id"],
    };
    const mapping = mapTable({ ...target, columns: target.columns.slice(0, 2) }, "ORDERS", { Note: "extra" });
    const extraction = await extractInto(file, [mapping]);
    expect(cellsOf(extraction)).toEqual([
      [1, "1.5000"],
      [2, null],
      [3, "-0.0001"],
    ]);
    expect(extraction.leftovers).toEqual({ "shop.bacpac dbo.Orders": ["Note"] });
    expect(extraction.skipped).toEqual({ "feeds no target table": 2 });
    expect(extraction.progress).toEqual([file.bytes, file.bytes]);
  });

  it("of char that is NOT NULL have a prefix in some packages and none in others: the bytes tell", async () => {
    const rows = Array.from({ length: 20 }, (_, row) => [row, `A${row % 10}`, "x"]);
    for (const prefix of [0, 2]) {
      const columns = [
        id,
        { name: "Code", type: { name: "char", length: 2 } as const, nullable: false, prefix },
        { name: "Z", type: text },
      ];
      const extraction = await extract(
        write(buildPackage({ tables: [{ name: "[dbo].[T]", columns, parts: [rows] }] })),
      );
      expect(cellsOf(extraction)).toEqual(rows);
      const odd =
        "Data/dbo.T/TableData-000-00000.BCP: the part is not laid out as most are (fixedText: 2), by its own bytes";
      expect(extraction.warnings).toEqual(prefix === 0 ? [] : [odd]);
    }
  });

  it.each([2, 4])("of datetime2(%i) have seven digits in some packages: the bytes tell", async (scale) => {
    const at = { name: "At", type: { name: "datetime2", scale } as const, nullable: false };
    const rows = Array.from({ length: 9 }, (_, row) => [row, `2016-07-0${row + 1} 23:59:59.9900000`]);
    const style = { text: "utf-16", clocks: "seven" } as const;
    const tables = [{ name: "[dbo].[T]", columns: [id, at], parts: [rows] }];
    const extraction = await extract(write(buildPackage({ tables, style })));
    expect(cellsOf(extraction)).toEqual(rows);
    expect(extraction.warnings.join("")).toContain("clocks: seven");
  });

  it("that are rows under two layouts are told as such", async () => {
    const at = { name: "At", type: { name: "datetime2", scale: 6 } as const, nullable: false };
    const tables = [{ name: "[dbo].[T]", columns: [id, at], parts: [[[1, "2016-07-01 01:00:00.0000000"]]] }];
    const { warnings } = await extract(write(buildPackage({ tables })));
    expect(warnings).toEqual([
      "Data/dbo.T/TableData-000-00000.BCP: the bytes of the part would be rows under another layout, too; the likelier one was taken",
    ]);
  });

  it("property: rows of any columns come back, whatever the part's pieces", async () => {
    const anyColumn = fc.record({ kind: fc.nat(nativeValues.length - 1), nullable: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyColumn, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        async (drawn, picks) => {
          const columns = [
            id,
            ...drawn.map(({ kind, nullable }, at) => ({
              name: `c${at}`,
              type: (nativeValues[kind] as (typeof nativeValues)[number])[0],
              nullable,
            })),
          ];
          const rows = picks.map((pick, row) => [
            row,
            ...drawn.map(({ kind, nullable }, at) => {
              const [, values] = nativeValues[kind] as (typeof nativeValues)[number];
              return nullable && (pick + at) % 5 === 0 ? null : (values[(pick + at) % values.length] as RawValue);
            }),
          ]);
          const stored = columns.map(({ type }) => type.name !== "timestamp");
          const extraction = await extract(
            write(buildPackage({ tables: [{ name: "[dbo].[T]", columns, parts: [rows] }], method: "deflated" })),
          );
          expect(cellsOf(extraction)).toEqual(rows.map((row) => row.filter((_, at) => stored[at])));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("damage", () => {
  it("GOTCHAS 39: a part that ends in a row keeps the rows before, sets its end aside, and proves no deletion", async () => {
    const told = await extract(write(buildPackage(goldens["cut-row"] as PackageSpec)));
    expect(cellsOf(told).slice(0, 2)).toEqual([
      [1, "first", "1.5000"],
      [2, null, null],
    ]);
    expect(told.quarantined).toHaveLength(1);
    expect(told.quarantined[0]?.at).toBe("shop.bacpac part Data/dbo.Orders/TableData-000-00000.BCP row 3 offset 32");
    expect(told.partial).toEqual(["dbo.Orders: Data/dbo.Orders/TableData-000-00000.BCP cannot be read to its end"]);
    expect(told.losses).toHaveLength(2);
  });

  it("bytes of a type that nobody knows are kept, and the other tables are read", async () => {
    const told = await extract(write(buildPackage(goldens["newer"] as PackageSpec)));
    expect(told.rows.map(({ table }) => table)).toEqual(["dbo.Orders", "dbo.Orders", "dbo.Orders"]);
    expect(told.quarantined.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("At is of the type [vector], and how its values lie in the data is not known here"),
      expect.stringContaining("Next is of the type SqlFutureColumn"),
    ]);
    expect(told.partial).toHaveLength(2);
  });

  it("a part whose deflate data is damaged gives the rows before the damage", async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => [row, `note ${(row * 7919) % 10_007}`, null]);
    const damage = (packed: Buffer): Buffer => {
      const bytes = Buffer.from(packed);
      bytes.fill(0xff, Math.floor(bytes.length * 0.8), Math.floor(bytes.length * 0.8) + 40);
      return bytes;
    };
    const spec: PackageSpec = { tables: [{ ...orders, parts: [rows] }], method: "deflated" };
    const entries = packageEntries(spec).map((entry) =>
      entry.name.startsWith("Data/") ? { ...entry, damage } : entry,
    );
    const told = await extract(write(buildZip(entries)));
    expect(told.rows.length).toBeGreaterThan(10_000);
    expect(told.rows.length).toBeLessThan(20_000);
    expect(cellsOf(told).slice(0, 9000)).toEqual(rows.slice(0, 9000));
    expect(told.partial.length).toBeGreaterThan(0);
    expect(told.losses.some((loss) => loss.includes("damaged in the archive"))).toBe(true);
  });

  it.each([
    ["another checksum", { crc: 1 }, "its bytes do not have the checksum that the archive says"],
    ["more bytes than the archive says", { size: 20 }, "it has more than the 20 bytes that the archive says"],
    ["fewer bytes than the archive says", { size: 100_000 }, "of its 100000 bytes"],
    ["a method that is not known", { method: 9 }, "it is compressed by method 9, which is not known"],
    ["encryption", { encrypted: true }, "it is encrypted"],
  ])("a part with %s is told, and read as far as it can be", async (_, claims, message) => {
    const spec: PackageSpec = { tables: [orders, details], method: "deflated" };
    const entries = packageEntries(spec).map((entry) => (entry.name.includes("Orders") ? { ...entry, claims } : entry));
    const told = await extract(write(buildZip(entries)));
    expect(told.losses.join("\n")).toContain(message);
    expect(told.partial.length).toBeGreaterThan(0);
    expect(told.rows.filter(({ table }) => table === "sales.Order Details")).toHaveLength(2);
  });

  it.each([
    ["cut short", buildPackage({ tables: [orders] }).subarray(0, 2000), "it is cut short"],
    ["no archive", Buffer.from("PK\u0003\u0004 and then nothing of the kind"), "no zip archive at all"],
    ["empty", Buffer.alloc(0), "no zip archive at all"],
    ["an archive of something else", buildZip([{ name: "readme.txt", data: "x" }]), "no package of a database"],
    [
      "a package whose model is no XML",
      buildZip([{ name: "model.xml", data: "<DataSchemaModel><Model>" }]),
      "model.xml cannot be read",
    ],
    [
      "a package whose model is not UTF-8",
      buildZip([{ name: "model.xml", data: Buffer.from([0xff, 0xfe, 0x00]) }]),
      "model.xml cannot be read",
    ],
    [
      "an archive with a name that leads out of it",
      buildZip([{ name: "../model.xml", data: "<x/>" }]),
      "invalid relative path",
    ],
  ])("a file that is %s is refused with what to do", async (_, bytes, message) => {
    const file = write(bytes, "bad.bacpac");
    await expect(schemaOf(file)).rejects.toThrow(message);
    await expect(extractInto(file, [])).rejects.toMatchObject({ name: "UserError", where: { file: "bad.bacpac" } });
  });

  it("property: a package cut anywhere, or with any byte changed, is read or refused, and the sums hold", async () => {
    const whole = buildPackage({ tables: [orders, details, allTypes(true)], method: "deflated" });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        async (at, byte, isCut) => {
          const bytes = Buffer.from(isCut ? whole.subarray(0, at) : whole);
          if (!isCut) bytes[at] = byte;
          const file = write(bytes, "fuzz.bacpac");
          try {
            await extract(file);
          } catch (error) {
            expect((error as Error).name).toBe("UserError");
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("stops when it is told to", async () => {
    const file = write(buildPackage({ tables: [orders] }));
    const { tables } = await schemaOf(file);
    const stopped = AbortSignal.abort();
    const run = collect(
      bacpac,
      { path: "*" },
      { files: [file], mappings: tables.map((table) => mapTable(table)), signal: stopped },
    );
    await expect(run).rejects.toThrow("aborted");
  });
});

it("zip64 records are read", async () => {
  const extraction = await extract(write(buildPackage({ tables: [orders], zip64: true })));
  expect(extraction.rows).toHaveLength(3);
});

describe("names", () => {
  const file = (): EvidenceFile => write(buildPackage({ tables: [orders, { ...orders, name: "[old].[Orders]" }] }));

  it.each([
    ["a table that is not there", "Odrers", "there is no table Odrers. Did you mean Orders?"],
    ["a name that two tables have", "orders", "more than one table of the package could be it: dbo.Orders, old.Orders"],
  ])("%s", async (_, from, message) => {
    const evidence = file();
    const [table] = (await schemaOf(evidence)).tables as [Table];
    const context = { files: [evidence], folder, mappings: [mapTable(table, from)], signal };
    await expect(bacpac.check?.({ path: "*" }, context)).rejects.toThrow(message);
  });

  it("two lost tables cannot take the same rows", async () => {
    const evidence = file();
    const [table] = (await schemaOf(evidence)).tables as [Table];
    const mappings = [
      mapTable(table, "old.Orders"),
      mapTable({ ...table, name: "B", id: "dbo.B" as Table["id"] }, "old.Orders"),
    ];
    const check = bacpac.check?.({ path: "*" }, { files: [evidence], folder, mappings, signal });
    await expect(check).rejects.toThrow("table old.Orders would feed both dbo.Orders and dbo.B");
  });
});

it("survey: the tables as they lie in the package, with types, rows and damage", async () => {
  const file = write(buildPackage(withPart(wholeRows.subarray(0, -3))));
  const surveyed = [];
  for await (const table of bacpac.survey?.({ path: "*" }, { files: [file], folder, mappings: [], signal }) ?? []) {
    const rows = [];
    for await (const batch of table.rows) rows.push(...batch);
    const { part, facts, fields, types } = table;
    surveyed.push({ part, facts, fields, types, rows, damage: table.damage() });
  }
  expect(surveyed).toEqual([
    {
      part: "dbo.Orders",
      facts: [
        { name: "parts", value: "1" },
        { name: "server", value: "Microsoft SQL Server 2017 (RTM) - 14.0", evidence: "Origin.xml" },
        { name: "data version", value: "2.0.0.0", evidence: "Origin.xml" },
      ],
      fields: ["ID", "Note", "Extra"],
      types: ["int", "nvarchar(40)", "money"],
      rows: [
        [1, "first", "1.5000"],
        [2, null, null],
      ],
      damage: [expect.stringContaining("cannot be told apart into rows: Note has a length of 10 bytes, beyond the end of the data")],
    },
    expect.objectContaining({ part: "sales.Order Details", damage: [] }),
  ]);
});

it("a package's path is a target schema, and so is that of a .dacpac", async () => {
  const bytes = buildPackage({ tables: [{ ...orders, parts: [] }], origin: false });
  const dacpac = write(bytes, "shop.dacpac");
  const schema = await loadSchema(dacpac.path);
  expect(schema).toEqual(await schemaOf(dacpac));
  expect(schema.tables.map(({ id: table }) => table)).toEqual(["dbo.Orders"]);
});
