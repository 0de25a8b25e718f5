/** A scorecard that has everything a drill can have: two engines, a bar below, a source that does harm, rebuilds that failed. */
import type { TrendPoint } from "../../src/drill/report/schema.ts";
import type { CellScore, RowScore, Score, Scorecard, TableScore, Variation } from "../../src/drill/score/model.ts";

type Row = Partial<RowScore> & Pick<RowScore, "truth" | "recovered">;

function rows({ truth, recovered, ...others }: Row): RowScore {
  const { fabricated = 0, resurrected = 0 } = others;
  return {
    truth,
    rebuilt: recovered + fabricated + resurrected,
    recovered,
    missed: truth - recovered,
    fabricated,
    resurrected,
    chimeric: 0,
    chimericGroups: 0,
    recoverable: truth,
    recoveredOfRecoverable: recovered,
    ...others,
  };
}

type Cell = Partial<CellScore> & Pick<CellScore, "all">;

function cells({ all, ...others }: Cell): CellScore {
  const { wronglySilent = 0, wrongFlagged = 0, abstained = 0 } = others;
  const wrong = wronglySilent + wrongFlagged;
  const right = all - wrong - abstained;
  return {
    all,
    right,
    wrong,
    abstained,
    fabricated: 0,
    wronglySilent,
    wrongFlagged,
    wronglyFlagged: 0,
    recoverable: all,
    recoveredOfRecoverable: right,
    ...others,
  };
}

function sum<Numbers extends object>(all: readonly Numbers[]): Numbers {
  const [first] = all;
  if (first === undefined) throw new Error("nothing to add up");
  const of = (each: Numbers, name: string): number => (each as Readonly<Record<string, number>>)[name] ?? 0;
  return Object.fromEntries(
    Object.keys(first).map((name) => [name, all.reduce((total, each) => total + of(each, name), 0)]),
  ) as Numbers;
}

function scoreOf(tables: readonly TableScore[], people: Score["people"]): Score {
  return {
    rows: sum(tables.map((each) => each.rows)),
    cells: sum(tables.map((each) => each.cells)),
    tables,
    people,
  };
}

const tables: readonly TableScore[] = [
  {
    table: "dbo.Customers",
    rows: rows({ truth: 412, recovered: 411, recoverable: 411, recoveredOfRecoverable: 411 }),
    cells: cells({ all: 3_288, wronglySilent: 2, wrongFlagged: 9, abstained: 41, wronglyFlagged: 3 }),
    recoveryPoint: "2026-03-14T09:20:07.000Z",
    lost: 353_000,
  },
  {
    table: "dbo.Orders",
    rows: rows({ truth: 1_204, recovered: 1_197, resurrected: 2, chimeric: 3, chimericGroups: 1 }),
    cells: cells({
      all: 10_773,
      wronglySilent: 11,
      wrongFlagged: 4,
      abstained: 120,
      fabricated: 1,
      wronglyFlagged: 18,
    }),
    recoveryPoint: "2026-03-14T04:00:00.000Z",
    lost: 19_560_000,
  },
  {
    table: "dbo.A table with an unusually long name that has to be wrapped",
    rows: rows({ truth: 334, recovered: 334, fabricated: 1 }),
    cells: cells({ all: 1_336 }),
    recoveryPoint: "2026-03-14T09:26:00.000Z",
    lost: 0,
  },
  {
    table: "dbo.Settings",
    rows: rows({ truth: 9, recovered: 0, recoverable: 0, recoveredOfRecoverable: 0 }),
    cells: cells({ all: 0 }),
    recoveryPoint: null,
    lost: null,
  },
];

const people = { cells: 34, rows: 2, records: 13, milliseconds: 5_460_000 };
const whole = scoreOf(tables, people);

/** The whole with rows that are gone, and cells that are wrong more or less. */
function less(lost: number, wrong: number): Score {
  const { rows: row, cells: cell } = whole;
  return {
    ...whole,
    rows: {
      ...row,
      recovered: row.recovered - lost,
      missed: row.missed + lost,
      recoveredOfRecoverable: row.recoveredOfRecoverable - lost,
    },
    cells: {
      ...cell,
      all: cell.all - lost * 9,
      right: cell.right - lost * 9 - wrong,
      wrong: cell.wrong + wrong,
      recoveredOfRecoverable: cell.recoveredOfRecoverable - lost * 9 - wrong,
    },
  };
}

function without(source: string, lost: number, wrong: number): Variation {
  return { name: `without ${source}`, status: "completed", error: null, score: less(lost, wrong) };
}

