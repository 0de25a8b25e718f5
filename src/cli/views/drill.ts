/** What a drill came to: how much was recovered, how much of it is true, and what each source is worth. */
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
import type { BarScore, CellScore, PeopleScore, RowScore, Score, Scorecard } from "../../drill/score/model.ts";
import { showSpan } from "../../page/format.ts";
import { notes, section, table } from "../terminal.ts";
import type { Cell, ColumnLayout, Paint } from "../terminal.ts";
import { count, counted, printable, showTime } from "../text.ts";

/** Shown beside the scorecard, and no part of it: another run takes another time. */
export interface DrillTimings {
  readonly phases: readonly { readonly name: string; readonly milliseconds: number }[];
  /** What people would need, as the plan reckons. */
  readonly people: number;
  readonly total: number;
}

interface Column<Item> extends ColumnLayout {
  cell(item: Item, paint: Paint): Cell;
}

function grid<Item>(columns: readonly Column<Item>[], items: readonly Item[], paint: Paint): string[] {
  const rows = items.map((item) => columns.map((column) => column.cell(item, paint)));
  return table(columns, rows, paint, widest).split("\n");
}

/** Below its heading a table is indented. */
const widest = 98;
const right = { align: "right" } as const;

export function drillView(scorecard: Scorecard, timings: DrillTimings | undefined, paint: Paint): string {
  const [first] = scorecard.rebuilds;
  const isOnly = scorecard.rebuilds.length < 2;
  return [
    ...headline(scorecard, paint),
    ...notes("Why it failed", scorecard.error === null ? [] : [printable(scorecard.error)], paint),
    ...notes("Taken away", missing(scorecard), paint),
    ...scorecard.rebuilds.flatMap(({ engine, score, bars }) => [
      ...(isSame(score, first?.score)
        ? section(`On ${printable(engine)}`, [`the same numbers as on ${printable(first?.engine ?? "")}`], paint)
        : scoreLines(score, isOnly ? "" : ` on ${printable(engine)}`, paint)),
      ...section(isOnly ? "Bars" : `Bars on ${printable(engine)}`, barLines(bars, paint), paint),
    ]),
    ...worthLines(scorecard, paint),
    ...sweepLines(scorecard, paint),
    ...timeLines(timings, paint),
  ].join("\n");
}

function headline(scorecard: Scorecard, paint: Paint): string[] {
  const { drill, seed, scale, rebuilds } = scorecard;
  const outcome = outcomeOf(scorecard);
  const colour = { passed: paint.green, below: paint.yellow, failed: paint.red }[outcome];
  const [first] = rebuilds;
  const said = [
    `${paint.bold(printable(drill))}: ${colour(outcomeWords[outcome])}`,
    ...(outcome === "failed" ? ["it did not run to its end, and there is no verdict"] : []),
    ...(first === undefined ? [] : [sumsOf(first.score)]),
  ];
  const how = [`seed ${seed}`, ...(scale === null ? [] : [`scale ${scale}`])].join(", ");
  const bars = rebuilds.flatMap((each) => each.bars);
  const held = `${count(passed(bars))} of ${counted(bars.length, "bar")} ${bars.length === 1 ? "holds" : "hold"}`;
  return [said.join(" – "), paint.dim(bars.length === 0 ? how : `${held}; ${how}`)];
}

function sumsOf(score: Score): string {
  const { rows, cells } = score;
  const made = fabricated(score);
  return [
    `${count(rows.recovered)} of ${counted(rows.truth, "row")}`,
    `${count(cells.right)} of ${counted(cells.all, "cell")} right`,
    made === 0 ? "nothing fabricated" : `${count(made)} fabricated`,
  ].join(", ");
}

function missing({ survivors }: Scorecard): string[] {
  return survivors
    .filter(({ isMissing }) => isMissing)
    .map(({ id, format }) => `${printable(id)} (${printable(format)})`);
}

/** A zero says that all is well: it should not catch the eye. */
function alarming(number: number, paint: Paint): Cell {
  return { text: count(number), paint: number === 0 ? paint.dim : paint.yellow };
}

