/** How the rebuild compares with the truth, where a drill ran the incident: the verdict, and what it rests on. */
import type { Child } from "hono/jsx";
import type { DrillRecord } from "../../drill/report/schema.ts";
import {
  fabricated,
  foundOf,
  isSame,
  outcomeOf,
  outcomeWords,
  passed,
  recall,
  signed,
  worths,
} from "../../drill/report/tell.ts";
import type { Worth } from "../../drill/report/tell.ts";
import type { BarScore, Score, Scorecard, TableScore } from "../../drill/score/model.ts";
import { count, counted } from "../../text.ts";
import { draw } from "../charts/draw.ts";
import { shareBars } from "../charts/shares.ts";
import type { Bar } from "../charts/shares.ts";
import { worthBars } from "../charts/worth.ts";
import { label, momentOf, showSpan } from "../format.ts";
import { Moment, SourceChip, Text } from "../pieces.tsx";
import { Sweep, Trend } from "./drill-curves.tsx";
import { Figure, Fold, Grid, Legend, Section } from "./pieces.tsx";
import type { ReportView } from "./view.ts";
import { chartName, sourceColour } from "./view.ts";

/** More bars than a page of paper holds are left to the numbers. */
const mostBars = 30;

const number = { isNumber: true } as const;

export async function drillSection(view: ReportView): Promise<Child> {
  const { drill } = view.model;
  if (drill === undefined) return null;
  const { scorecard, trend } = drill;
  const [first] = scorecard.rebuilds;
  return (
    <Section id="drill" title="Drill" lead={<Lead scorecard={scorecard} />}>
      <Outcome scorecard={scorecard} />
      {first !== undefined && <Tiles score={first.score} />}
      <Bars rebuilds={scorecard.rebuilds} />
      {await Numbers(scorecard)}
      {await Worths(view, scorecard)}
      {await Sweep(scorecard)}
      {await Trend(trend)}
    </Section>
  );
}

function Lead({ scorecard: { drill, seed, scale } }: DrillParts): Child {
  return (
    <>
      The rebuilt tables against the true ones: <Text of={drill} most={80} />, seed {seed}
      {scale !== null && `, scale ${scale}`}.
    </>
  );
}

interface DrillParts {
  readonly scorecard: DrillRecord["scorecard"];
}

function Outcome({ scorecard }: DrillParts): Child {
  const { error, rebuilds, survivors } = scorecard;
  const outcome = outcomeOf(scorecard);
  const bars = rebuilds.flatMap((each) => each.bars);
  const missing = survivors.filter(({ isMissing }) => isMissing);
  return (
    <>
      <p>
        <span class={outcome === "passed" ? "badge holds" : "badge fails"}>{outcomeWords[outcome]}</span>{" "}
        {outcome === "failed" && "It did not run to its end, and there is no verdict. "}
        {bars.length > 0 && `${count(passed(bars))} of ${counted(bars.length, "bar")} ${held(bars.length)}.`}
      </p>
      {error !== null && (
        <div class="callout">
          <Text of={error} />
        </div>
      )}
      {missing.length > 0 && (
        <p class="aside">
          Taken away by the plan:{" "}
          {missing.map(({ id, format }, index) => (
            <>
              {index > 0 && ", "}
              <Text of={id} most={60} /> (<Text of={format} most={60} />)
            </>
          ))}
          .
        </p>
      )}
    </>
  );
}

function held(bars: number): string {
  return bars === 1 ? "holds" : "hold";
}

interface Tile {
  readonly name: string;
  readonly number: string;
  readonly note: string;
  readonly isTrouble?: boolean;
}