const bars: Scorecard["rebuilds"][number]["bars"] = [
  { bar: "rowsRecovered", expected: ">= 99%", found: "99.13% (1942 of 1959)", holds: true },
  { bar: "rowRecall", expected: ">= 99.9%", found: "99.64% (1942 of 1949)", holds: false },
  { bar: "wronglySilent", expected: "<= 0.1%", found: "0.09% (13 of 15397)", holds: true },
  { bar: "fabricated", expected: "= 0", found: "2", holds: false },
  { bar: "recoveryPoint", expected: "<= 6h", found: "older than the history", holds: false },
  { bar: "recoveryTime", expected: "<= 4h", found: null, holds: true },
];

export const scorecard: Scorecard = {
  drill: "dropped-tables",
  seed: 7,
  scale: 0.5,
  status: "completed",
  verdict: "below",
  error: null,
  survivors: [
    { id: "backup", format: "sql-script", isMissing: false },
    { id: "reporting", format: "sqlite", isMissing: false },
    { id: "app-log", format: "text-log", isMissing: false },
    { id: "spreadsheet", format: "xlsx", isMissing: false },
    { id: "schema-copy", format: "dacpac", isMissing: false },
    { id: "nightly", format: "csv", isMissing: true },
  ],
  rebuilds: [
    { engine: "sqlite", score: whole, bars },
    { engine: "sqlserver", score: structuredClone(whole), bars: bars.slice(0, 3) },
  ],
  leaveOneOut: [
    without("backup", 804, 12),
    without("reporting", 122, 61),
    without("app-log", 0, 9),
    without("spreadsheet", 0, -14),
    {
      name: "without schema-copy",
      status: "failed",
      error: "the recipe names the source schema-copy, which is not there. Name another source of the schema.",
      score: null,
    },
  ],
  sweep: {
    parameter: "conflictRate",
    points: [
      { name: "conflictRate = 0", value: 0, status: "completed", error: null, score: less(0, -26) },
      { name: "conflictRate = 0.05", value: 0.05, status: "completed", error: null, score: whole },
      { name: "conflictRate = 0.1", value: 0.1, status: "completed", error: null, score: less(40, 102) },
      { name: "conflictRate = 0.2", value: 0.2, status: "failed", error: "out of room on the disk", score: null },
      { name: "conflictRate = 0.4", value: 0.4, status: "completed", error: null, score: less(180, 611) },
    ],
  },
};

/** All that was to be recovered is, and nothing else was asked. */
export const passing: Scorecard = {
  ...scorecard,
  verdict: "passed",
  survivors: scorecard.survivors.slice(0, 2),
  rebuilds: [
    {
      engine: "sqlite",
      score: scoreOf(tables.slice(2, 3), { cells: 0, rows: 0, records: 0, milliseconds: 0 }),
      bars: bars.slice(0, 1),
    },
  ],
  leaveOneOut: [],
  sweep: null,
};

export const failing: Scorecard = {
  ...scorecard,
  status: "failed",
  verdict: null,
  error: "incidents/dropped-tables/recipe.yaml:7:3: the source nightly is not there. Give its path.",
  rebuilds: [],
  leaveOneOut: [],
  sweep: null,
};

/** Quotes, markup, entities, ends of sections, and what steers a terminal. */
export const hostileName = `a"'&lt;<b>&#38;&nbsp;]]>\u0000\u001B[2J\n\u202E\uFFFF\uD800 é漢`;

export const hostile: Scorecard = {
  ...scorecard,
  drill: hostileName,
  error: hostileName,
  survivors: [{ id: hostileName, format: hostileName, isMissing: true }],
  rebuilds: [
    {
      engine: hostileName,
      score: { ...whole, tables: tables.map((each) => ({ ...each, table: hostileName })) },
      bars: [{ bar: hostileName, expected: hostileName, found: hostileName, holds: false }],
    },
  ],
  leaveOneOut: [
    { name: `without ${hostileName}`, status: "failed", error: hostileName, score: null },
    { ...without("x", 1, 1), name: hostileName },
  ],
  sweep: {
    parameter: hostileName,
    points: [{ name: hostileName, value: 1, status: "failed", error: hostileName, score: null }],
  },
};

/** Drills of some weeks: they got better, once one broke. */
export const trend: readonly TrendPoint[] = Array.from({ length: 14 }, (_, index) => ({
  when: new Date(Date.UTC(2026, 0, 5 + index * 5, 3, 30)).toISOString(),
  seed: 7,
  version: index < 8 ? "0.1.0" : "0.2.0",
  status: index === 5 ? "failed" : "completed",
  verdict: index === 5 ? null : index > 10 ? "passed" : "below",
  rowRecall: 0.955 + index * 0.003,
  cellRecall: 0.93 + index * 0.0045 - (index === 9 ? 0.02 : 0),
  wronglySilent: Math.max(0, 40 - index * 3),
  fabricated: index < 6 ? 4 - (index % 3) : 0,
  barsPassed: index > 10 ? 6 : Math.min(5, 2 + Math.floor(index / 2)),
  bars: 6,
}));
