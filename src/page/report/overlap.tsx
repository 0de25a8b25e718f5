/** Which rows several sources have, and which would be gone without one. */
import type { Child } from "hono/jsx";
import type { ReportedTable } from "../../report/model.ts";
import { count, counted } from "../../text.ts";
import { draw } from "../charts/draw.ts";
import { overlap } from "../charts/overlap.ts";
import { listed, showShare } from "../format.ts";
import { Text } from "../pieces.tsx";
import { Figure, Fold, Grid, Nothing, Section } from "./pieces.tsx";
import type { ReportView } from "./view.ts";
import { chartName, sourceColour } from "./view.ts";

interface SourceSet {
  readonly sources: readonly string[];
  readonly rows: number;
}

const mostSets = 14;
/** Columns of dots; sets with others are in the numbers. */
const mostSources = 16;
const mostTables = 24;

function merged(tables: readonly ReportedTable[]): SourceSet[] {
  const sets = new Map<string, SourceSet>();
  for (const { overlaps } of tables)
    for (const { sources, rows } of overlaps) {
      const id = JSON.stringify(sources.toSorted());
      sets.set(id, { sources, rows: (sets.get(id)?.rows ?? 0) + rows });
    }
  return [...sets.values()].toSorted((left, right) => right.rows - left.rows);
}

/** The largest sets whose sources fit into the columns, sources in the model's order. */
function fitting(view: ReportView, sets: readonly SourceSet[]): { shown: SourceSet[]; sources: string[] } {
  const used = new Set<string>();
  const shown = sets.slice(0, mostSets).filter((set) => {
    const more = set.sources.filter((source) => !used.has(source));
    if (set.sources.length === 0 || used.size + more.length > mostSources) return false;
    for (const source of more) used.add(source);
    return true;
  });
  const place = (source: string) => view.sourceIndex(source) ?? Infinity;
  return { shown, sources: [...used].toSorted((left, right) => place(left) - place(right)) };
}

function inWords(sets: readonly SourceSet[]): string {
  return sets
    .slice(0, 5)
    .map(
      ({ sources, rows }) => `${counted(rows, "row")} ${sources.length === 1 ? "only in" : "in"} ${listed(sources, 6)}`,
    )
    .join("; ");
}

async function Picture(view: ReportView, sets: readonly SourceSet[], what: string): Promise<Child> {
  const { shown, sources } = fitting(view, sets);
  if (shown.length === 0) return null;
  const chart = overlap(
    shown.map((set) => ({
      members: set.sources.map((source) => sources.indexOf(source)),
      rows: set.rows,
      note: count(set.rows),
    })),
    sources.map((source) => ({ name: chartName(source), colour: sourceColour(view, source) })),
    `${what}, by the sources that have them: ${inWords(shown)}.`,
  );
  return <Figure drawing={await draw(chart)} />;
}

async function OneTable(view: ReportView, { table, overlaps, otherOverlaps }: ReportedTable): Promise<Child> {
  return (
    <Fold title={<Text of={table} most={60} />}>
      {await Picture(view, overlaps, "Rows of this table")}
      {otherOverlaps.sets > 0 && (
        <p class="aside">
          {counted(otherOverlaps.rows, "more row")} in {counted(otherOverlaps.sets, "other set")} of sources.
        </p>
      )}
    </Fold>
  );
}

function Numbers({ tables }: { tables: readonly ReportedTable[] }): Child {
  const columns = [
    { head: "Table" },
    { head: "Sources that have the rows" },
    { head: "Rows", isNumber: true },
    { head: "Share", isNumber: true },
  ];
  const rows = tables.flatMap(({ table, overlaps, otherOverlaps }) => {
    const whole = overlaps.reduce((sum, set) => sum + set.rows, otherOverlaps.rows);
    const others = [counted(otherOverlaps.sets, "other set"), otherOverlaps.rows] as const;
    return [
      ...overlaps.map((set) => [listed(set.sources, 12), set.rows] as const),
      ...(otherOverlaps.sets > 0 ? [others] : []),
    ].map(([sources, number]) => [<Text of={table} most={60} />, sources, count(number), showShare(number, whole)]);
  });
  return (
    <Fold title="The numbers">
      <Grid caption="Rows by table and set of sources" columns={columns} rows={rows} />
    </Fold>
  );
}

export async function overlapSection(view: ReportView): Promise<Child> {
  const tables = view.model.tables.filter(({ overlaps }) => overlaps.length > 0);
  const sets = merged(tables);
  const alone = sets.filter(({ sources }) => sources.length === 1).reduce((sum, { rows }) => sum + rows, 0);
  const folds: Child[] = [];
  for (const table of tables.slice(0, mostTables)) folds.push(await OneTable(view, table));
  return (
    <Section
      id="overlap"
      title="Overlap of sources"
      lead={
        alone > 0
          ? `${counted(alone, "row stands", "rows stand")} on one source alone: without it ${alone === 1 ? "it" : "they"} would be gone.`
          : "No row stands on one source alone."
      }
    >
      {tables.length === 0 ? (
        <Nothing>No rows.</Nothing>
      ) : (
        <>
          {await Picture(view, sets, "Rows of all tables")}
          <h3>Table by table</h3>
          {folds}
          <Numbers tables={tables} />
        </>
      )}
    </Section>
  );
}
