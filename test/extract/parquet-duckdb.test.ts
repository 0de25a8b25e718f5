/** The extractor against DuckDB, which writes and reads the same files: every type, in every compression and with every encoding it knows. */
import { expect, test } from "vitest";
import type { RawValue } from "../../src/values/codec.ts";
import { duckdb } from "./parquet-duckdb.ts";
import { extract, writeParquet } from "./parquet-harness.ts";

type Cell = RawValue | null | undefined;

/** A column: what it holds in row `i`, how DuckDB shows it, and how our cell is shown the same way. */
interface Kind {
  readonly make: string;
  readonly show?: string;
  readonly ours?: (cell: NonNullable<Cell>) => string;
}

const asText = (cell: NonNullable<Cell>): string => String(cell);
const withoutZeros = (cell: NonNullable<Cell>): string =>
  String(cell)
    .replace(/(\.\d*?)0+(?=$|\+)/, "$1")
    .replace(/\.(?=$|\+)/, "");
const hex = (cell: NonNullable<Cell>): string =>
  Buffer.from(cell as Uint8Array)
    .toString("hex")
    .toUpperCase();
const h = (salt: number): string => `hash(i + ${salt})`;

const kinds: Readonly<Record<string, Kind>> = {
  bool: { make: `${h(1)} % 3 = 0` },
  int8: { make: `(i % 256 - 128)::tinyint` },
  int16: { make: `(${h(2)} % 65536)::int - 32768` },
  int32: { make: `((${h(3)} % 4294967296)::bigint - 2147483648)::int` },
  int64: { make: `((${h(4)} >> 1)::bigint * (CASE WHEN i % 2 = 0 THEN 1 ELSE -1 END))` },
  steps: { make: `i::bigint * 1000003` },
  uint8: { make: `(i % 256)::utinyint` },
  uint32: { make: `(${h(5)} % 4294967296)::uinteger` },
  uint64: { make: `${h(6)}::ubigint` },
  decimal4: {
    make: `((${h(7)} % 20000)::int - 10000)::decimal(9,0) / 100`,
    show: "decimal4::decimal(6,2)::varchar",
    ours: (cell) => Number(cell).toFixed(2),
  },
  decimal9: { make: `(((${h(8)} % 1999999999)::bigint - 999999999)::decimal(18,0) * 0.01)::decimal(9,2)` },
  decimal18: { make: `(((${h(9)} >> 5)::bigint)::decimal(18,0) * 0.00001)::decimal(18,5)` },
  decimal38: {
    make: `('-' || (${h(10)})::varchar || (${h(11)} % 100000000000)::varchar || '.1234567')::decimal(38,7)`,
  },
  single: {
    make: `((${h(12)} % 100000)::int / 7)::float`,
    ours: (cell) => String(Math.fround(Number(cell))),
    show: "single::double::varchar",
  },
  double: { make: `((${h(13)} >> 3)::double / 1e7)`, ours: (cell) => String(Number(cell)) },
  half: {
    make: `CASE i % 4 WHEN 0 THEN 'nan'::double WHEN 1 THEN 'inf'::double WHEN 2 THEN -0.0 ELSE 5e-324 END`,
    ours: (cell) => (Object.is(cell, -0) ? "-0" : String(cell)),
  },
  text: { make: `repeat(chr(((${h(14)}) % 50000 + 32)::int % 55000 + 32), (i % 9)::int) || 'é😀'` },
  words: { make: `['red','green','','blue'][(${h(15)} % 4)::int + 1]` },
  prefixes: { make: `'customer-' || lpad((i // 7)::varchar, 9, '0')` },
  blob: { make: `unhex(left(md5(i::varchar), (i % 16)::int * 2))`, show: "hex(blob)", ours: hex },
  uuid: { make: `md5(i::varchar)::uuid` },
  date: { make: `('1900-01-01'::date + (${h(16)} % 90000)::int)` },
  time: { make: `('00:00:00'::time + to_microseconds((${h(17)} % 86400000000)::bigint))`, ours: withoutZeros },
  seconds: { make: `make_timestamp((${h(18)} % 4000000000)::bigint * 1000000)::timestamp_s`, ours: withoutZeros },
  millis: {
    make: `make_timestamp(((${h(19)} % 4000000000000)::bigint - 2000000000000) * 1000)::timestamp_ms`,
    ours: withoutZeros,
  },
  micros: { make: `make_timestamp((${h(20)} % 4000000000000000)::bigint - 2000000000000000)`, ours: withoutZeros },
  nanos: { make: `make_timestamp_ns(((${h(21)} >> 2))::bigint - 2000000000000000000)`, ours: withoutZeros },
  utc: {
    make: `make_timestamp((${h(22)} % 4000000000000000)::bigint)::timestamptz`,
    ours: (cell) => withoutZeros(cell).replace(/:00$/, ""),
  },
  list: {
    make: `list_transform(range(i % 4), lambda x: CASE WHEN x = 1 THEN NULL ELSE x + i END)`,
    show: "to_json(list)::varchar",
  },
  texts: {
    make: `CASE WHEN i % 3 = 0 THEN [] ELSE ['a"b', NULL, 'é' || i::varchar] END`,
    show: "to_json(texts)::varchar",
  },
  map: { make: `map(['k' || i::varchar, 'z'], [i, NULL])`, show: "to_json(map)::varchar" },
  deep: { make: `[{'p': i, 'q': [i, NULL]}, NULL, {'p': NULL, 'q': []}]`, show: "to_json(deep)::varchar" },
};

