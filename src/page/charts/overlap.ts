/** Which sets of sources have how many rows: a row of dots says which, the bar how many. */
import type { Chart } from "./draw.ts";
import { chartWidth } from "./draw.ts";

export interface OverlapSet {
  /** Indices into the sources. */
  readonly members: readonly number[];
  readonly rows: number;
  /** `1,204` */
  readonly note: string;
}

export interface OverlapSource {
  readonly name: string;
  readonly colour: string;
}

const top = 96;
const rowHeight = 24;
const column = 26;
const right = 110;
/** Room for the first slanted name. */
const left = 24;

function dotsOf(sets: readonly OverlapSet[], sources: readonly OverlapSource[]): object[] {
  return sets.flatMap(({ members }, row) =>
    sources.map(({ colour }, source) => {
      const isMember = members.includes(source);
      return { row, source, colour: isMember ? colour : "var(--line)", size: isMember ? 120 : 34 };
    }),
  );
}

function barsOf(sets: readonly OverlapSet[], sources: readonly OverlapSource[]): object[] {
  return sets.map(({ members, rows, note }, row) => {
    const [first = 0, second] = members;
    return {
      row,
      rows,
      note: second === undefined ? `${note} only here` : note,
      weight: second === undefined ? 600 : 400,
      colour: second === undefined ? (sources[first]?.colour ?? "var(--muted)") : "var(--shared)",
      low: Math.min(...members),
      high: Math.max(...members),
    };
  });
}

/** At least one set; its members are among the sources. */
export function overlap(sets: readonly OverlapSet[], sources: readonly OverlapSource[], label: string): Chart {
  const dotsEnd = left + sources.length * column;
  const barsFrom = Math.max(dotsEnd + 40, 200);
  const middle = { scale: "row", field: "row", band: 0.5 };
  const baseline = { value: "middle" as const };
  return {
    width: chartWidth,
    height: top + sets.length * rowHeight,
    label,
    data: [
      { name: "sources", values: sources.map(({ name }, source) => ({ name, source })) },
      { name: "dots", values: dotsOf(sets, sources) },
      { name: "bars", values: barsOf(sets, sources) },
    ],
    scales: [
      { name: "source", type: "band", domain: sources.map((_, index) => index), range: [left, dotsEnd] },
      { name: "row", type: "band", domain: sets.map((_, index) => index), range: [top, { signal: "height" }] },
      {
        name: "x",
        type: "linear",
        domain: [0, Math.max(1, ...sets.map(({ rows }) => rows))],
        range: [barsFrom, chartWidth - right],
      },
    ],
    marks: [
      {
        type: "text",
        from: { data: "sources" },
        encode: {
          enter: {
            x: { scale: "source", field: "source", band: 0.5 },
            y: { value: top - 8 },
            angle: { value: -45 },
            text: { field: "name" },
          },
        },
      },
      {
        type: "rule",
        from: { data: "bars" },
        encode: {
          enter: {
            x: { scale: "source", field: "low", band: 0.5 },
            x2: { scale: "source", field: "high", band: 0.5 },
            y: middle,
            stroke: { value: "var(--line-strong)" },
            strokeWidth: { value: 2 },
          },
        },
      },
      {
        type: "symbol",
        from: { data: "dots" },
        encode: {
          enter: {
            x: { scale: "source", field: "source", band: 0.5 },
            y: middle,
            size: { field: "size" },
            fill: { field: "colour" },
          },
        },
      },
      {
        type: "rect",
        from: { data: "bars" },
        encode: {
          enter: {
            x: { value: barsFrom },
            x2: { scale: "x", field: "rows" },
            yc: middle,
            height: { value: 14 },
            cornerRadius: { value: 2 },
            fill: { field: "colour" },
          },
        },
      },
      {
        type: "text",
        from: { data: "bars" },
        encode: {
          enter: {
            x: { scale: "x", field: "rows", offset: 8 },
            y: middle,
            baseline,
            text: { field: "note" },
            fontWeight: { field: "weight" },
          },
        },
      },
    ],
  };
}