function tilesOf(score: Score): Tile[] {
  const { rows, cells, people } = score;
  const made = fabricated(score);
  return [
    {
      name: "row recall",
      number: recall(rows),
      note: `${count(rows.recovered)} of ${counted(rows.truth, "true row")} recovered; survivors hold ${count(rows.recoverable)}`,
    },
    {
      name: "cell recall",
      number: recall(cells),
      note: `${count(cells.right)} of ${counted(cells.all, "cell")} of recovered rows are right`,
    },
    {
      name: cells.wrong === 1 ? "wrong cell" : "wrong cells",
      number: count(cells.wrong),
      note: cells.wrong === 0 ? "in recovered rows" : `${count(cells.wronglySilent)} of them silent: nobody is told`,
      isTrouble: cells.wrong > 0,
    },
    {
      name: "fabricated",
      number: count(made),
      note: `rows and cells; ${counted(rows.resurrected, "row")} resurrected, ${count(rows.chimeric)} chimeric`,
      isTrouble: made > 0,
    },
    {
      name: "for people",
      number: count(people.cells + people.rows + people.records),
      note: `cells, rows and records to look at${people.milliseconds > 0 ? `: ${showSpan(people.milliseconds)}, as the plan reckons` : ""}`,
    },
  ];
}

function Tiles({ score }: { score: Score }): Child {
  return (
    <ul class="tiles">
      {tilesOf(score).map(({ name, number: shown, note, isTrouble }) => (
        <li class={isTrouble === true ? "tile trouble" : "tile"}>
          <b>{shown}</b> <span>{name}</span>
          <small>{note}</small>
        </li>
      ))}
    </ul>
  );
}

function Bars({ rebuilds }: Pick<Scorecard, "rebuilds">): Child {
  const columns = [{ head: "Bar" }, { head: "Result" }, { head: "Found" }, { head: "Expected" }];
  return rebuilds
    .filter(({ bars }) => bars.length > 0)
    .map(({ engine, bars }) => (
      <>
        <h3>Bars{rebuilds.length > 1 && <On engine={engine} />}</h3>
        <Grid caption={`Bars of ${label(engine, 60)}`} columns={columns} rows={bars.map(barRow)} />
      </>
    ));
}

function On({ engine }: { engine: string }): Child {
  return (
    <>
      {" "}
      on <Text of={engine} most={60} />
    </>
  );
}

function barRow(bar: BarScore): Child[] {
  return [
    <Text of={bar.bar} most={80} />,
    <span class={bar.holds ? "badge holds" : "badge fails"}>{bar.holds ? "holds" : "does not hold"}</span>,
    <Text of={foundOf(bar)} most={100} />,
    <Text of={bar.expected} most={100} />,
  ];
}

async function Numbers({ rebuilds }: Scorecard): Promise<Child> {
  const first = rebuilds[0]?.score;
  const told: Child[] = [];
  for (const { engine, score } of rebuilds) {
    const on = rebuilds.length > 1 ? <On engine={engine} /> : "";
    told.push(
      isSame(score, first) ? (
        <p class="aside">
          The numbers{on} are the same as on <Text of={rebuilds[0]?.engine ?? ""} most={60} />.
        </p>
      ) : (
        await Tables(score, on)
      ),
    );
  }
  return told;
}

function largest(tables: readonly TableScore[]): TableScore[] {
  if (tables.length <= mostBars) return [...tables];
  const chosen = new Set(tables.toSorted((left, right) => right.rows.truth - left.rows.truth).slice(0, mostBars));
  return tables.filter((table) => chosen.has(table));
}

/** A part of every table's bar: its class gives the colour. */
interface Kind {
  readonly name: string;
  readonly class: string;
  readonly of: (table: Pick<Score, "rows" | "cells">) => number;
}

const rowKinds: readonly Kind[] = [
  { name: "recovered", class: "class-corroborated", of: ({ rows }) => rows.recovered },
  { name: "missed", class: "class-absent", of: ({ rows }) => rows.missed },
  { name: "resurrected", class: "class-nulled", of: ({ rows }) => rows.resurrected },
  { name: "fabricated", class: "class-contested", of: ({ rows }) => rows.fabricated },
];