const structure = `{'x': i, 'y': {'z': 'v' || i::varchar}}`;
const doubles = new Set(["single", "double", "half"]);

/** Every column once with NULLs here and there, once without any. */
function query(rows: number): string {
  const columns = Object.entries(kinds).flatMap(([name, { make }], index) => [
    `CASE WHEN hash(i + ${100 + index}) % 5 = 0 THEN NULL ELSE (${make}) END AS "${name}"`,
    `(${make}) AS "${name}_full"`,
  ]);
  columns.push(`CASE WHEN i % 6 = 0 THEN NULL ELSE ${structure} END AS structure`);
  return `SELECT ${columns.join(", ")} FROM range(${rows}) AS r(i) ORDER BY i`;
}

function shownBy({ show }: Kind, name: string, column: string): string {
  return (show ?? `"${name}"::varchar`).replaceAll(new RegExp(String.raw`\b${name}\b`, "g"), column);
}

const codecs = ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4", "lz4_raw"];
const settings = codecs.flatMap((codec) => [
  `COMPRESSION ${codec}, PARQUET_VERSION v1`,
  `COMPRESSION ${codec}, PARQUET_VERSION v2`,
]);

test.each([...settings, "PARQUET_VERSION v2, ROW_GROUP_SIZE 2048, DICTIONARY_SIZE_LIMIT 1"])("%s", async (setting) => {
  const file = await writeParquet(query(setting.includes("ROW_GROUP_SIZE") ? 3000 : 700), setting);
  const names = Object.keys(kinds).flatMap((name) => [name, `${name}_full`]);
  const binary = new Set(["blob", "blob_full"]);
  const columns = Object.fromEntries(
    [...names, "structure.x", "structure.y.z"].map(
      (name) =>
        [name, binary.has(name) ? "varbinary" : doubles.has(name.replace("_full", "")) ? "float" : "nvarchar"] as const,
    ),
  );
  const { rows, warnings, quarantined } = await extract(file, columns);
  expect([warnings, quarantined]).toEqual([[], []]);
  const shown = names.map((name) => shownBy(kinds[name.replace("_full", "")] as Kind, name.replace("_full", ""), name));
  const expected = await duckdb(file, `SELECT ${shown.join(", ")}, structure.x::varchar, structure.y.z FROM $file`);
  expect(rows.length).toBe(expected.length);
  for (const [column, name] of [...names, "structure.x", "structure.y.z"].entries()) {
    const kind = name.replace("_full", "");
    const show = kinds[kind]?.ours ?? asText;
    const ours = rows.map(({ cells }) =>
      cells[name] === null || cells[name] === undefined ? null : show(cells[name]),
    );
    const theirs = expected.map((row) =>
      doubles.has(kind) && row[column] !== null ? double(row[column] as string) : withoutTail(kind, row[column]),
    );
    const wrong = ours.findIndex((cell, index) => cell !== theirs[index]);
    expect([name, wrong, ours[wrong], theirs[wrong]]).toEqual([name, -1, undefined, undefined]);
  }
});

const named = new Map([
  ["inf", "Infinity"],
  ["-inf", "-Infinity"],
  ["nan", "NaN"],
  ["-0.0", "-0"],
]);

function double(text: string): string {
  return named.get(text) ?? String(Number(text));
}

const times = new Set(["time", "seconds", "millis", "micros", "nanos", "utc"]);

function withoutTail(kind: string, shown: unknown): unknown {
  return times.has(kind) && typeof shown === "string" ? withoutZeros(shown) : shown;
}
