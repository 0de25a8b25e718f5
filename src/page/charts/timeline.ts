/** Sources against the disaster: when each last equalled production, and which times its rows speak of. */
import type { Mark } from "vega";
import { showSpan } from "../format.ts";
import type { Chart } from "./draw.ts";
import { chartWidth, nameWidth } from "./draw.ts";

interface TimelineRow {
  readonly name: string;
  readonly colour: string;
  /** `2026-03-14 14:20 UTC` */
  readonly note: string;
  readonly asOf: number;
  readonly rowTimes: { readonly first: number; readonly last: number } | undefined;
  /** Where its line left production. */
  readonly branchedAt: number | undefined;
  readonly isOtherLine: boolean;
}

export interface Timeline {
  readonly rows: readonly TimelineRow[];
  readonly recoverTo: number | undefined;
  /** The newest evidence of production; the gap begins there. */
  readonly newest: number | undefined;
  readonly label: string;
}

const left = nameWidth;
const right = 140;
const top = 34;
const bottom = 26;
const rowHeight = 26;
const days3 = 3 * 86_400_000;

function domainOf({ rows, recoverTo }: Timeline): [number, number] {
  const times = rows.flatMap(({ asOf, branchedAt }) => [asOf, branchedAt ?? asOf]);
  const all = recoverTo === undefined ? times : [...times, recoverTo];
  const first = all.reduce((least, time) => Math.min(least, time), Infinity);
  const last = all.reduce((most, time) => Math.max(most, time), -Infinity);
  const span = Math.max(last - first, 3_600_000);
  return [first - span * 0.08, last + span * 0.02];
}

function valuesOf({ rows }: Timeline, [first, last]: readonly [number, number]): object[] {
  return rows.map(({ rowTimes, branchedAt, ...row }, index) => ({
    ...row,
    index,
    branchedAt: branchedAt ?? null,
    from: rowTimes === undefined ? null : Math.min(Math.max(rowTimes.first, first), last),
    to: rowTimes === undefined ? null : Math.max(Math.min(rowTimes.last, last), first),
  }));
}

const middle = { scale: "row", field: "index", band: 0.5 };

function rowMarks(): Mark[] {
  return [
    {
      type: "rule",
      from: { data: "rows" },
      encode: {
        enter: {
          x: { value: left },
          x2: { value: chartWidth - right },
          y: middle,
          stroke: { value: "var(--line)" },
          strokeDash: { signal: "datum.isOtherLine ? [2, 4] : [1, 0]" },
        },
      },
    },
    {
      type: "rect",
      from: { data: "covered" },
      encode: {
        enter: {
          x: { scale: "x", field: "from" },
          x2: { scale: "x", field: "to" },
          yc: middle,
          height: { value: 8 },
          cornerRadius: { value: 4 },
          fill: { field: "colour" },
          fillOpacity: { value: 0.4 },
        },
      },
    },
    {
      type: "symbol",
      from: { data: "branches" },
      encode: {
        enter: {
          x: { scale: "x", field: "branchedAt" },
          y: middle,
          shape: { value: "diamond" },
          size: { value: 70 },
          fill: { value: "var(--card)" },
          stroke: { field: "colour" },
          strokeWidth: { value: 1.5 },
        },
      },
    },
    {
      type: "symbol",
      from: { data: "rows" },
      encode: {
        enter: {
          x: { scale: "x", field: "asOf" },
          y: middle,
          size: { value: 110 },
          shape: { signal: "datum.isOtherLine ? 'square' : 'circle'" },
          fill: { field: "colour" },
          stroke: { value: "var(--card)" },
          strokeWidth: { value: 1.5 },
        },
      },
    },
    ...edgeTexts(),
  ];
}

function edgeTexts(): Mark[] {
  const common = { y: middle, baseline: { value: "middle" as const } };
  return [
    {
      type: "text",
      from: { data: "rows" },
      encode: { enter: { ...common, x: { value: 0 }, text: { field: "name" } } },
    },
    {
      type: "text",
      from: { data: "rows" },
      encode: {
        enter: {
          ...common,
          x: { value: chartWidth },
          align: { value: "right" },
          text: { field: "note" },
          fill: { value: "var(--muted)" },
          fontSize: { value: 11 },
        },
      },
    },
  ];
}

/** The moment to recover to as a rule through all rows, and what nothing vouches for as a shade before it. */
function disasterMarks(gap: string): Mark[] {
  return [
    {
      type: "rect",
      from: { data: "gap" },
      encode: {
        enter: {
          x: { scale: "x", field: "from" },
          x2: { scale: "x", field: "to" },
          y: { value: top - 6 },
          y2: { signal: `height - ${bottom}` },
          fill: { value: "var(--alarm)" },
          fillOpacity: { value: 0.16 },
        },
      },
    },
    {
      type: "rule",
      from: { data: "disaster" },
      encode: {
        enter: {
          x: { scale: "x", field: "at" },
          y: { value: top - 8 },
          y2: { signal: `height - ${bottom}` },
          stroke: { value: "var(--alarm)" },
          strokeWidth: { value: 2 },
        },
      },
    },
    {
      type: "text",
      from: { data: "disaster" },
      encode: {
        enter: {
          x: { scale: "x", field: "at", offset: 4 },
          y: { value: top - 14 },
          align: { value: "right" },
          text: { value: gap },
          fill: { value: "var(--alarm-ink)" },
          fontWeight: { value: 600 },
        },
      },
    },
  ];
}

/** A row a source, in the order given; at least one. */
export function timeline(model: Timeline): Chart {
  const { rows, recoverTo, newest, label } = model;
  const domain = domainOf(model);
  const gap = recoverTo !== undefined && newest !== undefined && newest < recoverTo ? recoverTo - newest : 0;
  const said = gap > 0 ? `disaster; the last ${showSpan(gap)} before it are not covered` : "disaster";
  return {
    width: chartWidth,
    height: top + bottom + rows.length * rowHeight,
    label,
    data: [
      { name: "rows", values: valuesOf(model, domain) },
      { name: "covered", source: "rows", transform: [{ type: "filter", expr: "isValid(datum.from)" }] },
      { name: "branches", source: "rows", transform: [{ type: "filter", expr: "isValid(datum.branchedAt)" }] },
      { name: "disaster", values: recoverTo === undefined ? [] : [{ at: recoverTo }] },
      { name: "gap", values: gap > 0 ? [{ from: newest, to: recoverTo }] : [] },
    ],
    scales: [
      { name: "x", type: "utc", domain, range: [left, chartWidth - right] },
      {
        name: "row",
        type: "band",
        domain: rows.map((_, index) => index),
        range: [top, { signal: `height - ${bottom}` }],
      },
    ],
    axes: [
      {
        scale: "x",
        orient: "bottom",
        offset: -bottom,
        tickCount: 5,
        format: domain[1] - domain[0] > days3 ? "%Y-%m-%d" : "%m-%d %H:%M",
        formatType: "utc",
        grid: true,
        gridScale: "row",
        domain: false,
        labelOverlap: true,
      },
    ],
    marks: [...disasterMarks(said), ...rowMarks()],
  };
}