function bad(number: number, paint: Paint): Cell {
  return { text: count(number), paint: number === 0 ? paint.dim : paint.red };
}

interface Line {
  readonly name: string;
  readonly rows: RowScore;
  readonly cells: CellScore;
}

function linesOf({ tables, rows, cells }: Score): Line[] {
  const lines = tables.map((each) => ({ name: printable(each.table), rows: each.rows, cells: each.cells }));
  return lines.length === 1 ? lines : [...lines, { name: "all tables", rows, cells }];
}

const name: Column<Line> = { head: "table", wraps: true, cell: (line) => line.name };

const rowColumns: readonly Column<Line>[] = [
  name,
  { head: "truth", ...right, cell: ({ rows }) => count(rows.truth) },
  { head: "recovered", ...right, cell: ({ rows }) => count(rows.recovered) },
  { head: "missed", ...right, cell: ({ rows }, paint) => alarming(rows.missed, paint) },
  { head: "fabricated", ...right, cell: ({ rows }, paint) => bad(rows.fabricated, paint) },
  { head: "resurrected", ...right, cell: ({ rows }, paint) => bad(rows.resurrected, paint) },
  { head: "chimeric", ...right, cell: ({ rows }, paint) => bad(rows.chimeric, paint) },
  { head: "recall", ...right, cell: ({ rows }) => recall(rows) },
];

const cellColumns: readonly Column<Line>[] = [
  name,
  { head: "right", ...right, cell: ({ cells }) => count(cells.right) },
  { head: "wrong", ...right, cell: ({ cells }, paint) => bad(cells.wrong, paint) },
  { head: "abstained", ...right, cell: ({ cells }, paint) => alarming(cells.abstained, paint) },
  { head: "fabricated", ...right, cell: ({ cells }, paint) => bad(cells.fabricated, paint) },
  { head: "wrongly\nsilent", ...right, cell: ({ cells }, paint) => bad(cells.wronglySilent, paint) },
  { head: "wrongly\nflagged", ...right, cell: ({ cells }, paint) => alarming(cells.wronglyFlagged, paint) },
  { head: "recall", ...right, cell: ({ cells }) => recall(cells) },
];

const pointColumns: readonly Column<Score["tables"][number]>[] = [
  { head: "table", wraps: true, cell: (each) => printable(each.table) },
  { head: "recovered up to", cell: ({ recoveryPoint }) => showPoint(recoveryPoint) },
  { head: "before the disaster", cell: ({ lost }) => (lost === null ? "" : showLost(lost)) },
];

function showPoint(point: string | null): string {
  return point === null ? "something older than the history is missing" : showTime(point);
}

function showLost(lost: number): string {
  return lost <= 0 ? "nothing lost" : showSpan(lost);
}

function scoreLines(score: Score, of: string, paint: Paint): string[] {
  const lines = linesOf(score);
  return [
    ...section(`Rows${of}`, grid(rowColumns, lines, paint), paint),
    ...section(`Cells of recovered rows${of}`, grid(cellColumns, lines, paint), paint),
    ...section(`Recovery point${of}`, grid(pointColumns, score.tables, paint), paint),
    ...notes(`For people to look at${of}`, [peopleLine(score.people)], paint),
  ];
}

function peopleLine({ cells, rows, records, milliseconds }: PeopleScore): string {
  const kinds = [
    ...(cells > 0 ? [`${counted(cells, "cell")} contested`] : []),
    ...(rows > 0 ? [`${counted(rows, "row")} withheld`] : []),
    ...(records > 0 ? [`${counted(records, "record")} in quarantine`] : []),
  ];
  const said = kinds.length === 0 ? "nothing" : kinds.join(", ");
  return milliseconds === 0 ? said : `${said}: ${showSpan(milliseconds)}, as the plan reckons`;
}

const barColumns: readonly Column<BarScore>[] = [
  {
    head: "",
    cell: ({ holds }, paint) =>
      holds ? { text: "✓ holds", paint: paint.green } : { text: "✗ does not hold", paint: paint.red },
  },
  { head: "bar", wraps: true, cell: ({ bar }) => printable(bar) },
  { head: "expected", wraps: true, cell: ({ expected }) => printable(expected) },
  { head: "found", wraps: true, cell: (bar) => printable(foundOf(bar)) },
];

