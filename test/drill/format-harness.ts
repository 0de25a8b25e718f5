/** Copies and logs of hostile values, and what the real extractors read of what formats wrote. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { expect } from "vitest";
import type {
  CopiedRow,
  CopiedTable,
  Copy,
  EvidenceFile,
  Format,
  Log,
  LoggedChange,
  WriteOptions,
} from "../../src/drill/survivors/model.ts";
import { findFormat } from "../../src/drill/survivors/formats/registry.ts";
import type { Cells } from "../../src/drill/truth/model.ts";
import type { ObservationBatch, TableMapping } from "../../src/extract/extractor.ts";
import { resolveInputs } from "../../src/extract/inputs.ts";
import { findExtractor } from "../../src/extract/registry.ts";
import { Typer } from "../../src/extract/typing.ts";
import { type Column, storedColumns, type Table, withRowTime } from "../../src/schema/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { type CanonicalValue, Unparsable } from "../../src/values/codec.ts";
import { planKey, type RowKey } from "../../src/values/key.ts";
import { codecFor } from "../../src/values/registry.ts";
import { collect, mapTable } from "../extract/harness.ts";

const ddl = String.raw`
CREATE TABLE dbo.[Every Type] (
  Id int IDENTITY(1,1) NOT NULL PRIMARY KEY, [a.b] bit, [Na"me] tinyint, [c]]d] int, [Größe] bigint, [e,f] decimal(19,4), [select] money,
  [g;h] float, i real, [j'k] date, l time, m datetime, n datetime2(7), o smalldatetime, p datetimeoffset, q char(10), r varchar(40),
  s nvarchar(40), t nvarchar(max), u varbinary(20), v uniqueidentifier, w datetime2(3), x time(0), y numeric(38,0), z xml, v2 sql_variant
);
CREATE TABLE [my.schema].[T"1.x]]] ([k 1] nvarchar(10) NOT NULL, [k2] int NOT NULL, [note] nvarchar(60), PRIMARY KEY ([k 1], [k2]));
CREATE TABLE sales.Orders (OrderID bigint NOT NULL PRIMARY KEY, Total decimal(10,2) NOT NULL);
CREATE TABLE dbo.Orders (OrderID int NOT NULL PRIMARY KEY, Note varchar(20));
`;

const tables = readTsqlSchema(ddl, { file: "schema.sql" }).tables;

const hostile = [
  "",
  "NULL",
  "null",
  "007",
  "00",
  "1914310000010100016",
  "100E10",
  "1E5",
  "1.50",
  "-0",
  "+5",
  "'",
  "''",
  '"',
  '""',
  ",",
  "\t",
  "\r\n",
  "\n",
  "\r",
  "x\nGO\ny",
  "\nGO\n",
  "a\r\nGO 5\r\nb",
  "\\\n",
  "a\\\r\nb",
  "\\",
  "\\N",
  "{}",
  "--",
  "/*",
  "*/",
  "$(x)",
  "\u0001",
  "\u001f",
  "\u007f",
  "😀",
  "Größe",
  "Ж",
  "あ",
  "\u00a0",
  " ",
  "  x  ",
  ";",
  "2026-03-14",
  "2026-03-14 09:26:53.997",
  "09:26:53.5",
  "\ufeff",
  "%",
  "0x00",
  "=1+1",
  "_x000D_",
  "<a>&amp;</a>",
  "]]>",
  "@p0",
  "?",
  "N'x'",
  "true",
  "\u2028",
  "\ufffd",
  "12345678901234567890",
  "\\.",
  "INSERT INTO t VALUES (1)",
] as const;

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }).map((text) => text.replaceAll("\0", "")) },
);
const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(""));

const moment = fc
  .tuple(
    fc.date({ min: new Date("1753-01-01T00:00:00Z"), max: new Date("9999-12-30T00:00:00Z"), noInvalidDate: true }),
    fc.nat(9999),
  )
  .map(([date, rest]) => `${date.toISOString().slice(0, 23).replace("T", " ")}${String(rest).padStart(4, "0")}`);
