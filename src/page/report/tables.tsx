/** What became of each table: rows, where they come from, how sure their cells are. */
import type { Child } from "hono/jsx";
import { classOrder, classWords } from "../classes.ts";
import type { ReportedTable } from "../../report/model.ts";
import { count, counted } from "../../text.ts";
import { draw } from "../charts/draw.ts";
import type { Bar } from "../charts/shares.ts";
import { shareBars } from "../charts/shares.ts";
import { label, listed, momentOf, showShare } from "../format.ts";
import { Moment, Text } from "../pieces.tsx";
import { Figure, Fold, Grid, Legend, Nothing, Section, SourceLegend } from "./pieces.tsx";
import type { ReportView } from "./view.ts";
import { chartName, sourceColour, total } from "./view.ts";

/** More bars than a page of paper holds are left to the numbers. */
const mostBars = 30;

const number = { isNumber: true } as const;

function when(point: string | null): Child {
  return <Moment of={momentOf(point)} />;
}

function Overview({ tables }: { tables: readonly ReportedTable[] }): Child {
  const columns = [
    { head: "Table" },
    { head: "Rows recovered", ...number },
    { head: "Contested cells", ...number },
    { head: "Withheld", ...number },
    { head: "Deleted", ...number },
    { head: "Ids lost", ...number },
    { head: "Ids unknown", ...number },
    { head: "Recovery point" },
  ];
  const rows = tables.map(({ table, emitted, cells, withheld, deleted, missing, recoveryPoint }) => [
    <Text of={table} most={60} />,
    ...[emitted, cells.contested, withheld, deleted, missing.lost, missing.unknown].map((each) =>
      each === 0 ? <span class="zero">0</span> : count(each),
    ),
    when(recoveryPoint),
  ]);
  return <Grid caption="Every table" columns={columns} rows={rows} />;
}

function largest(tables: readonly ReportedTable[]): ReportedTable[] {
  if (tables.length <= mostBars) return [...tables];
  const chosen = new Set(tables.toSorted((left, right) => right.emitted - left.emitted).slice(0, mostBars));
  return tables.filter((table) => chosen.has(table));
}

function OnlyLargest({ tables }: { tables: readonly ReportedTable[] }): Child {
  if (tables.length <= mostBars) return null;
  return (
    <p class="aside">
      The {count(mostBars)} tables with the most rows; the numbers below have all {count(tables.length)}.
    </p>
  );
}

function originBar(view: ReportView, { table, emitted, origins }: ReportedTable): Bar {
  const parts = origins.map(({ source, rows }) => ({
    name: label(source, 18),
    value: rows,
    colour: sourceColour(view, source),
  }));
  return { name: chartName(table), note: counted(emitted, "row"), parts };
}

function originsInWords(tables: readonly ReportedTable[]): string {
  const sums = new Map<string, number>();
  for (const { origins } of tables)
    for (const { source, rows } of origins) sums.set(source, (sums.get(source) ?? 0) + rows);
  const whole = [...sums.values()].reduce((sum, rows) => sum + rows, 0);
  const parts = [...sums].toSorted((left, right) => right[1] - left[1]);
  return listed(
    parts.map(([source, rows]) => `${showShare(rows, whole)} from ${label(source, 30)}`),
    8,
  );
}

async function Origins(view: ReportView): Promise<Child> {
  const { tables, sources } = view.model;
  const bars = largest(tables).map((table) => originBar(view, table));
  const drawing = await draw(
    shareBars(bars, `Where the rows of each table come from. In all: ${originsInWords(tables)}.`),
  );
  const used = sources.filter(({ id }) => tables.some(({ origins }) => origins.some(({ source }) => source === id)));
  const rows = tables.flatMap(({ table, emitted, origins }) =>
    origins.map((origin) => [
      <Text of={table} most={60} />,
      <Text of={origin.source} most={60} />,
      count(origin.rows),
      showShare(origin.rows, emitted),
    ]),
  );
  const columns = [{ head: "Table" }, { head: "Source" }, { head: "Rows", ...number }, { head: "Share", ...number }];
  return (
    <>
      <h3>Where the rows come from</h3>
      <p class="aside">Each row counts for the source that most of its cells come from.</p>
      <OnlyLargest tables={tables} />
      <Figure drawing={drawing} legend={<SourceLegend view={view} sources={used.map(({ id }) => id)} />}>
        <Fold title="The numbers">
          <Grid caption="Rows by table and source" columns={columns} rows={rows} />
        </Fold>
      </Figure>
    </>
  );
}

function classBar({ table, cells }: ReportedTable): Bar {
  const whole = classOrder.reduce((sum, name) => sum + cells[name], 0);
  const parts = classOrder.map((name) => ({
    name: classWords[name],
    value: cells[name],
    colour: `var(--class-${name})`,
  }));
  const note = cells.contested > 0 ? `${count(cells.contested)} contested` : counted(whole, "cell");
  return { name: chartName(table), note, parts };
}

async function Classes({ model: { tables } }: ReportView): Promise<Child> {
  const present = classOrder.filter((name) => tables.some(({ cells }) => cells[name] > 0));
  const sums = present.map((name) => `${count(total(tables, ({ cells }) => cells[name]))} ${classWords[name]}`);
  const bars = largest(tables).map(classBar);
  const drawing = await draw(shareBars(bars, `How sure the cells of each table are. In all: ${sums.join(", ")}.`));
  const columns = [{ head: "Table" }, ...classOrder.map((name) => ({ head: classWords[name], ...number }))];
  const rows = tables.map(({ table, cells }) => [
    <Text of={table} most={60} />,
    ...classOrder.map((name) => (cells[name] === 0 ? <span class="zero">0</span> : count(cells[name]))),
  ]);
  return (
    <>
      <h3>How sure the cells are</h3>
      <OnlyLargest tables={tables} />
      <Figure drawing={drawing} legend={<Legend items={present.map((name) => [`class-${name}`, classWords[name]])} />}>
        <Fold title="The numbers">
          <Grid caption="Cells by table and class" columns={columns} rows={rows} />
        </Fold>
      </Figure>
    </>
  );
}

/** Columns whose newest source is older than their table's. */
function behind({ recoveryPoint, recoveryPoints }: ReportedTable): [string, string | null][] {
  return Object.entries(recoveryPoints).filter(([, point]) => point !== recoveryPoint);
}

function ColumnsBehind({ tables }: { tables: readonly ReportedTable[] }): Child {
  const late = tables.filter((table) => behind(table).length > 0);
  if (late.length === 0) return null;
  const rows = late.flatMap((table) =>
    behind(table).map(([column, point]) => [
      <Text of={table.table} most={60} />,
      <Text of={column} most={60} />,
      when(point),
      when(table.recoveryPoint),
    ]),
  );
  const columns = [{ head: "Table" }, { head: "Column" }, { head: "Column reaches" }, { head: "Table reaches" }];
  return (
    <Fold title={`Columns that reach less far than their table (${count(rows.length)})`}>
      <Grid caption="Columns behind their table" columns={columns} rows={rows} />
    </Fold>
  );
}

export async function tablesSection(view: ReportView): Promise<Child> {
  const { tables } = view.model;
  if (tables.length === 0)
    return (
      <Section id="tables" title="Tables">
        <Nothing>No tables.</Nothing>
      </Section>
    );
  return (
    <Section id="tables" title="Tables">
      <Overview tables={tables} />
      <ColumnsBehind tables={tables} />
      {await Origins(view)}
      {await Classes(view)}
    </Section>
  );
}
