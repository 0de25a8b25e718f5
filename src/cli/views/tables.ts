/** The recovery of each table: what `run` and `reconcile` end with. */
import type { TableSummary } from "../../report/summary.ts";
import { table } from "../terminal.ts";
import type { Cell, ColumnLayout, Paint } from "../terminal.ts";
import { count, printable } from "../text.ts";
import { unbreakable } from "../wrap.ts";

export interface RecoveredTable {
  readonly summary: TableSummary;
  /** Rows by the source that they were taken from; empty where nobody counted. */
  readonly from: readonly { readonly source: string; readonly rows: number }[];
}

interface Column extends ColumnLayout {
  /** Shown only where a table has something to show in it. */
  readonly optional?: boolean;
  cell(recovered: RecoveredTable, paint: Paint): Cell;
}

/** A zero says that all is well: it should not catch the eye. */
function quiet(number: number, paint: Paint): Cell {
  return number === 0 ? { text: "0", paint: paint.dim } : count(number);
}

function alarming(number: number, paint: Paint): Cell {
  return { text: count(number), paint: number === 0 ? paint.dim : paint.yellow };
}

function missingOf({ missing }: TableSummary, paint: Paint): Cell {
  const lost = missing.lost > 0 ? [`${count(missing.lost)} lost`] : [];
  const unknown = missing.unknown > 0 ? [`${count(missing.unknown)} unknown`] : [];
  const said = [...lost, ...unknown].join("\n");
  return said === "" ? quiet(0, paint) : { text: said, paint: paint.yellow };
}

/** A source and its number stay together. */
function fromOf({ from }: RecoveredTable): string {
  return from.map(({ source, rows }) => `${printable(source)}${unbreakable}${count(rows)}`).join(", ");
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