const cellKinds: readonly Kind[] = [
  { name: "right", class: "class-corroborated", of: ({ cells }) => cells.right },
  { name: "abstained", class: "class-absent", of: ({ cells }) => cells.abstained },
  { name: "wrong, and people are told", class: "class-defaulted", of: ({ cells }) => cells.wrongFlagged },
  { name: "wrong, and nobody is told", class: "class-contested", of: ({ cells }) => cells.wronglySilent },
];

interface Breakdown {
  readonly of: string;
  readonly kinds: readonly Kind[];
  readonly note: (table: TableScore) => string;
}

const breakdowns: readonly Breakdown[] = [
  {
    of: "rows",
    kinds: rowKinds,
    note: ({ rows }) => (rows.missed === 0 ? `all ${count(rows.truth)}` : `${count(rows.missed)} missed`),
  },
  {
    of: "cells of recovered rows",
    kinds: cellKinds,
    note: ({ cells }) =>
      cells.all === 0 ? "no cells" : cells.wrong === 0 ? "none wrong" : `${count(cells.wrong)} wrong`,
  },
];

async function Picture({ of, kinds, note }: Breakdown, score: Score): Promise<Child> {
  const present = kinds.filter((kind) => kind.of(score) > 0);
  const bars = largest(score.tables).map((table): Bar => {
    const parts = kinds.map((kind) => ({
      // Nothing can be read on the colour of what is not there.
      name: kind.class === "class-absent" ? "" : kind.name,
      value: kind.of(table),
      colour: `var(--${kind.class})`,
    }));
    return { name: chartName(table.table), note: note(table), parts };
  });
  const sums = present.map((kind) => `${count(kind.of(score))} ${kind.name}`).join(", ");
  const drawing = await draw(shareBars(bars, `What became of the ${of} of each table. In all: ${sums || "none"}.`));
  return (
    <>
      <p class="aside">What became of the {of}</p>
      <Figure drawing={drawing} legend={<Legend items={present.map((kind) => [kind.class, kind.name])} />} />
    </>
  );
}

async function Tables(score: Score, on: Child): Promise<Child> {
  const { tables } = score;
  if (tables.length === 0) return null;
  const pictures: Child[] = [];
  for (const breakdown of breakdowns) pictures.push(await Picture(breakdown, score));
  return (
    <>
      <h3>Table by table{on}</h3>
      {pictures}
      {tables.length > mostBars && (
        <p class="aside">
          The {count(mostBars)} tables with the most rows; the numbers below have all {count(tables.length)}.
        </p>
      )}
      <Grid caption="How far each table was recovered" columns={reachColumns} rows={tables.map(reachRow)} />
      <Fold title="The numbers: rows">
        <Grid caption="Rows of each table" columns={rowColumns} rows={linesOf(score).map(rowRow)} />
      </Fold>
      <Fold title="The numbers: cells of recovered rows">
        <Grid caption="Cells of each table's recovered rows" columns={cellColumns} rows={linesOf(score).map(cellRow)} />
      </Fold>
    </>
  );
}

const reachColumns = [
  { head: "Table" },
  { head: "Row recall", ...number },
  { head: "Cell recall", ...number },
  { head: "Recovered up to" },
  { head: "Before the disaster" },
];

function reachRow({ table, rows, cells, recoveryPoint, lost }: TableScore): Child[] {
  return [
    <Text of={table} most={60} />,
    recall(rows),
    recall(cells),
    recoveryPoint === null ? "lacks what is older than the history" : <Moment of={momentOf(recoveryPoint)} />,
    lost === null ? "" : lost <= 0 ? "nothing lost" : showSpan(lost),
  ];
}

type Line = Pick<TableScore, "rows" | "cells"> & { readonly name: Child };

function linesOf({ tables, rows, cells }: Score): Line[] {
  const lines = tables.map((each) => ({
    name: <Text of={each.table} most={60} />,
    rows: each.rows,
    cells: each.cells,
  }));
  return tables.length === 1 ? lines : [...lines, { name: "All tables", rows, cells }];
}

