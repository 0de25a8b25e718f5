/** What all sections look up: a source's colour, a table's place, sums over tables. */
import type { ReportModel, ReportedSource, ReportedTable } from "../../report/model.ts";
import type { CellClass } from "../../report/summary.ts";
import { label } from "../format.ts";

/** So many sources have a colour of their own; more cannot be told apart. */
const colours = 8;

export interface ReportView {
  readonly model: ReportModel;
  /** 1 to 8, the same everywhere on the page; 0: a neutral. */
  colourOf(source: string): number;
  /** Places in the lists of the filters; undefined: not in the model. */
  sourceIndex(source: string): number | undefined;
  tableIndex(table: string): number | undefined;
}

function ranked({ sources, tables }: ReportModel): ReportedSource[] {
  if (sources.length <= colours) return [...sources];
  const rows = new Map<string, number>();
  for (const { origins } of tables)
    for (const origin of origins) rows.set(origin.source, (rows.get(origin.source) ?? 0) + origin.rows);
  return sources.toSorted((left, right) => (rows.get(right.id) ?? 0) - (rows.get(left.id) ?? 0));
}

export function viewOf(model: ReportModel): ReportView {
  const places = new Map(model.sources.map(({ id }, index) => [id, index]));
  const tables = new Map(model.tables.map(({ table }, index) => [table, index]));
  const coloured = new Map(
    ranked(model)
      .slice(0, colours)
      .map(({ id }, index) => [id, index + 1]),
  );
  return {
    model,
    colourOf: (source) => coloured.get(source) ?? 0,
    sourceIndex: (source) => places.get(source),
    tableIndex: (table) => tables.get(table),
  };
}

/** As charts want it. */
export function sourceColour(view: ReportView, source: string): string {
  return `var(--source-${view.colourOf(source)})`;
}

export function total(tables: readonly ReportedTable[], pick: (table: ReportedTable) => number): number {
  return tables.reduce((sum, table) => sum + pick(table), 0);
}

/** Names in charts: on one line, and short. */
export function chartName(name: string): string {
  return label(name, 21);
}

export const classWords: Readonly<Record<CellClass, string>> = {
  corroborated: "sources agree",
  single: "one source only",
  superseded: "newer value taken",
  resolved: "settled by a rule",
  decided: "decided by people",
  contested: "contested",
  nulled: "set to NULL",
  defaulted: "filled with a default",
  absent: "no source has it",
};

/** From sure to missing: the order of every bar. */
export const classOrder = Object.keys(classWords) as readonly CellClass[];
