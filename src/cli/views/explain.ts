import type { ExplainedCell, ExplainedClaim, Explanation } from "../../pipeline.ts";
import { lineWidth, table } from "../terminal.ts";
import type { Cell, ColumnLayout, Paint } from "../terminal.ts";
import { printable, showTime, showValue } from "../text.ts";

const indent = 2;
/** The claims below show more of a long value. */
const headingValue = 40;

const layout: readonly ColumnLayout[] = [
  { head: "" },
  { head: "source", wraps: true },
  { head: "as of" },
  { head: "value", wraps: true },
  { head: "where", wraps: true },
  { head: "outcome", wraps: true },
];

function claimRow(claim: ExplainedClaim, paint: Paint): Cell[] {
  const stands = /^(?:won|stands)/.test(claim.outcome);
  const outcome = printable(claim.outcome);
  return [
    stands ? { text: "*", paint: paint.green } : " ",
    printable(claim.source),
    showTime(claim.time),
    claim.isSilent === true ? "not said" : showValue(claim.value),
    printable(claim.locator),
    stands ? { text: outcome, paint: paint.green } : outcome,
  ];
}

/** `resolved, by rule latest` · `contested: 2 values, no rule decided` */
function verdictOf(cell: ExplainedCell): string {
  const rule = cell.rule === null ? "" : `, by rule ${cell.rule}`;
  return `${cell.class}${rule}${cell.reason === null ? "" : `: ${cell.reason}`}`;
}

function cellLines(cell: ExplainedCell, paint: Paint): string[] {
  const heading = `${paint.bold(printable(cell.column))} = ${showValue(cell.value, headingValue)}`;
  const claims = cell.claims.map((claim) => claimRow(claim, paint));
  const evidence = claims.length === 0 ? [] : table(layout, claims, paint, lineWidth - indent).split("\n");
  const lines = [printable(verdictOf(cell)), ...evidence];
  return ["", heading, ...lines.map((line) => " ".repeat(indent) + line)];
}

/** Claims, times, sources and places of a row's cells, and why each value won or lost. */
export function explainView(explanation: Explanation, paint: Paint): string {
  const { table: name, key, verdict, cells } = explanation;
  const heading = `${paint.bold(`${printable(name)} ${printable(key)}`)}: ${printable(verdict)}`;
  return [heading, ...cells.flatMap((cell) => cellLines(cell, paint))].join("\n");
}