function quiet(value: number): Child {
  return value === 0 ? <span class="zero">0</span> : count(value);
}

const rowColumns = [
  { head: "Table" },
  { head: "True", ...number },
  { head: "Recovered", ...number },
  { head: "Missed", ...number },
  { head: "Fabricated", ...number },
  { head: "Resurrected", ...number },
  { head: "Chimeric", ...number },
  { head: "Recoverable", ...number },
  { head: "Recall", ...number },
];

function rowRow({ name, rows }: Line): Child[] {
  const numbers = [rows.truth, rows.recovered, rows.missed, rows.fabricated, rows.resurrected, rows.chimeric];
  return [name, ...[...numbers, rows.recoverable].map(quiet), recall(rows)];
}

const cellColumns = [
  { head: "Table" },
  { head: "Right", ...number },
  { head: "Wrong", ...number },
  { head: "Abstained", ...number },
  { head: "Fabricated", ...number },
  { head: "Wrongly silent", ...number },
  { head: "Wrongly flagged", ...number },
  { head: "Recoverable", ...number },
  { head: "Recall", ...number },
];

function cellRow({ name, cells }: Line): Child[] {
  const numbers = [cells.right, cells.wrong, cells.abstained, cells.fabricated, cells.wronglySilent];
  return [name, ...[...numbers, cells.wronglyFlagged, cells.recoverable].map(quiet), recall(cells)];
}

async function Worths(view: ReportView, scorecard: Scorecard): Promise<Child> {
  const all = worths(scorecard);
  if (all.length === 0) return null;
  const rows = all.map(({ source, change, score, error }) => [
    <SourceChip view={view} source={source} />,
    ...(change === undefined
      ? ["", "", "", ""]
      : [change.rows, change.right, change.wrong, change.fabricated].map((each) =>
          each === 0 ? <span class="zero">0</span> : signed(each),
        )),
    score === null ? "" : recall(score.rows),
    error === null ? "" : <Text of={error} most={200} />,
  ]);
  const columns = [
    { head: "Without" },
    { head: "Rows recovered", ...number },
    { head: "Cells right", ...number },
    { head: "Wrong cells", ...number },
    { head: "Fabricated", ...number },
    { head: "Row recall", ...number },
    ...(all.some(({ error }) => error !== null) ? [{ head: "Not rebuilt" }] : []),
  ];
  return (
    <>
      <h3>What each source is worth</h3>
      <p class="aside">
        The cells that are right with it and not without it. To the left of the line: more are right without it.
      </p>
      {await WorthPicture(view, all)}
      <Fold title="The numbers">
        <Grid caption="Each source left out" columns={columns} rows={rows.map((row) => row.slice(0, columns.length))} />
      </Fold>
    </>
  );
}

async function WorthPicture(view: ReportView, all: readonly Worth[]): Promise<Child> {
  const bars = all.slice(0, mostBars).map(({ source, change }) => ({
    name: chartName(source),
    colour: sourceColour(view, source),
    worth: change === undefined ? 0 : -change.right,
    note: change === undefined ? "cannot be rebuilt without it" : worthNote(change),
  }));
  const said = bars.map(({ name, note }) => `${name}: ${note}`).join("; ");
  return (
    <Figure drawing={await draw(worthBars(bars, `What the rebuild loses without each source. Without ${said}.`))} />
  );
}

function worthNote({ rows, right, wrong }: NonNullable<Worth["change"]>): string {
  const said = [
    ...(rows === 0 ? [] : [`${signed(rows)} rows`]),
    ...(right === 0 ? [] : [`${signed(right)} cells`]),
    ...(wrong === 0 ? [] : [`${signed(wrong)} wrong`]),
  ];
  return said.length === 0 ? "nothing changes" : said.join(", ");
}
