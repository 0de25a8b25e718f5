/** What is lost without each source, as a bar from a line in the middle or at the edge: to the left what is better without it. */
import type { Chart } from "./draw.ts";
import { chartWidth, nameWidth } from "./draw.ts";

export interface WorthBar {
  readonly name: string;
  readonly colour: string;
  /** May be negative: it does harm. */
  readonly worth: number;
  readonly note: string;
}

const left = nameWidth;
const right = 264;
const rowHeight = 26;
/** What is there is seen. */
const narrowest = 2;

/** At least one row. */
export function worthBars(rows: readonly WorthBar[], label: string): Chart {
  const values = rows.map((row, index) => ({ ...row, index }));
  const least = Math.min(0, ...rows.map(({ worth }) => worth));
  const most = Math.max(1, ...rows.map(({ worth }) => worth));
  const middle = { scale: "row", field: "index", band: 0.5 };
  const baseline = { value: "middle" as const };
  return {
    width: chartWidth,
    height: rows.length * rowHeight,
    label,
    data: [
      { name: "rows", values },
      { name: "worthy", values: values.filter(({ worth }) => worth !== 0) },
    ],
    scales: [
      // A little harm beside much worth is seen, too: the line leaves it room.
      { name: "x", type: "linear", domain: [least, most], range: [left + (least < 0 ? 8 : 0), chartWidth - right] },
      { name: "row", type: "band", domain: rows.map((_, index) => index), range: "height" },
    ],
    marks: [
      {
        type: "rule",
        encode: {
          enter: {
            x: { scale: "x", value: 0 },
            y: { value: 0 },
            y2: { signal: "height" },
            stroke: { value: "var(--line-strong)" },
          },
        },
      },
      {
        type: "rect",
        from: { data: "worthy" },
        encode: {
          enter: {
            x: { scale: "x", value: 0 },
            x2: {
              signal: `datum.worth < 0 ? min(scale('x', datum.worth), scale('x', 0) - ${narrowest}) : max(scale('x', datum.worth), scale('x', 0) + ${narrowest})`,
            },
            yc: middle,
            height: { value: 14 },
            cornerRadius: { value: 2 },
            fill: { field: "colour" },
          },
        },
      },
      {
        type: "text",
        from: { data: "rows" },
        encode: { enter: { x: { value: 0 }, y: middle, baseline, text: { field: "name" } } },
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
