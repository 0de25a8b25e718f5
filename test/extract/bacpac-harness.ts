/** Packages in a folder that goes with the test, and everything that reading them says. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import bacpac from "../../src/extract/bacpac/index.ts";
import type { EvidenceFile, TableMapping } from "../../src/extract/extractor.ts";
import type { DatabaseSchema, SqlType, Table } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { encodeRows, type PackageColumn, type PackageSpec, type PackageTable } from "../support/bacpac-builder.ts";
import { nativeValues } from "../support/native-values.ts";
import { collect, evidenceFile, expectBalance, type Extraction, mapTable } from "./harness.ts";

export const folder = mkdtempSync(path.join(os.tmpdir(), "bacpac-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export function write(bytes: Buffer, name = "shop.bacpac"): EvidenceFile {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return evidenceFile(file, folder);
}

export const signal = new AbortController().signal;

export async function schemaOf(file: EvidenceFile): Promise<DatabaseSchema> {
  return (await bacpac.schema?.({ path: "*" }, { files: [file], signal })) as DatabaseSchema;
}

export interface Told extends Extraction {
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
export async function extract(file: EvidenceFile, mapped?: Readonly<Record<string, Mapped>>): Promise<Told> {
  const { tables } = await schemaOf(file);
  const mappings = tables.flatMap((table): TableMapping[] => {
    const own = mapped?.[table.id];
    if (mapped !== undefined && own === undefined) return [];
    return [mapTable(own?.table?.(table) ?? table, own?.from, own?.columns)];
  });
  return extractInto(file, mappings);
}

export async function extractInto(file: EvidenceFile, mappings: readonly TableMapping[]): Promise<Told> {
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
export const text: SqlType = { name: "nvarchar", length: 40 };
export const id: PackageColumn = { name: "ID", type: int, nullable: false };

export const orders: PackageTable = {
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
export const details: PackageTable = {
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
export function allTypes(nullable: boolean): PackageTable {
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

export function withPart(part: Buffer): PackageSpec {
  return { tables: [{ ...orders, parts: [part] }, details], origin: { rows: 5 } };
}

export const wholeRows = encodeRows(orders.columns, [
  [1, "first", "1.5000"],
  [2, null, null],
  [3, "third", null],
]);

export function cellsOf({ rows }: Extraction): unknown[] {
  return rows.map(({ cells }) => Object.values(cells));
}

/** A package of a later version: an element, a column and a type that nobody knows. */
export const newer: PackageSpec = {
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
};
