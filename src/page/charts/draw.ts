/** Charts are drawn while the report is built: the page holds pictures, no code that draws. */
import type { Config, Spec } from "vega";

export interface Chart {
  readonly width: number;
  readonly height: number;
  /** What the picture shows, in words. */
  readonly label: string;
  readonly data: NonNullable<Spec["data"]>;
  readonly scales?: NonNullable<Spec["scales"]>;
  readonly axes?: NonNullable<Spec["axes"]>;
  readonly marks: NonNullable<Spec["marks"]>;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly label: string;
  /** What stands between `<svg>` and `</svg>`. */
  readonly inner: string;
}

/** Room for a name at the left of its bar. */
export const nameWidth = 150;

/** The width that charts are laid out for, in the sheet's pixels. */
export const chartWidth = 720;

/** Colours are variables of the sheet, so that dark and light need no second picture. */
const config = {
  aria: false,
  font: "inherit",
  text: { fill: "var(--ink)", font: "inherit", fontSize: 12 },
  axis: {
    aria: false,
    domainColor: "var(--line-strong)",
    gridColor: "var(--line)",
    tickColor: "var(--line-strong)",
    labelColor: "var(--muted)",
    labelFont: "inherit",
    labelFontSize: 11,
    titleColor: "var(--muted)",
  },
} as Config;

/** Nothing in a chart clips or blends: ids, which vega counts globally, would depend on what was drawn before. */
export async function draw({ width, height, label, ...parts }: Chart): Promise<Drawing> {
  const { parse, View } = await import("vega");
  const view = new View(parse({ ...parts, width, height, padding: 0, autosize: "none", config }), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return { width, height, label, inner: svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")) };
}
