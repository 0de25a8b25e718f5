import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { UserError } from "../../src/errors.ts";
import parquet from "../../src/extract/parquet/index.ts";
import type { SqlType } from "../../src/schema/model.ts";
import { collect, evidenceFile, expectBalance, makeTable, mapTable } from "./harness.ts";
import { extract, fileOf, writeParquet } from "./parquet-harness.ts";
import { annotated, id, twoColumns } from "./parquet-files.ts";
import { byteArray, int32, write } from "./parquet-writer.ts";

async function refusal(file: string): Promise<string> {
  const error: unknown = await extract(file, { id: "int" }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/parquet");

function shown(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex")}`;
  return typeof value === "bigint" ? `${value}n` : value;
}

describe("golden", () => {
  test.each(fs.readdirSync(fixtures))("%s", async (name) => {
    const folder = path.join(fixtures, name);
    const { options, tables } = parse(fs.readFileSync(path.join(folder, "options.yaml"), "utf8")) as {
      options: object;
      tables: Readonly<Record<string, Readonly<Record<string, SqlType["name"]>>>>;
    };
    const inputs = fs.readdirSync(folder).filter((file) => file !== "options.yaml");
    const extraction = await collect(parquet, options, {
      files: inputs.toSorted().map((file) => evidenceFile(path.join(folder, file), folder)),
      mappings: Object.entries(tables).map(([table, columns]) => mapTable(makeTable(table, columns))),
      context: { zone: "America/Chicago" },
    });
    expectBalance(extraction);
    const text = JSON.stringify(extraction, shown, 1);
    await expect(`${text}\n`).toMatchFileSnapshot(path.join(import.meta.dirname, `golden/parquet/${name}.json`));
  });
});

describe("values", () => {
  test.each([1, 2] as const)("of pages v%i are exact, whatever annotation tells what they are", async (version) => {
    const file = fileOf(write(annotated, { version, checksums: true }));
    const nvarchar = [
      "moment",
      "local",
      "int96",
      "unsigned",
      "money",
      "fixed",
      "half",
      "uuid",
      "old",
      "empty",
      "far",
      "day",
      "clock",
    ];
    const columns = Object.fromEntries(nvarchar.map((name) => [name, "nvarchar"] as const));
    const { rows } = await extract(file, { ...columns, bson: "varbinary" });
    expect(rows[0]?.cells).toEqual({
      moment: "2026-03-01 12:00:00.123+00:00",
      local: "1969-12-31 23:59:59.999999999",
      int96: "1970-01-02 23:59:59.999999999",
      unsigned: 18446744073709551615n,
      money: "-3.1250",
      fixed: "-0.00000000000000000000000000000000000001",
      half: 1.0009765625,
      uuid: "abababab-abab-abab-abab-abababababab",
      bson: expect.objectContaining({ length: 5 }) as unknown,
      old: "Zoë",
      empty: "",
      far: "9223372036854775807 / 1000000 s since 1970",
      day: "0000-01-01",
      clock: "23:59:59.999",
    });
    expect(Object.values(rows[1]?.cells ?? {}).every((cell) => cell === null)).toBe(true);
  });

  test("moments stand on the source's clock, local times where they are", async () => {
    const file = await writeParquet(
      "SELECT 1 AS id, timestamptz '2026-07-01 12:00:00+00' AS utc, timestamp '2026-07-01 12:00:00' AS local, timestamptz '2026-07-01 23:30:00+00' AS day",
    );
    const columns = { utc: "datetime2", local: "datetime2", day: "date" } as const;
    const { rows } = await extract(file, columns, {}, { zone: "America/Chicago" });
    expect(Object.values(rows[0]?.cells ?? {}).map((cell) => String(cell).slice(0, 19))).toEqual([
      "2026-07-01 07:00:00",
      "2026-07-01 12:00:00",
      "2026-07-01 23:30:00",
    ]);
  });

  test("nanoseconds go into columns of 100 ns, and people are told of those that do not fit", async () => {
    const at = "make_timestamp_ns(1772366400123456700 + i)";
    const file = await writeParquet(`SELECT ${at} AS a FROM range(3) r(i) UNION ALL SELECT make_timestamp_ns(-1)`);
    const days = (await extract(file, { a: "date" })).rows.map(({ cells }) => cells["a"]);
    expect(days.slice(-2)).toEqual(["2026-03-01", "1969-12-31"]);
    const { rows, warnings } = await extract(file, { a: "datetime2" });
    const expected = [
      "2026-03-01 12:00:00.1234567",
      "2026-03-01 12:00:00.1234567",
      "2026-03-01 12:00:00.1234567",
      "1970-01-01 00:00:00.0000000",
    ];
    expect(rows.map(({ cells }) => cells["a"])).toEqual(expected);
    expect(warnings).toEqual([
      "rows.parquet: a: nanoseconds of 3 values are rounded to 100 ns, as the server has them",
    ]);
  });

  test("numbers of 33 bits at the head of differences keep their sign", async () => {
    const file = await writeParquet(
      "SELECT (3503006840 - i * 3)::uinteger AS u FROM range(2000) r(i)",
      "PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1",
    );
    const { rows } = await extract(file, { u: "bigint" });
    expect(rows.map(({ cells }) => cells["u"])).toEqual(rows.map((_, i) => 3503006840 - i * 3));
  });

  test("a structure's fields are columns by their way; names do not mind case", async () => {
    const file = await writeParquet("SELECT 7 AS ID, {'City': 'Oslo', 'geo': {'lat': 59.91::decimal(4,2)}} AS address");
    const { rows, leftovers } = await extract(file, { Id: "int", Town: "nvarchar" }, { Town: "Address.City" });
    expect(rows[0]?.cells).toEqual({ Id: 7, Town: "Oslo" });
    expect(leftovers).toEqual({ "rows.parquet": ["address.geo.lat"] });
  });
});

describe("places", () => {
  test("are the row group and the row in the file", async () => {
    const { rows, batches } = await extract(fileOf(write(twoColumns(3, 2))), { id: "int", name: "nvarchar" });
    expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => index + 1));
    expect(rows[599]).toMatchObject({ part: "row group 3", cells: { id: 599, name: "name 599" } });
    expect(rows[599]?.raw).toBe('{"id":599,"name":"name 599"}');
    expect(batches.map((batch) => batch.rows)).toEqual([200, 200, 200]);
  });

  test("a gzipped file is unpacked first", async () => {
    const { rows } = await extract(fileOf(gzipSync(write(twoColumns(1, 1))), "T.parquet.gz"), { id: "int" });
    expect(rows).toHaveLength(100);
  });
});

