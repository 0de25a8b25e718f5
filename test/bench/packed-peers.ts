/** Formats for the bench that are archives, or records of bytes. */
import fs from "node:fs";
import readline from "node:readline";
import readExcel from "read-excel-file/node";
import { openPromise } from "yauzl";
import type { SqlType } from "../../src/schema/model.ts";
import { buildPackage } from "../support/bacpac-builder.ts";
import { buildWorkbook, row, type ShortCell } from "../support/xlsx-builder.ts";
import { buildZip } from "../support/zip-builder.ts";
import { type BenchFormat, exhaust, texts, writeCsv } from "./format.ts";
import { writeTexts } from "./formats.ts";
import { benchColumns, type BenchRow, benchRow } from "./rows.ts";

/** Wide enough for every value of the benchmark's rows. */
const widths = [10, 8, 60, 60, 40, 14, 10, 23, 23, 1, 60, 200];

function fixedLine(cells: BenchRow): string {
  return `${cells.map((cell, index) => String(cell ?? "").padEnd(widths[index] ?? 0)).join("")}\n`;
}

function bcpRow(cells: BenchRow): string {
  return `${cells.map((cell) => (cell === "" ? "\0" : (cell ?? ""))).join("\t")}\n`;
}

function* rowsOf(rows: number): Generator<BenchRow> {
  for (let key = 1; key <= rows; key++) yield benchRow(key, 0);
}

function sheetRow(cells: BenchRow, number: number): string {
  const short = cells.flatMap((cell, index): ShortCell[] => {
    const name = `${String.fromCharCode(65 + index)}${number}`;
    if (cell === null) return [];
    return typeof cell === "number" ? [[name, cell]] : [[name, "inlineStr", cell]];
  });
  return row(number, short);
}

const types: readonly SqlType[] = [
  { name: "int" },
  { name: "char", length: 8 },
  { name: "nvarchar", length: 60 },
  { name: "nvarchar", length: 60 },
  { name: "nvarchar", length: 40 },
  { name: "decimal", precision: 12, scale: 2 },
  { name: "int" },
  { name: "datetime" },
  { name: "datetime" },
  { name: "bit" },
  { name: "varchar", length: 60 },
  { name: "nvarchar", length: 200 },
];

function packageOf(rows: number): Buffer {
  const columns = benchColumns.map((name, index) => ({ name, type: types[index] as SqlType }));
  const parts = [[...rowsOf(rows)].map((cells) => cells.map((cell) => (cell === null ? null : String(cell))))];
  return buildPackage({ tables: [{ name: "[dbo].[Orders]", columns, parts }], method: "deflated" });
}

/** The bytes of all members, with yauzl alone. */
async function drainZip(file: string): Promise<void> {
  const zip = await openPromise(file, { autoClose: false, lazyEntries: true });
  for await (const entry of zip.eachEntry()) await exhaust(await zip.openReadStreamPromise(entry));
  zip.close();
}

export const packedFormats: Readonly<Record<string, BenchFormat>> = {
  "csv.zip": {
    extractor: "csv",
    file: "orders.zip",
    peer: "yauzl",
    write(file, rows) {
      writeCsv(file, rows);
      fs.writeFileSync(file, buildZip({ name: "orders.csv", content: fs.readFileSync(file) }));
    },
    drain: drainZip,
  },
  "fixed-width": {
    extractor: "fixed-width",
    file: "orders.txt",
    peer: "read as lines",
    options: { fields: benchColumns.map((name, index) => ({ name, width: widths[index] })) },
    write: (file, rows) => writeTexts(file, texts(rows, "", fixedLine)),
    drain: (file) => exhaust(readline.createInterface({ input: fs.createReadStream(file) })),
  },
  bcp: {
    extractor: "bcp",
    file: "orders.dat",
    peer: "read as bytes",
    options: { mode: "char", encoding: "utf-8" },
    write: (file, rows) => writeTexts(file, texts(rows, "", bcpRow)),
    drain: (file) => exhaust(fs.createReadStream(file)),
  },
  bacpac: {
    extractor: "bacpac",
    file: "orders.bacpac",
    peer: "yauzl",
    write: (file, rows) => fs.writeFileSync(file, packageOf(rows)),
    drain: drainZip,
  },
  xlsx: {
    extractor: "xlsx",
    file: "orders.xlsx",
    peer: "read-excel-file",
    write(file, rows) {
      const body = [benchColumns, ...rowsOf(rows)].map((cells, index) => sheetRow(cells, index + 1)).join("");
      fs.writeFileSync(file, buildWorkbook({ sheets: [{ name: "Orders", rows: body }] }));
    },
    drain: async (file) => void (await readExcel(file)),
  },
};
