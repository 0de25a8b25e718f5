/** Tables and colours for the terminal. */
import Table from "cli-table3";
import colors from "picocolors";
import type { Environment } from "../recipe/environment.ts";
import { columnsOf, unbreakable, wrap } from "./wrap.ts";

export type Paint = ReturnType<typeof colors.createColors>;

/** Lines are laid out for this many columns, whatever the terminal: outputs do not depend on the window. */
export const lineWidth = 100;

export interface ColumnLayout {
  readonly head: string;
  readonly align?: "left" | "right";
  /** Its text may be wrapped where the line is too short; numbers and times stay whole. */
  readonly wraps?: boolean;
}

/** Colours only where a person looks: on a terminal, and without NO_COLOR. */
export function paintFor(stream: { readonly isTTY?: boolean | undefined }, environment: Environment): Paint {
  return colors.createColors(stream.isTTY === true && (environment["NO_COLOR"] ?? "") === "");
}

const gap = 2;
const narrowest = 8;

const noBorders = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: " ".repeat(gap),
};

interface PaintedCell {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** Printable text; it may hold line feeds. */
export type Cell = string | PaintedCell;

function textOf(cell: Cell | undefined): string {
  return typeof cell === "object" ? cell.text : (cell ?? "");
}

/** A table without lines, at most `width` columns wide. What is too wide wraps; nothing is cut off. */
export function table(
  layout: readonly ColumnLayout[],
  rows: readonly (readonly Cell[])[],
  paint: Paint,
  width = lineWidth,
): string {
  const widths = fitWidths(layout, rows, width - gap * (layout.length - 1));
  const built = new Table({
    head: layout.map(({ head }) => head.split("\n").map(paint.dim).join("\n")),
    chars: noBorders,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
    colAligns: layout.map(({ align }) => align ?? "left"),
    colWidths: widths,
  });
  built.push(...rows.map((row) => row.map((cell, index) => wrapped(cell, widths[index] ?? 0))));
  const lines = built.toString().split("\n");
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** Takes from the widest column that wraps until all fit. */
function fitWidths(layout: readonly ColumnLayout[], rows: readonly (readonly Cell[])[], available: number): number[] {
  const widths = layout.map(({ head }, index) =>
    Math.max(...[head, ...rows.map((row) => textOf(row[index]))].flatMap((text) => text.split("\n")).map(columnsOf)),
  );
  const wrapping = layout.flatMap(({ wraps }, index) => (wraps === true ? [index] : []));
  for (let excess = widths.reduce((sum, each) => sum + each, 0) - available; excess > 0; excess--) {
    const widest = wrapping.toSorted((left, right) => (widths[right] ?? 0) - (widths[left] ?? 0))[0];
    if (widest === undefined || (widths[widest] ?? 0) <= narrowest) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function wrapped(cell: Cell, width: number): string {
  const paint = typeof cell === "object" ? cell.paint : (text: string) => text;
  const lines = wrap(textOf(cell), width).map((line) => line.replaceAll(unbreakable, " "));
  return lines.map((line) => paint(line)).join("\n");
}

/** Sentences under a heading, broken where a line ends. */
export function notes(heading: string, sentences: readonly string[], paint: Paint): string[] {
  const lines = sentences.flatMap((sentence) =>
    wrap(sentence, lineWidth - 4).map((line, index) => (index === 0 ? line : `  ${line}`)),
  );
  return section(heading, lines, paint);
}

/** A heading, then lines of text; nothing where there are none. */
export function section(heading: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : ["", paint.bold(heading), ...lines.map((line) => `  ${line}`)];
}
