/** The shape of `summary.json` and of `run --json`: the numbers that must balance. */
import { Fault } from "../errors.ts";

export type Verdict = "clean" | "needs-review" | "failed";

/** `read = staged + evidence + skipped + quarantined`. */
export interface SourceSummary {
  readonly id: string;
  readonly extractor: string;
  readonly read: number;
  readonly staged: number;
  readonly evidence: number;
  readonly skipped: number;
  readonly quarantined: number;
  readonly observations: number;
}

/** What became of a source's records, and what losing the source would cost. */
interface RescuedSource extends SourceSummary {
  /** Of the rows that are not deleted: those that no other source has, and the cells that no other claims, theirs included. */
  readonly alone: { readonly rows: number; readonly cells: number };
}

/** A cell counts in the first class that fits, in this order. */
export const cellClasses = [
  "decided",
  "nulled",
  "defaulted",
  "contested",
  "resolved",
  "superseded",
  "corroborated",
  "single",
  "absent",
] as const;
export type CellClass = (typeof cellClasses)[number];
export type CellCounts = Readonly<Record<CellClass, number>>;

/** `keys = emitted + withheld + deleted`; the cells sum to (emitted + withheld) × stored columns. */
export interface TableSummary {
  readonly table: string;
  readonly keys: number;
  readonly emitted: number;
  readonly withheld: number;
  readonly deleted: number;
  readonly missing: { readonly lost: number; readonly unknown: number };
  readonly cells: CellCounts;
  /** The newest time that any claim of this table vouches for (ISO 8601, UTC); null where none says its time. */
  readonly recoveryPoint: string | null;
  /** The same for each stored column: a source of that time may lack the column. */
  readonly recoveryPoints: Readonly<Record<string, string | null>>;
}

/** What the recipe asserts of the reconciled rows, and what was found. */
export interface AssertionSummary {
  readonly name: string;
  readonly holds: boolean;
  /** A number, or what stands in the way of one; null is NULL. */
  readonly found: number | string | null;
  /** `>= 18000`. */
  readonly expected: string;
}

interface OutputSummary {
  /** Relative to the incident's directory. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Summary {
  readonly incident: string;
  readonly verdict: Verdict;
  readonly sources: readonly RescuedSource[];
  readonly tables: readonly TableSummary[];
  readonly assertions: readonly AssertionSummary[];
  readonly outputs: readonly OutputSummary[];
}

/** One line for people about an assertion that does not hold. */
export function failureOf({ name, found, expected }: AssertionSummary): string {
  return `assertion failed: ${name}: found ${found ?? "NULL"}, expected ${expected}`;
}

/** Promise 1: every record that was read is accounted for. */
export function assertSourceBalances(source: SourceSummary): void {
  const accounted = source.staged + source.evidence + source.skipped + source.quarantined;
  if (source.read !== accounted)
    throw new Fault(`source ${source.id}: ${source.read} records read, ${accounted} accounted for`);
}

/** Promise 1: every key and every cell is accounted for. */
export function assertTableBalances(table: TableSummary, storedColumns: number): void {
  const keys = table.emitted + table.withheld + table.deleted;
  if (table.keys !== keys) throw new Fault(`${table.table}: ${table.keys} keys, ${keys} accounted for`);
  const cells = cellClasses.reduce((sum, name) => sum + table.cells[name], 0);
  const expected = (table.emitted + table.withheld) * storedColumns;
  if (cells !== expected) throw new Fault(`${table.table}: ${expected} cells, ${cells} accounted for`);
}
