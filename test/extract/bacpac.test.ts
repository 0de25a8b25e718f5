import * as fc from "fast-check";
import path from "node:path";
import { describe, expect, it, test } from "vitest";
import bacpac from "../../src/extract/bacpac/index.ts";
import { loadSchema } from "../../src/schema/load.ts";
import type { Column, Table } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { buildPackage, type PackageSpec } from "../support/bacpac-builder.ts";
import { nativeValues } from "../support/native-values.ts";
import { allTypes, details, id, newer, orders, text, wholeRows, withPart } from "../support/bacpac-samples.ts";
import { cellsOf, extract, extractInto, folder, schemaOf, signal, write } from "./bacpac-harness.ts";
import { mapTable } from "./harness.ts";

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
  newer,
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
    const shown = {
      ...extraction,
      rows: extraction.rows.map(({ raw: _raw, ...row }) => row),
    };
    await expect(`${JSON.stringify(shown, (_, value: unknown) => readable(value), 1)}\n`).toMatchFileSnapshot(golden);
  });
});

/** Bytes become hex before JSON gets at them. */
function readable(value: unknown): unknown {
  if (typeof value === "bigint") return { bigint: String(value) };
  return value instanceof Uint8Array ? `0x${Buffer.from(value).toString("hex")}` : value;
}

/** What a rowversion holds feeds no rowversion. */
function withoutRowversion(own: Table): Table {
  const columns = own.columns.map((column): Column =>
    column.type.name === "timestamp" ? { ...column, type: { name: "varbinary", length: 8 } } : column,
  );
  return { ...own, columns };
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
      const rows: (RawValue | null)[][] = Array.from({ length: most }, (_each, row) =>
        nativeValues.map(([, values]) => values[row % values.length] as RawValue),
      );
      if (nullable) rows.push(columns.map(() => null));
      const file = write(buildPackage({ tables: [{ name: "[dbo].[T]", columns, parts: [rows] }], method: "deflated" }));
      const extraction = await extract(file, { "dbo.T": { table: withoutRowversion } });
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

  it("of short varchar, which is UTF-16, are not taken for two layouts", async () => {
    const columns = [id, { name: "Word", type: { name: "varchar", length: 100 } as const }];
    const { rows, warnings } = await extract(
      write(buildPackage({ tables: [{ name: "[dbo].[T]", columns, parts: [[[1, "abc"]]] }] })),
    );
    expect([rows.length, warnings]).toEqual([1, []]);
  });

  it("of varchar in the column's code page are read as such where they cannot be UTF-16", async () => {
    const columns = [id, { name: "Word", type: { name: "varchar", length: 100 } as const }];
    const style = { text: "latin1", clocks: "own" } as const;
    const tables = [
      {
        name: "[dbo].[T]",
        columns,
        parts: [
          [
            [1, "été"],
            [2, "ab"],
          ],
        ],
      },
    ];
    expect(cellsOf(await extract(write(buildPackage({ tables, style }))))).toEqual([
      [1, "été"],
      [2, "ab"],
    ]);
  });

  it("that are rows under two layouts are told as such", async () => {
    const at = { name: "At", type: { name: "datetime2", scale: 6 } as const, nullable: false };
    const tables = [{ name: "[dbo].[T]", columns: [id, at], parts: [[[1, "2016-07-01 01:00:00.0000000"]]] }];
    const { warnings } = await extract(write(buildPackage({ tables })));
    expect(warnings).toEqual([
      "Data/dbo.T/TableData-000-00000.BCP: the bytes of the part would be rows under another layout, too; the likelier one was taken",
    ]);
  });

  it("that are rows under two layouts have that of the table's other parts", async () => {
    const at = { name: "At", type: { name: "datetime2", scale: 6 } as const, nullable: false };
    const style = { text: "utf-16", clocks: "seven" } as const;
    const parts = [[[1, "2016-07-01 23:00:00.0000000"]], [[2, "2016-07-01 01:00:00.0000000"]]];
    const tables = [{ name: "[dbo].[T]", columns: [id, at], parts }];
    const extraction = await extract(write(buildPackage({ tables, style })));
    expect(cellsOf(extraction)).toEqual(parts.flat());
    expect(extraction.warnings.join("")).not.toContain("another layout");
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
      { numRuns: 25 },
    );
  });
});

it("zip64 records are read", async () => {
  const extraction = await extract(write(buildPackage({ tables: [orders], zip64: true })));
  expect(extraction.rows).toHaveLength(3);
});

describe("names", () => {
  const bytes = buildPackage({ tables: [orders, { ...orders, name: "[old].[Orders]" }] });

  it.each([
    ["a table that is not there", "Odrers", "there is no table Odrers. Did you mean Orders?"],
    ["a name that two tables have", "orders", "more than one table of the package could be it: dbo.Orders, old.Orders"],
  ])("%s", async (_, from, message) => {
    const evidence = write(bytes);
    const [table] = (await schemaOf(evidence)).tables as [Table];
    const context = { files: [evidence], folder, mappings: [mapTable(table, from)], signal };
    await expect(bacpac.check?.({ path: "*" }, context)).rejects.toThrow(message);
  });

  it("two lost tables cannot take the same rows", async () => {
    const evidence = write(bytes);
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
      damage: [
        expect.stringContaining(
          "cannot be told apart into rows: Note has a length of 10 bytes, beyond the end of the data",
        ),
      ],
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
