/** The benchmarks' rows as text, written in chunks so that files of any size need little memory. */
import fs from "node:fs";
import { benchColumns, type BenchRow } from "./rows.ts";

function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return value === "" || value.includes('"') || value.includes(",") ? `"${value.replaceAll('"', '""')}"` : value;
}

export function csvRecord(row: BenchRow): string {
  return `${row.map(csvCell).join(",")}\n`;
}

/** An element of an array. */
export function jsonElement(row: BenchRow): string {
  const members = benchColumns.flatMap((name, index) => (row[index] === undefined ? [] : [[name, row[index]]]));
  return `${Number(row[0]) === 1 ? "" : ","}${JSON.stringify(Object.fromEntries(members))}\n`;
}

function literal(value: string | number | null): string {
  if (value === null) return "NULL";
  return typeof value === "number" ? String(value) : `N'${value.replaceAll("'", "''")}'`;
}

const insertHead = `INSERT INTO [dbo].[Orders] (${benchColumns.map((name) => `[${name}]`).join(", ")}) VALUES (`;

export function insertStatement(row: BenchRow): string {
  return `${insertHead}${row.map(literal).join(", ")})\n${Number(row[0]) % 100 === 0 ? "GO\n" : ""}`;
}

const flushAt = 1 << 20;

/** Writes the texts one after the other; the file appears under its name when it is whole. */
export function writeTexts(file: string, texts: Iterable<string>): void {
  const descriptor = fs.openSync(`${file}.part`, "w");
  let pending = "";
  for (const text of texts) {
    pending += text;
    if (pending.length < flushAt) continue;
    fs.writeFileSync(descriptor, pending);
    pending = "";
  }
  fs.writeFileSync(descriptor, pending);
  fs.closeSync(descriptor);
  fs.renameSync(`${file}.part`, file);
}
