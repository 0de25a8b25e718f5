/** Shares and counts along the same steps, the one picture above the other: a sweep's values, or drills one after the other. */
import type { Axis, Mark } from "vega";
import type { Chart } from "./draw.ts";
import { chartWidth } from "./draw.ts";

export interface CurveStep {
  /** Below the axis. */
  readonly name: string;
  /** Its dots are hollow: it stands out. */
  readonly isHollow: boolean;
}

export interface CurveLine {
  readonly colour: string;
  readonly shape: "circle" | "square" | "diamond" | "triangle";
  /** One a step; null: there is none, and the line breaks off. */
  readonly values: readonly (number | null)[];
}

export interface Curves {
  readonly steps: readonly CurveStep[];
  /** 0 to 1. */
  readonly shares: readonly CurveLine[];
  /** Whole numbers. */
  readonly counts: readonly CurveLine[];
  readonly label: string;
}

const left = 52;
const right = 24;
const top = 10;
const sharesHeight = 150;
const gap = 26;
const countsHeight = 80;
const bottom = 30;
/** A name of a step takes so many pixels a character. */
const letter = 6.4;

const countsTop = top + sharesHeight + gap;
const floor = countsTop + countsHeight;

/** At least one step. */
export function curves({ steps, shares, counts, label }: Curves): Chart {
  return {
    width: chartWidth,
    height: floor + bottom,
    label,
    data: [
      ...shares.map((line, index) => ({ name: `share${index}`, values: valuesOf(line, steps) })),
      ...counts.map((line, index) => ({ name: `count${index}`, values: valuesOf(line, steps) })),
      { name: "names", values: namesOf(steps) },
    ],
    scales: [
      {
        name: "x",
        type: "point",
        domain: steps.map((_, index) => index),
        range: [left, chartWidth - right],
        padding: 0.4,
      },
      { name: "share", type: "linear", domain: [lowest(shares), 1], zero: false, range: [top + sharesHeight, top] },
      { name: "count", type: "linear", domain: [0, highest(counts)], nice: 3, range: [floor, countsTop] },
    ],
    axes: [valueAxis("share", "%", 4), valueAxis("count", "~s", 3)],
    marks: [
      ...shares.flatMap((line, index) => lineMarks(`share${index}`, "share", line)),
      ...counts.flatMap((line, index) => lineMarks(`count${index}`, "count", line)),
      {
        type: "text",
        from: { data: "names" },
        encode: {
          enter: {
            x: { scale: "x", field: "step" },
            y: { value: floor + 18 },
            align: { value: "center" },
            text: { field: "name" },
            fill: { value: "var(--muted)" },
            fontSize: { value: 11 },
          },
        },
      },
    ],
  };
}

function valuesOf({ values }: CurveLine, steps: readonly CurveStep[]): object[] {
  return values.flatMap((value, step) => [{ step, value, isHollow: steps[step]?.isHollow === true }]);
}

/** As many names as have room, the last among them. */
function namesOf(steps: readonly CurveStep[]): object[] {
  const widest = Math.max(...steps.map(({ name }) => name.length)) * letter + 14;
  const every = Math.ceil(widest / ((chartWidth - left - right) / steps.length));
  return steps.flatMap(({ name }, step) => ((steps.length - 1 - step) % every === 0 ? [{ step, name }] : []));
}

/** Whole tenths, so that the picture does not make much of little. */
function lowest(lines: readonly CurveLine[]): number {
  const least = Math.min(0.95, ...numbersOf(lines));
  return Math.floor(least * 10) / 10;
}

function highest(lines: readonly CurveLine[]): number {
  return Math.max(3, ...numbersOf(lines));
}

function numbersOf(lines: readonly CurveLine[]): number[] {
  return lines.flatMap(({ values }) => values.filter((value) => value !== null));
}

function valueAxis(scale: string, format: string, tickCount: number): Axis {
  return {
    scale,
    orient: "left",
    offset: -left,
    format,
    tickCount,
    grid: true,
    gridScale: "x",
    domain: false,
    ticks: false,
    labelPadding: 8,
  };
}

function lineMarks(data: string, scale: string, { colour, shape }: CurveLine): Mark[] {
  const place = { x: { scale: "x", field: "step" }, y: { scale, field: "value" } };
  return [
    {
      type: "line",
      from: { data },
      encode: {
        enter: {
          ...place,
          defined: { signal: "isValid(datum.value)" },
          stroke: { value: colour },
          strokeWidth: { value: 2 },
        },
      },
    },
    {
      type: "symbol",
      from: { data },
      encode: {
        enter: {
          ...place,
          shape: { value: shape === "triangle" ? "triangle-up" : shape },
          size: { value: 52 },
          fill: { signal: `datum.isHollow ? 'var(--card)' : '${colour}'` },
          stroke: { value: colour },
          strokeWidth: { value: 1.5 },
          opacity: { signal: "isValid(datum.value) ? 1 : 0" },
        },
      },
    },
  ];
}
