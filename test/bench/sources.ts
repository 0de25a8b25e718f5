/** The benchmark's evidence: four CSV exports of one table that overlap, are out of date, and contradict each other. */
import fs from "node:fs";
import path from "node:path";
import { csvRecord, writeTexts } from "./formats.ts";
import { benchColumns, type BenchRow, benchRow, schemaSql } from "./rows.ts";

interface BenchSource {
  readonly id: string;
  readonly asOf?: string;
  readonly trust: number;
  /** Share of the keys that it holds. */
  readonly coverage: number;
  /** How often the edited rows had been edited by then. */
  readonly edits: number;
  /** The column that it lacks. */
  readonly lacks?: (typeof benchColumns)[number];
  readonly shuffled?: true;
}

/** The oldest first; the sheet of unknown time contradicts production, and trust settles it. */
export const benchSources: readonly BenchSource[] = [
  { id: "sheet", trust: 20, coverage: 0.3, edits: 0, lacks: "Reference" },
  { id: "backup", asOf: "2025-11-30T02:00:00Z", trust: 60, coverage: 0.7, edits: 0 },
  { id: "replica", asOf: "2026-02-01T02:00:00Z", trust: 60, coverage: 0.6, edits: 1, lacks: "Comment", shuffled: true },
  { id: "nightly", asOf: "2026-03-12T02:00:00Z", trust: 60, coverage: 0.4, edits: 2, lacks: "City" },
];

const totalCoverage = benchSources.reduce((sum, source) => sum + source.coverage, 0);

/** Distinct keys among `rows` observations. */
export function keyCount(rows: number): number {
  return Math.floor(rows / totalCoverage);
}

function columnsOf(source: BenchSource): string[] {
  return benchColumns.filter((name) => name !== source.lacks);
}

/** The backup lacks the newest keys and the exports the oldest; the sheet holds keys all over. */
function keysOf(source: BenchSource, keys: number): (index: number) => number {
  const count = Math.floor(keys * source.coverage);
  if (source.id === "sheet") return (index) => 1 + Math.floor(index / source.coverage);
  if (source.id === "backup") return (index) => 1 + index;
  const first = keys - count;
  // A step that shares no factor with the count visits every key once, in no order.
  const step = source.shuffled ? stepFor(count) : 1;
  return (index) => 1 + first + ((index * step) % count);
}

function stepFor(count: number): number {
  const divides = (left: number, right: number): number => (right === 0 ? left : divides(right, left % right));
  let step = 7919;
  while (divides(step, count) !== 1) step += 2;
  return step;
}

function observed(source: BenchSource, key: number): BenchRow {
  const row = benchRow(key, key % 5 === 0 ? source.edits : 0);
  if (source.id !== "sheet" || key % 20 !== 3) return row;
  return row.map((value, column) => (benchColumns[column] === "City" ? `${String(value)} (moved)` : value));
}

function* records(source: BenchSource, keys: number): Generator<string> {
  yield `${columnsOf(source).join(",")}\n`;
  const keyAt = keysOf(source, keys);
  const lacking = benchColumns.findIndex((name) => name === source.lacks);
  const count = Math.floor(keys * source.coverage);
  for (let index = 0; index < count; index++)
    yield csvRecord(observed(source, keyAt(index)).filter((_, column) => column !== lacking));
}

function recipe(): string {
  const sources = benchSources.map((source) => {
    const asOf = source.asOf === undefined ? "" : `    asOf: ${source.asOf}\n`;
    const tables = `    tables: { dbo.Orders: { from: ${source.id}.csv } }\n`;
    return `  ${source.id}:\n    extractor: csv\n    path: ${source.id}.csv\n    trust: ${source.trust}\n${asOf}${tables}`;
  });
  const target = "target:\n  dialect: sqlserver\n  version: 2008\n  schema: schema.sql\n";
  return `incident: bench\n${target}sources:\n${sources.join("")}`;
}

/** Writes the evidence below `root` unless it lies there already; returns its folder. */
export function prepareSources(root: string, rows: number): string {
  const folder = path.join(root, `sources-${rows}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "schema.sql"), schemaSql);
  fs.writeFileSync(path.join(folder, "recipe.yaml"), recipe());
  for (const source of benchSources) {
    const file = path.join(folder, `${source.id}.csv`);
    if (!fs.existsSync(file)) writeTexts(file, records(source, keyCount(rows)));
  }
  return folder;
}