describe("damage", () => {
  const columns = { id: "int", name: "nvarchar" } as const;

  test("GOTCHAS 37: a file without its footer is set aside whole, and the table is told to be partial", async () => {
    const bytes = write(twoColumns(2, 2));
    for (const length of [bytes.length - 1, 100, 5]) {
      const partial: string[] = [];
      const file = fileOf(bytes.subarray(0, length));
      const extraction = await extract(file, columns, {}, { partial: (_, why) => void partial.push(why) });
      expect(extraction.quarantined).toHaveLength(1);
      expect(extraction.warnings).toEqual(["rows.parquet: the file is cut short: its footer is missing"]);
      expect(partial).toEqual(["rows.parquet: the file is cut short: its footer is missing"]);
    }
  });

  test("a broken page costs the rows near it; the others are read", async () => {
    const bytes = write(twoColumns(2, 40), { checksums: true });
    const at = bytes.indexOf("name 1234");
    bytes[at + 2] = 0xff;
    const { rows, quarantined, warnings } = await extract(fileOf(bytes), columns);
    const read = new Set(rows.map(({ cells }) => cells["id"]));
    expect(read.has(1234)).toBe(false);
    expect(rows.length).toBe(8000 - 101);
    expect(quarantined).toHaveLength(1);
    expect(quarantined[0]?.reason).toMatch(/^\d+ rows cannot be read: a page does not match its checksum$/);
    expect(quarantined[0]?.raw).toMatch(
      /^\{"rowGroup":1,"rows":\[1\d+,1\d+\],"bytes":\[4,\d+\],"length":\d+,"sha256":"[0-9a-f]{64}"\}$/,
    );
    expect(warnings).toEqual([expect.stringContaining("the file is damaged: ") as string]);
  });

  test("without checksums, lengths that do not fit tell of the damage", async () => {
    const bytes = write(twoColumns(1, 4));
    bytes[bytes.indexOf("name 150") - 2] = 1;
    const { rows, quarantined } = await extract(fileOf(bytes), columns);
    expect(quarantined[0]?.reason).toContain("its values do not fill their page");
    for (const { cells } of rows) expect([null, `name ${String(cells["id"])}`]).toContain(cells["name"]);
  });

  test("damage in a column that feeds nothing costs nothing", async () => {
    const bytes = write(twoColumns(1, 4), { checksums: true });
    bytes[bytes.indexOf("name 150")] = 0xff;
    expect((await extract(fileOf(bytes), { id: "int" })).rows).toHaveLength(400);
  });

  test("a run that is said to go on for a billion values fills no memory", async () => {
    const long = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x08, 0x01]);
    const file = fileOf(
      write([
        {
          name: "id",
          type: "BOOLEAN",
          isRequired: true,
          groups: [
            [{ values: [Buffer.alloc(0)], encoded: { encoding: 3, body: Buffer.concat([int32(long.length), long]) } }],
          ],
        },
      ]),
    );
    const { quarantined } = await extract(file, { id: "bit" });
    expect(quarantined[0]?.reason).toContain("a run is longer than its page");
  });

  test("indexes without their dictionary are no values", async () => {
    const encoded = { encoding: 8, body: Buffer.of(1, 2, 0) };
    const { rows, quarantined } = await extract(fileOf(write([id([[{ values: [int32(1)], encoded }]])])), {
      id: "int",
    });
    expect(rows).toEqual([]);
    expect(quarantined[0]?.reason).toContain("its dictionary is missing");
  });

  test("text that is no UTF-8 costs its row, which is kept with the bytes", async () => {
    const name = {
      name: "name",
      type: "BYTE_ARRAY",
      converted: 0,
      groups: [[{ values: [byteArray(Buffer.of(0x41, 0xff)), byteArray("B")] }]],
    } as const;
    const { rows, quarantined } = await extract(
      fileOf(write([id([[{ values: [int32(1), int32(2)] }]]), name])),
      columns,
    );
    expect(rows).toHaveLength(1);
    expect(quarantined).toEqual([
      {
        raw: '{"id":1,"name":{"invalidText":"41ff"}}',
        reason: "name holds text that is not valid UTF-8",
        at: "rows.parquet part row group 1 row 1",
      },
    ]);
  });

  test("an empty file, and one without rows, are told", async () => {
    expect((await extract(fileOf(Buffer.alloc(0)), columns)).warnings).toEqual(["rows.parquet: the file is empty"]);
    expect((await extract(await writeParquet("SELECT 1 AS id WHERE false"), columns)).warnings).toEqual([
      "rows.parquet: the file holds no rows",
    ]);
  });

  test("what is no parquet, or encrypted, is refused with what to do", async () => {
    expect(await refusal(fileOf(Buffer.from("id,name\n1,Ann\n")))).toMatch(
      /^rows\.parquet: the file is no parquet: .*extractor/,
    );
    const whole = write(twoColumns(1, 1));
    expect(await refusal(fileOf(Buffer.concat([whole.subarray(0, -4), Buffer.from("PARE")])))).toContain(
      "is encrypted",
    );
  });
});