const smallMoment = fc
  .date({ min: new Date("1900-01-01T00:00:00Z"), max: new Date("2079-06-05T00:00:00Z"), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 16).replace("T", " ")}:00`);
const offset = fc.integer({ min: -14 * 60, max: 14 * 60 }).map((minutes) => {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
});

function scaled(precision: number, scale: number) {
  const most = 10n ** BigInt(precision) - 1n;
  return fc.bigInt({ min: -most, max: most }).map((value) => {
    const whole = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
    const digits = scale === 0 ? whole : `${whole.slice(0, -scale)}.${whole.slice(-scale)}`;
    return value < 0n ? `-${digits}` : digits;
  });
}

const variants = fc.constantFrom(
  "int:5",
  "nvarchar:007",
  "nvarchar:",
  "decimal:1.50",
  "varchar:it's",
  "datetime:2026-03-14 09:26:53.9970000",
);
const float = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(-0, 1e21, 1e-7, 5e-324),
);

/** Texts and numbers that a column's codec takes. */
function rawFor({ type }: Column): fc.Arbitrary<string | number | bigint | Uint8Array> {
  switch (type.name) {
    case "bit":
      return fc.nat(1);
    case "tinyint":
      return fc.nat(255);
    case "int":
      return fc.oneof(fc.integer(), fc.nat(99));
    case "bigint":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case "decimal":
    case "numeric":
      return fc.oneof(scaled(type.precision ?? 18, type.scale ?? 0), scaled(type.scale ?? 0 + 2, type.scale ?? 0));
    case "money":
      return scaled(18, 4);
    case "float":
      return float;
    case "real":
      return fc.float({ noNaN: true, noDefaultInfinity: true });
    case "date":
      return moment.map((value) => value.slice(0, 10));
    case "time":
      return moment.map((value) => value.slice(11, type.scale === 0 ? 19 : 27));
    case "smalldatetime":
      return smallMoment;
    case "datetime":
      return moment.map((value) => value.slice(0, 23));
    case "datetime2":
      return moment.map((value) => value.slice(0, type.scale === 3 ? 23 : 27));
    case "datetimeoffset":
      return fc.tuple(moment, offset).map(([value, zone]) => `${value} ${zone}`);
    case "varbinary":
      return fc.uint8Array({ maxLength: 20 });
    case "uniqueidentifier":
      return fc.uuid();
    case "sql_variant":
      return variants;
    case "xml":
      return text.map((inner) => `<a>${inner.replaceAll(/[^ -~]|[<>&]/g, "")}</a>`);
    default:
      return typeof type.length === "number"
        ? text.map((value) =>
            Array.from(value)
              .slice(0, Number(type.length) / 2)
              .join(""),
          )
        : text;
  }
}

/** In canonical form; what the column cannot hold (a foreign character in a code page) is not among them. */
function valueFor(column: Column): fc.Arbitrary<CanonicalValue> {
  const codec = codecFor(column);
  const parsed = rawFor(column)
    .map((raw) => (column.type.name === "sql_variant" ? String(raw) : codec.parse(raw, { dateOrder: "ymd" })))
    .filter((value): value is Exclude<typeof value, Unparsable> => !(value instanceof Unparsable));
  return column.nullable ? fc.option(parsed, { freq: 6 }) : parsed;
}

function rowOf(table: Table): fc.Arbitrary<Cells> {
  return fc.tuple(...storedColumns(table).map((column) => valueFor(column)));
}

function keyOf(table: Table, cells: Cells): RowKey {
  const stored = storedColumns(table);
  const plan = planKey(table);
  return plan.encode(plan.columns.map((column) => cells[stored.indexOf(column)] ?? null));
}

function copyOf(table: Table, most: number): fc.Arbitrary<CopiedTable> {
  return fc
    .uniqueArray(rowOf(table), { minLength: 1, maxLength: most, selector: (cells) => String(keyOf(table, cells)) })
    .map((rows) => ({
      table,
      columns: storedColumns(table),
      rows: rows.map((cells): CopiedRow => ({ key: keyOf(table, cells), cells })),
    }));
}

export function copies(of: readonly Table[] = tables, most = 6): fc.Arbitrary<Copy> {
  return fc.tuple(...of.map((table) => copyOf(table, most))).map((copied) => ({ kind: "rows", tables: copied }));
}

/** Longer than a cell of a spreadsheet; a pair of surrogates stands where one ends. */
export const longValues: Copy = {
  kind: "rows",
  tables: tables.slice(0, 1).map((table) => {
    const columns = storedColumns(table).filter(({ name }) => ["Id", "t", "u"].includes(name));
    const texts = [32_765, 32_766, 32_767, 70_000].map((length) => `${"é".repeat(length)}😀${"x".repeat(9)}`);
    const rows = texts.map((cell, key) => ({ key, cells: [key, cell, null] }));
    return { table, columns, rows };
  }),
};

const start = Date.UTC(2026, 2, 1);

/** Inserts, updates and deletes of rows that do not meet; an update leaves the key and some of the cells. */
function changeOf(table: Table): fc.Arbitrary<Omit<LoggedChange, "at">> {
  const stored = storedColumns(table);
  const keys = new Set(planKey(table).columns.map((column) => stored.indexOf(column)));
  const kinds = fc.constantFrom("insert", "update", "delete");
  const kept = fc.array(fc.boolean(), { minLength: stored.length, maxLength: stored.length });
  return fc.tuple(kinds, rowOf(table), rowOf(table), kept).map(([kind, before, other, keep]) => {
    const after = before.map((cell, index) => (keys.has(index) || keep[index] ? cell : (other[index] ?? null)));
    const images = {
      insert: { before: undefined, after: before },
      update: { before, after },
      delete: { before, after: undefined },
    };
    return { table, kind, key: keyOf(table, before), ...images[kind] };
  });
}

export function logs(of: readonly Table[] = tables): fc.Arbitrary<Log> {
  const change = fc.oneof(...of.map((table) => changeOf(table)));
  return fc.array(change, { minLength: 1, maxLength: 12 }).map((changes) => ({
    kind: "changes",
    changes: changes.map((each, index) => ({ ...each, at: start + index * 61_234 })),
    strikes: [{ at: start + 86_400_000, sql: "DROP TABLE dbo.[Every Type]" }],
  }));
}

export const plain: WriteOptions = { encoding: "utf-8", timezone: "America/Chicago", excel: false };

export interface ReadRow {
  readonly table: Table;
  readonly operation: string;
  /** Is it what the row held before? */
  readonly isBefore: boolean;
  /** By column name. */
  readonly cells: Readonly<Record<string, CanonicalValue>>;
}

/** Writes the survivor into a folder and reads it as its source says. Nothing may be quarantined, refused or told. */
export async function readBack(format: Format, content: Copy | Log, options: WriteOptions): Promise<ReadRow[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-drill-"));
  try {
    fs.mkdirSync(path.join(folder, "evidence"));
    for (const { name, bytes } of await format.write(content, options))
      fs.writeFileSync(path.join(folder, "evidence", name), bytes);
    return await readFolder(folder, format, content, options);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function readFolder(
  folder: string,
  format: Format,
  content: Copy | Log,
  options: WriteOptions,
): Promise<ReadRow[]> {
  const { extractor: id, timezone = "UTC", tables: named, ...settings } = format.source("evidence", content, options);
  const extractor = findExtractor(id);
  if (extractor === undefined) throw new Error(`no extractor ${id}`);
  const mappings = mappingsOf(content, named as Parameters<typeof mappingsOf>[1]);
  const files = await resolveInputs([settings["path"] as string], folder);
  const typer = new Typer(mappings);
  const read: ReadRow[] = [];
  const watched: typeof extractor = {
    ...extractor,
    async *extract(...asked) {
      for await (const batch of extractor.extract(...asked)) {
        read.push(...typed(typer, batch));
        yield batch;
      }
    },
  };
  const context = { zone: String(timezone), folder };
  const told = await collect(watched, settings, { files, mappings, context });
  expect(told.quarantined).toEqual([]);
  for (const { proof } of told.evidence ?? []) expect(proof).toContain("rows were changed by DROP");
  return read;
}

function mappingsOf(
  content: Copy | Log,
  named: Readonly<Record<string, { readonly from?: string }>> | undefined,
): TableMapping[] {
  const all = content.kind === "rows" ? content.tables.map(({ table }) => table) : tables;
  if (named !== undefined) expect(Object.keys(named)).toEqual(all.map(({ id }) => id));
  return all.map((table) => mapTable(content.kind === "rows" ? table : withRowTime(table), named?.[table.id]?.from));
}

function typed(typer: Typer, batch: ObservationBatch): ReadRow[] {
  const { rows, turnedAway } = typer.type(batch);
  for (const { reason } of turnedAway) expect(reason).toMatch(/^the key column .* is NULL$/);
  return rows.map(({ columns, cells, unparsed }) => {
    expect(unparsed).toEqual([]);
    return {
      table: batch.table,
      operation: batch.operation,
      isBefore: batch.accompanies === true,
      cells: Object.fromEntries(columns.map(({ name }, index) => [name, cells[index] ?? null])),
    };
  });
}

/** For comparing: bytes as text, and no sign of zero, as the server has none. */
export function comparable(value: CanonicalValue): CanonicalValue {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  return value === 0 ? 0 : value;
}

/** What a reader is to find of the cells. */
export function expected(
  format: Format,
  columns: readonly Column[],
  cells: Cells,
  options: WriteOptions,
): Record<string, CanonicalValue> {
  const written = columns.map((column, index) => {
    const cell = cells[index] ?? null;
    return [
      column.name,
      comparable(format.asWritten?.(cell, column, options) ?? (format.asWritten ? null : cell)),
    ] as const;
  });
  return Object.fromEntries(written);
}

/** Records stand in order and do not overlap; what is between them, before and behind. */
export function gapsOf({ bytes, records }: EvidenceFile): string[] {
  const edges = [0, ...records.flatMap(({ from, to }) => [from, to]), bytes.length];
  expect(edges).toEqual(edges.toSorted((left, right) => left - right));
  return Array.from({ length: edges.length / 2 }, (_, index) =>
    bytes.subarray(edges[2 * index], edges[2 * index + 1]).toString("latin1"),
  );
}

export function formatOf(id: string): Format {
  return findFormat(id).format;
}

/** Cells that hold something, each with what JavaScript takes it for. */
function shown({ table, cells }: Pick<ReadRow, "table" | "cells">): string {
  const present = Object.entries(cells).flatMap(([name, cell]) => {
    const value = comparable(cell);
    return value === null ? [] : [`${name}: ${typeof value} ${JSON.stringify(String(value))}`];
  });
  return [table.id, ...present].join("\n");
}

/** A row whose key became NULL is no row that can be staged. */
function hasKey({ table, cells }: Pick<ReadRow, "table" | "cells">): boolean {
  return planKey(table).columns.every(({ name }) => cells[name] !== null);
}

/** Writes and reads: rows of the copy, as they are said to be written. */
export async function expectCopy(format: Format, copy: Copy, options: WriteOptions): Promise<void> {
  const read = await readBack(format, copy, options);
  const truth = copy.tables
    .flatMap(({ table, columns, rows }) =>
      rows.map(({ cells }) => ({ table, cells: expected(format, columns, cells, options) })),
    )
    .filter((row) => hasKey(row));
  expect(read.map((row) => shown(row)).toSorted()).toEqual(truth.map((row) => shown(row)).toSorted());
}
