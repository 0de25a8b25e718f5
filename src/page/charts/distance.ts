/** How long before the disaster each source ends, on a scale where minutes and months both have room. */
import type { Chart } from "./draw.ts";
import { chartWidth, nameWidth } from "./draw.ts";

export interface Distance {
  readonly name: string;
  readonly colour: string;
  /** Milliseconds before the disaster; not negative. */
  readonly before: number;
  /** `6 minutes` */
  readonly note: string;
}

const left = nameWidth;
const right = 130;
const bottom = 26;
const rowHeight = 22;
const minute = 60_000;
const ticks = [
  ["1 minute or less", minute],
  ["10 minutes", 10 * minute],
  ["1 hour", 60 * minute],
  ["6 hours", 360 * minute],
  ["1 day", 1440 * minute],
  ["1 week", 7 * 1440 * minute],
  ["1 month", 30 * 1440 * minute],
  ["1 year", 365 * 1440 * minute],
  ["10 years", 3652 * 1440 * minute],
] as const;

/** The furthest first or last, as given; at least one. The disaster is the right edge. */
export function distances(rows: readonly Distance[], label: string): Chart {
  const furthest = Math.max(10 * minute, ...rows.map(({ before }) => before)) * 1.6;
  const middle = { scale: "row", field: "index", band: 0.5 };
  const baseline = { value: "middle" as const };
  return {
    width: chartWidth,
    height: rows.length * rowHeight + bottom,
    label,
    data: [
      { name: "rows", values: rows.map((row, index) => ({ ...row, index, shown: Math.max(row.before, minute) })) },
      { name: "ticks", values: ticks.flatMap(([name, at]) => (at < furthest ? [{ name, at }] : [])) },
    ],
    scales: [
      { name: "x", type: "log", domain: [furthest, minute], range: [left, chartWidth - right] },
      {
        name: "row",
        type: "band",
        domain: rows.map((_, index) => index),
        range: [0, { signal: `height - ${bottom}` }],
      },
    ],
    marks: [
      {
        type: "rule",
        from: { data: "ticks" },
        encode: {
          enter: {
            x: { scale: "x", field: "at" },
            y: { value: 0 },
            y2: { signal: `height - ${bottom}` },
            stroke: { value: "var(--line)" },
          },
        },
      },
      {
        type: "text",
        from: { data: "ticks" },
        encode: {
          enter: {
            x: { scale: "x", field: "at" },
            y: { signal: `height - ${bottom - 16}` },
            align: { value: "center" },
            text: { field: "name" },
            fill: { value: "var(--muted)" },
            fontSize: { value: 11 },
          },
        },
      },
      {
        type: "rule",
        encode: {
          enter: {
            x: { value: chartWidth - right },
            y: { value: 0 },
            y2: { signal: `height - ${bottom}` },
            stroke: { value: "var(--alarm)" },
            strokeWidth: { value: 2 },
          },
        },
      },
      {
        type: "rule",
        from: { data: "rows" },
        encode: {
          enter: {
            x: { scale: "x", field: "shown" },
            x2: { value: chartWidth - right },
            y: middle,
            stroke: { value: "var(--alarm)" },
            strokeOpacity: { value: 0.35 },
            strokeWidth: { value: 2 },
          },
        },
      },
      {
        type: "symbol",
        from: { data: "rows" },
        encode: {
          enter: {
            x: { scale: "x", field: "shown" },
            y: middle,
            size: { value: 110 },
            fill: { field: "colour" },
            stroke: { value: "var(--card)" },
            strokeWidth: { value: 1.5 },
          },
        },
      },
      {
        type: "text",
        from: { data: "rows" },
        encode: {
          enter: { x: { value: 0 }, y: middle, baseline, text: { field: "name" } },
        },
      },
      {
        type: "text",
        from: { data: "rows" },
        encode: {
          enter: {
            x: { value: chartWidth },
            y: middle,
            align: { value: "right" },
            baseline,
            text: { field: "note" },
            fill: { value: "var(--muted)" },
            fontSize: { value: 11 },
          },
        },
      },
    ],
  };
}