test("files that feed nothing are counted and passed over", async () => {
  const folder = path.dirname(fileOf(write(twoColumns(1, 1)), "Orders.parquet"));
  fs.writeFileSync(path.join(folder, "Other.parquet"), write(twoColumns(1, 2)));
  const files = ["Orders.parquet", "Other.parquet"].map((name) => evidenceFile(path.join(folder, name), folder));
  const mappings = [
    mapTable(makeTable("dbo.Orders", { id: "int" })),
    mapTable(makeTable("dbo.Customers", { id: "int" })),
  ];
  const extraction = await collect(parquet, { path: "*" }, { files, mappings });
  expectBalance(extraction);
  expect([extraction.rows.length, extraction.skipped]).toEqual([100, { "feeds no target table": 200 }]);
});

test("a survey tells how the file is written, and all of its rows", async () => {
  const file = await writeParquet(
    "SELECT i::int AS id, 'x' AS name, 1.5::decimal(10,2) AS amount, [i] AS l FROM range(5) r(i)",
    "COMPRESSION zstd",
  );
  const context = {
    files: [evidenceFile(file, path.dirname(file))],
    folder: "",
    mappings: [],
    signal: new AbortController().signal,
  };
  for await (const table of parquet.survey?.({ path: "*" }, context) ?? []) {
    expect(table.fields).toEqual(["id", "name", "amount", "l"]);
    expect(table.types).toEqual(["int32", "string", "decimal(10,2)", "nested"]);
    expect(Object.fromEntries(table.facts.map(({ name, value }) => [name, value]))).toMatchObject({
      rows: "5",
      "row groups": "1",
      compression: "ZSTD",
    });
    const rows = [];
    for await (const batch of table.rows) rows.push(...batch);
    expect(rows[4]).toEqual([4, "x", "1.50", "[4]"]);
    expect(table.damage()).toEqual([]);
  }
});
