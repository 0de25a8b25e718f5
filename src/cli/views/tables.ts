/** The recovery of each table: what `run` and `reconcile` end with. */
import type { TableSummary } from "../../report/summary.ts";
import { table } from "../terminal.ts";
import type { ColumnLayout, Paint } from "../terminal.ts";
import { count, printable } from "../text.ts";

export interface RecoveredTable {
  readonly summary: TableSummary;
  /** Rows by the source that they were taken from; empty where nobody counted. */
  readonly from: readonly { readonly source: string; readonly rows: number }[];
}

interface Column extends ColumnLayout {
  /** Shown only where a table has something to show in it. */
  readonly optional?: boolean;
  cell(recovered: RecoveredTable, paint: Paint): string;
}

const widestFrom = 36;

/** A zero says that all is well: it should not catch the eye. */
function quiet(number: number, paint: Paint): string {
  return number === 0 ? paint.dim("0") : count(number);
}

function alarming(number: number, paint: Paint): string {
  return number === 0 ? paint.dim("0") : paint.yellow(count(number));
}

function missingOf({ missing }: TableSummary, paint: Paint): string {
  const parts = [
    missing.lost > 0 ? `${count(missing.lost)} lost` : "",
    missing.unknown > 0 ? `${count(missing.unknown)} unknown` : "",
  ];
  const said = parts.filter((part) => part !== "");
  return said.length === 0 ? paint.dim("0") : paint.yellow(said.join("\n"));
}

/** Several sources a line, none torn apart. */
function fromOf({ from }: RecoveredTable): string {
  const lines: string[] = [];
  for (const { source, rows } of from) {
    const item = `${printable(source)} ${count(rows)}`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length + 2 <= widestFrom) lines[lines.length - 1] = `${last}, ${item}`;
    else lines.push(item);
  }
  return lines.join("\n");
}

const columns: readonly Column[] = [
  { head: "table", wraps: true, cell: ({ summary }) => printable(summary.table) },
  { head: "rows", align: "right", cell: ({ summary }) => count(summary.emitted) },
  { head: "from", wraps: true, optional: true, cell: fromOf },
  { head: "resolved", align: "right", cell: ({ summary }, paint) => quiet(summary.cells.resolved, paint) },
  { head: "contested", align: "right", cell: ({ summary }, paint) => alarming(summary.cells.contested, paint) },
  { head: "withheld", align: "right", cell: ({ summary }, paint) => alarming(summary.withheld, paint) },
  { head: "missing", align: "right", cell: ({ summary }, paint) => missingOf(summary, paint) },
];

export function recoveryTable(tables: readonly RecoveredTable[], paint: Paint): string {
  const counted = tables.some(({ from }) => from.length > 0);
  const shown = columns.filter((column) => column.optional !== true || counted);
  return table(
    shown,
    tables.map((each) => shown.map((column) => column.cell(each, paint))),
    paint,
  );
}
