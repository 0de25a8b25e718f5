/** Of what can be checked, how much of each source agrees with what stands; a tick for an estimate. */
import type { Chart } from "./draw.ts";
import { chartWidth, nameWidth } from "./draw.ts";

export interface Accuracy {
  readonly name: string;
  readonly colour: string;
  /** 0 to 1; null where nothing can be checked. */
  readonly right: number | null;
  /** 0 to 1; null where nobody asked. */
  readonly estimate: number | null;
  readonly note: string;
}

const left = nameWidth;
const right = 240;
const rowHeight = 26;
const bottom = 24;

/** At least one row. */
export function accuracyBars(rows: readonly Accuracy[], label: string): Chart {
  const middle = { scale: "row", field: "index", band: 0.5 };
  const baseline = { value: "middle" as const };
  return {
    width: chartWidth,
    height: rows.length * rowHeight + bottom,
    label,
    data: [
      { name: "rows", values: rows.map((row, index) => ({ ...row, index })) },
      { name: "checked", source: "rows", transform: [{ type: "filter", expr: "isValid(datum.right)" }] },
      { name: "estimated", source: "rows", transform: [{ type: "filter", expr: "isValid(datum.estimate)" }] },
    ],
    scales: [
      { name: "x", type: "linear", domain: [0, 1], range: [left, chartWidth - right] },
      {
        name: "row",
        type: "band",
        domain: rows.map((_, index) => index),
        range: [0, { signal: `height - ${bottom}` }],
      },
    ],
    axes: [
      {
        scale: "x",
        orient: "bottom",
        offset: -bottom,
        values: [0, 0.25, 0.5, 0.75, 1],
        format: "%",
        grid: true,
        domain: false,
        gridScale: "row",
      },
    ],
    marks: [
      {
        type: "rect",
        from: { data: "checked" },
        encode: {
          enter: {
            x: { scale: "x", value: 0 },
            x2: { scale: "x", field: "right" },
            yc: middle,
            height: { value: 12 },
            cornerRadius: { value: 2 },
            fill: { field: "colour" },
          },
        },
      },
      {
        type: "rect",
        from: { data: "estimated" },
        encode: {
          enter: {
            xc: { scale: "x", field: "estimate" },
            width: { value: 3 },
            yc: middle,
            height: { value: 20 },
            fill: { value: "var(--ink)" },
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
            x: { value: chartWidth - right + 14 },
            y: middle,
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