function barLines(bars: readonly BarScore[], paint: Paint): string[] {
  return bars.length === 0 ? ["the plan demands nothing"] : grid(barColumns, bars, paint);
}

/** A number of a rebuild that may not have been possible. */
function changed(pick: (change: NonNullable<Worth["change"]>) => number): Column<Worth>["cell"] {
  return ({ change }, paint) => {
    const number = change === undefined ? undefined : pick(change);
    return number === undefined ? "" : { text: signed(number), paint: number === 0 ? paint.dim : String };
  };
}

const worthColumns: readonly Column<Worth>[] = [
  { head: "without", wraps: true, cell: ({ source }) => printable(source) },
  { head: "rows recovered", ...right, cell: changed(({ rows }) => rows) },
  { head: "cells right", ...right, cell: changed((change) => change.right) },
  { head: "wrong cells", ...right, cell: changed(({ wrong }) => wrong) },
  { head: "fabricated", ...right, cell: changed((change) => change.fabricated) },
  { head: "recall", ...right, cell: ({ score }) => (score === null ? "not rebuilt" : recall(score.rows)) },
];

function worthLines(scorecard: Scorecard, paint: Paint): string[] {
  const all = worths(scorecard);
  const failures = all
    .filter(({ change }) => change === undefined)
    .map(({ source, error }) => `without ${printable(source)}: ${printable(error ?? "it failed")}`);
  return [
    ...section("What each source is worth", all.length === 0 ? [] : grid(worthColumns, all, paint), paint),
    ...notes("Not rebuilt", failures, paint),
  ];
}

type Point = NonNullable<Scorecard["sweep"]>["points"][number];

const sweepColumns: readonly Column<Point>[] = [
  { head: "value", ...right, cell: ({ value }) => String(value) },
  { head: "rows", ...right, cell: scored(({ rows }) => recall(rows)) },
  { head: "cells", ...right, cell: scored(({ cells }) => recall(cells)) },
  { head: "", cell: scored(({ cells }) => curve(cells), "not rebuilt") },
  { head: "wrong", ...right, cell: scored(({ cells }, paint) => bad(cells.wrong, paint)) },
  { head: "fabricated", ...right, cell: scored((score, paint) => bad(fabricated(score), paint)) },
];

function scored(show: (score: Score, paint: Paint) => Cell, without = ""): Column<Point>["cell"] {
  return ({ score }, paint) => (score === null ? without : show(score, paint));
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const barLength = 24;

/** The recall of cells as a bar, in eighths of a character; only all of it fills it. */
function curve({ recoverable, recoveredOfRecoverable }: CellScore): string {
  const filled = recoverable === 0 ? 0 : Math.floor((recoveredOfRecoverable / recoverable) * barLength * 8);
  const bar = "█".repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? "");
  return bar.padEnd(barLength, "·");
}

function sweepLines({ sweep }: Scorecard, paint: Paint): string[] {
  if (sweep === null) return [];
  const failures = sweep.points
    .filter(({ score }) => score === null)
    .map(({ value, error }) => `${value}: ${printable(error ?? "it failed")}`);
  return [
    ...section(`Recall by ${printable(sweep.parameter)}`, grid(sweepColumns, sweep.points, paint), paint),
    ...notes("Not rebuilt", failures, paint),
  ];
}

function timeLines(timings: DrillTimings | undefined, paint: Paint): string[] {
  if (timings === undefined) return [];
  const lines = [
    ...timings.phases,
    { name: "people, as the plan reckons", milliseconds: timings.people },
    { name: "all", milliseconds: timings.total },
  ];
  const columns: readonly Column<DrillTimings["phases"][number]>[] = [
    { head: "phase", cell: (phase) => printable(phase.name) },
    { head: "time", ...right, cell: ({ milliseconds }) => showTimeOf(milliseconds) },
  ];
  return section("Times", grid(columns, lines, paint), paint);
}

function showTimeOf(milliseconds: number): string {
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : showSpan(milliseconds);
}
