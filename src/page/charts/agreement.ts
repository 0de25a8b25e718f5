/** How often each pair of sources says the same: a square a pair, named on both sides. */
import type { Chart } from "./draw.ts";
import { chartWidth, nameWidth } from "./draw.ts";

export interface AgreementSquare {
  /** Indices into the names; `row` is the larger. */
  readonly row: number;
  readonly column: number;
  /** 1 (disagree most) to 5; 0: too few shared cells to say. */
  readonly heat: number;
  readonly text: string;
}

const left = nameWidth;
const top = 92;
const rowHeight = 30;
const widest = 66;

/** The lower half, without the diagonal; at least two names. */
export function agreementMatrix(names: readonly string[], squares: readonly AgreementSquare[], label: string): Chart {
  const columns = names.slice(0, -1);
  const column = Math.min(widest, (chartWidth - left - 60) / columns.length);
  const middle = { scale: "row", field: "row", band: 0.5 };
  const baseline = { value: "middle" as const };
  return {
    width: chartWidth,
    height: top + (names.length - 1) * rowHeight,
    label,
    data: [
      { name: "rows", values: names.slice(1).map((name, index) => ({ name, row: index + 1 })) },
      { name: "columns", values: columns.map((name, index) => ({ name, column: index })) },
      { name: "squares", values: squares.map((square) => ({ ...square, colour: `var(--heat-${square.heat})` })) },
    ],
    scales: [
      {
        name: "row",
        type: "band",
        domain: columns.map((_, index) => index + 1),
        range: [top, { signal: "height" }],
        padding: 0.08,
      },
      {
        name: "column",
        type: "band",
        domain: columns.map((_, index) => index),
        range: [left, left + column * columns.length],
        padding: 0.04,
      },
    ],
    marks: [
      {
        type: "rect",
        from: { data: "squares" },
        encode: {
          enter: {
            x: { scale: "column", field: "column" },
            width: { scale: "column", band: 1 },
            y: { scale: "row", field: "row" },
            height: { scale: "row", band: 1 },
            cornerRadius: { value: 3 },
            fill: { field: "colour" },
          },
        },
      },
      {
        type: "text",
        from: { data: "squares" },
        encode: {
          enter: {
            x: { scale: "column", field: "column", band: 0.5 },
            y: middle,
            align: { value: "center" },
            baseline,
            text: { field: "text" },
            fill: { signal: "datum.heat === 0 ? 'var(--muted)' : 'var(--on-heat)'" },
            fontSize: { value: column < 48 ? 9 : 12 },
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
        from: { data: "columns" },
        encode: {
          enter: {
            x: { scale: "column", field: "column", band: 0.5 },
            y: { value: top - 8 },
            angle: { value: -40 },
            text: { field: "name" },
          },
        },
      },
    ],
  };
}
