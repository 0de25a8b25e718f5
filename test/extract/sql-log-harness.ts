/** Runs sql-log on files, and prints what it says, a line for each thing. */
import type { EvidenceFile, ObservationBatch, TableMapping } from "../../src/extract/extractor.ts";
import sqlLog from "../../src/extract/sql-log/index.ts";
import { collect, type Extraction } from "./harness.ts";
import { expect } from "vitest";

export interface LogReading {
  /** `3 update dbo.Orders OrderID=1 Note='x' [Total: Total + 1]`. */
  readonly changes: readonly string[];
  readonly evidence: readonly string[];
  readonly quarantined: readonly string[];
  readonly skipped: Extraction["skipped"];
  readonly leftovers: Extraction["leftovers"];
  readonly warnings: readonly string[];
}

export async function readLogs(
  files: readonly EvidenceFile[],
  options: object,
  mappings: readonly TableMapping[],
): Promise<LogReading> {
  const changes: string[] = [];
  let accompanying = 0;
  const listening = {
    ...sqlLog,
    async *extract(...[declared, context]: Parameters<typeof sqlLog.extract>) {
      for await (const batch of sqlLog.extract(declared, context)) {
        if (batch.accompanies === true) accompanying += batch.rows.length;
        changes.push(...batch.rows.map((_, row) => printRow(batch, row)));
        yield batch;
      }
    },
  };
  const read = await collect(listening, options, { files, mappings });
  const counts = Object.values(read.skipped).reduce((sum, count) => sum + count, 0);
  expect(read.read).toBe(
    read.rows.length - accompanying + counts + read.quarantined.length + (read.evidence?.length ?? 0),
  );
  return {
    changes,
    evidence: (read.evidence ?? []).map(({ at, proof }) => `${at}: ${proof}`),
    quarantined: read.quarantined.map(({ at, reason, raw }) => `${at}: ${reason} (${raw.length} characters)`),
    skipped: read.skipped,
    leftovers: read.leftovers,
    warnings: read.warnings,
  };
}

function printRow(
  { table, columns, operation, rows, positions, accompanies, touches }: ObservationBatch,
  row: number,
): string {
  const cells = columns.map(({ name }, at) => `${name}=${printCell(rows[row]?.[at])}`);
  const touched = (touches ?? [])
    .filter((touch) => touch.row === row)
    .map(({ column, by }) => `[${column.name}: ${by}]`);
  const what = accompanies === true ? "before" : operation;
  return [positions[row], what, table.id, ...cells, ...touched].join(" ");
}

function printCell(cell: unknown): string {
  if (cell instanceof Uint8Array) return `0x${Buffer.from(cell).toString("hex")}`;
  return typeof cell === "string" ? JSON.stringify(cell) : String(cell);
}

export function printLog({ changes, evidence, quarantined, skipped, leftovers, warnings }: LogReading): string {
  const counts = Object.entries(skipped).map(([rule, count]) => `${count} ${rule}`);
  const fields = Object.entries(leftovers).map(([place, names]) => `${place}: ${names.join(", ")}`);
  const parts = { changes, evidence, quarantined, skipped: counts, leftovers: fields, warnings };
  return Object.entries(parts)
    .map(([name, lines]) => [`${name}:`, ...lines.map((line) => `  ${line}`), ""].join("\n"))
    .join("");
}
