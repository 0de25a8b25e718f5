/** A stacked bar a row, all of the same length: what each row's whole is made of. */
import type { Chart } from "./draw.ts";
import { chartWidth, nameWidth } from "./draw.ts";

interface Part {
  readonly name: string;
  readonly value: number;
  readonly colour: string;
}

export interface Bar {
  readonly name: string;
  /** Stands behind the bar: `1,204 rows`. */
  readonly note: string;
  readonly parts: readonly Part[];
}

const left = nameWidth;
const right = 104;
const rowHeight = 28;
const barWidth = chartWidth - left - right;
/** What is there is seen: no part is narrower, in shares of the whole. */
const narrowest = 2.5 / barWidth;
const letter = 6.6;

function partsOf({ parts }: Bar, row: number): object[] {
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  return parts
    .filter(({ value }) => value > 0)
    .map(({ name, value, colour }) => ({
      row,
      colour,
      name,
      room: name.length * letter + 12,
      weight: Math.max(value / whole, narrowest),
    }));
}

/** Names and notes are on one line and short already. */
export function shareBars(bars: readonly Bar[], label: string): Chart {
  const middle = { scale: "row", field: "row", band: 0.5 };
  return {
    width: chartWidth,
    height: bars.length * rowHeight,
    label,
    data: [
      { name: "bars", values: bars.map(({ name, note }, row) => ({ row, name, note })) },
      {
        name: "parts",
        values: bars.flatMap(partsOf),
        transform: [{ type: "stack", groupby: ["row"], field: "weight", offset: "normalize" }],
      },
    ],
    scales: [
      { name: "row", type: "band", domain: { data: "bars", field: "row" }, range: "height", padding: 0.25 },
      { name: "x", type: "linear", domain: [0, 1], range: [left, left + barWidth] },
    ],
    marks: [
      {
        type: "rect",
        from: { data: "parts" },
        encode: {
          enter: {
            x: { scale: "x", field: "y0" },
            x2: { scale: "x", field: "y1" },
            y: { scale: "row", field: "row" },
            height: { scale: "row", band: 1 },
            fill: { field: "colour" },
            stroke: { value: "var(--card)" },
            strokeWidth: { value: 1 },
          },
        },
      },
      {
        type: "text",
        from: { data: "parts" },
        encode: {
          enter: {
            x: { scale: "x", field: "y0", offset: 7 },
            y: middle,
            baseline: { value: "middle" },
            text: { signal: `(datum.y1 - datum.y0) * ${barWidth} > datum.room ? datum.name : ''` },
            fill: { value: "var(--on-colour)" },
            fontSize: { value: 11 },
          },
        },
      },
      {
        type: "text",
        from: { data: "bars" },
        encode: {
          enter: {
            x: { value: 0 },
            y: middle,

            baseline: { value: "middle" },
            text: { field: "name" },
          },
        },
      },
      {
        type: "text",
        from: { data: "bars" },
        encode: {
          enter: {
            x: { value: left + barWidth + 12 },
            y: middle,
            baseline: { value: "middle" },
            text: { field: "note" },
            fill: { value: "var(--muted)" },
          },
        },
      },
    ],
  };
}
