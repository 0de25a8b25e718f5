/** Tables and colours for the terminal. */
import Table from "cli-table3";
import colors from "picocolors";
import type { Environment } from "../recipe/environment.ts";

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

/** A table without lines, at most `width` columns wide. Cells are printable and may hold line feeds. */
export function table(
  layout: readonly ColumnLayout[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  width = lineWidth,
): string {
  const widths = fitWidths(layout, rows, width - gap * (layout.length - 1));
  const built = new Table({
    head: layout.map(({ head }) => paint.dim(head)),
    chars: noBorders,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
    colAligns: layout.map(({ align }) => align ?? "left"),
    colWidths: widths,
    wordWrap: true,
  });
  built.push(...rows.map((row) => row.map((cell, index) => wrapped(cell, widths[index] ?? 0))));
  const lines = built.toString().split("\n");
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** Takes from the widest column that wraps until all fit. */
function fitWidths(layout: readonly ColumnLayout[], rows: readonly (readonly string[])[], available: number): number[] {
  const widths = layout.map(({ head }, index) =>
    Math.max(...[head, ...rows.flatMap((row) => (row[index] ?? "").split("\n"))].map(columnsOf)),
  );
  const wrapping = layout.flatMap(({ wraps }, index) => (wraps === true ? [index] : []));
  for (let excess = widths.reduce((sum, each) => sum + each, 0) - available; excess > 0; excess--) {
    const widest = wrapping.toSorted((left, right) => (widths[right] ?? 0) - (widths[left] ?? 0))[0];
    if (widest === undefined || (widths[widest] ?? 0) <= narrowest) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const colorCodes = new RegExp(String.raw`\u001B\[\d+m`, "g");

/** Terminal columns that a text takes at most: what lies beyond the Latin scripts may take two. */
function columnsOf(text: string): number {
  return text.replaceAll(colorCodes, "").replaceAll(/[^\0-\u02FF]/gu, "##").length;
}

/** Wraps between words, unless a word alone is too wide: the table would cut that, and nothing may be hidden. */
function wrapped(content: string, width: number): Table.CellOptions {
  const words = content.split(/\s/);
  return { content, wrapOnWordBoundary: words.every((word) => columnsOf(word) <= width) };
}

/** A heading, then lines of text; nothing where there are none. */
export function section(heading: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : ["", paint.bold(heading), ...lines.map((line) => `  ${line}`)];
}
