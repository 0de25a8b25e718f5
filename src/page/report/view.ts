/** What all sections look up: a source's colour, a table's place, sums over tables. */
import type { ReportModel, ReportedSource } from "../../report/model.ts";
import { colours, sourceColours } from "../colours.ts";
import type { ColourOf } from "../colours.ts";
import { label } from "../format.ts";

export interface ReportView {
  readonly model: ReportModel;
  readonly colourOf: ColourOf;
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
  return {
    model,
    colourOf: sourceColours(ranked(model).map(({ id }) => id)),
    sourceIndex: (source) => places.get(source),
    tableIndex: (table) => tables.get(table),
  };
}

/** As charts want it. */
export function sourceColour(view: ReportView, source: string): string {
  return `var(--source-${view.colourOf(source)})`;
}

export function total<Item>(items: readonly Item[], pick: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + pick(item), 0);
}

/** Names in charts: on one line, and short. */
export function chartName(name: string): string {
  return label(name, 21);
}
