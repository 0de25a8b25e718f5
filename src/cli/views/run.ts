/** The end of `salvage run`: it is read by a tired person at night. */
import path from "node:path";
import type { RunReport } from "../../pipeline.ts";
import type { Summary } from "../../report/summary.ts";
import { section } from "../terminal.ts";
import type { Paint } from "../terminal.ts";
import { count, counted, printable } from "../text.ts";
import { failedAssertions } from "./assertions.ts";
import { quarantineLines, readAgain } from "./sources.ts";
import { recoveryTable } from "./tables.ts";

export interface RunViewOptions {
  readonly paint: Paint;
  /** As the person wrote it: goes into the commands to type next. */
  readonly dir: string | undefined;
  readonly relative: (file: string) => string;
}

function total(summary: Summary, pick: (table: Summary["tables"][number]) => number): number {
  return summary.tables.reduce((sum, table) => sum + pick(table), 0);
}

function headline(summary: Summary, paint: Paint): string {
  const rows = `${counted(
    total(summary, (table) => table.emitted),
    "row",
  )} in ${counted(summary.tables.length, "table")}`;
  const name = paint.bold(printable(summary.incident));
  if (summary.verdict === "clean") return `${name}: ${rows} recovered, ${paint.green("nothing left to decide")}`;
  if (summary.verdict === "failed") return `${name}: ${paint.red("failed")}; ${rows} recovered`;
  return `${name}: ${rows} recovered, ${paint.yellow("people are needed")}`;
}

/** The path of one of the run's lists, as a person would write it. */
function listPath(report: RunReport, name: string, relative: (file: string) => string): string {
  const output = report.summary.outputs.find((each) => each.path.endsWith(`/${name}`));
  return output === undefined ? "" : printable(relative(path.join(path.dirname(report.scripts), output.path)));
}

function listedIn(file: string): string[] {
  return file === "" ? [] : [`  all of them: ${file}`];
}

/** Cells, rows and records that need people, and where to look at them. */
function reviewLines(report: RunReport, { dir, relative }: RunViewOptions): string[] {
  const { summary, findings } = report;
  const { losses, unparsed, kept } = findings;
  const contested = total(summary, (table) => table.cells.contested);
  const nulled = total(summary, (table) => table.cells.nulled);
  const defaulted = total(summary, (table) => table.cells.defaulted);
  const withheld = total(summary, (table) => table.withheld);
  const where = dir === undefined ? "" : ` --dir ${printable(dir)}`;
  const review = `salvage review${where}`;
  const quarantine = quarantineLines(summary.sources);
  return [
    ...failedAssertions(summary),
    ...(contested > 0 ? [`${counted(contested, "cell")} contested: ${review}`] : []),
    ...(nulled > 0 ? [`${counted(nulled, "cell")} emitted as NULL, as the recipe says: ${review}`] : []),
    ...(defaulted > 0 ? [`${counted(defaulted, "cell")} filled with a default, as the recipe says`] : []),
    ...(contested + nulled + defaulted > 0 ? listedIn(listPath(report, "conflicts.csv", relative)) : []),
    ...(withheld > 0 ? [`${counted(withheld, "row")} withheld, not in the scripts: ${review}`] : []),
    ...(withheld > 0 ? listedIn(listPath(report, "withheld.csv", relative)) : []),
    ...(kept > 0 ? [`${counted(kept, "row")} emitted that the target will refuse, as the recipe says`] : []),
    ...(unparsed > 0 ? [`${counted(unparsed, "cell")} kept as raw text: the values do not fit their columns`] : []),
    ...(unparsed > 0 ? listedIn(listPath(report, "unparsed.csv", relative)) : []),
    ...losses.map((loss) => `records are missing: ${printable(loss)}`),
    ...quarantine,
    ...(quarantine.length > 0 ? listedIn(listPath(report, "quarantine.csv", relative)) : []),
  ];
}

/** People look rather than read. */
function pageLines(report: RunReport, relative: (file: string) => string): string[] {
  const page = listPath(report, "index.html", relative);
  return page === "" ? [] : [`Open ${page} in a browser: what was found, and what is left to decide`];
}

function scriptLines(report: RunReport, relative: (file: string) => string): string[] {
  const names = report.summary.outputs.map((output) => printable(output.path.split("/").at(-1) ?? ""));
  const [first, ...others] = names.filter((name) => /^\d.*\.sql$/.test(name));
  const folder = printable(relative(report.scripts));
  if (first === undefined) return [`No scripts were written to ${folder}.`];
  const order = others.length === 0 ? "" : `, then the others (${count(others.length)}) in the order of their names`;
  const loader = names.includes("load.sh") ? ["or load.sh (load.cmd), which runs them all with sqlcmd;"] : [];
  return [
    `The scripts are in ${folder}`,
    `Run ${first} first${order};`,
    ...loader,
    "or let salvage apply --target URL run them.",
  ];
}

/** An empty table may be as it should be; a table that nobody thought of is not. */
function withoutRows({ tables }: Summary): string[] {
  return tables.filter(({ keys }) => keys === 0).map(({ table }) => `${table}: no source has rows of it`);
}

export function runView(report: RunReport, options: RunViewOptions): string {
  const { paint, relative } = options;
  const { summary } = report;
  const from = new Map(report.tables.map((table) => [table.table, table.from]));
  const tables = summary.tables.map((table) => ({ summary: table, from: from.get(table.table) ?? [] }));
  return [
    headline(summary, paint),
    "",
    recoveryTable(tables, paint),
    ...section("Worth knowing", [...report.notes, ...withoutRows(summary)].map(printable), paint),
    ...section("For people to decide", reviewLines(report, options), paint),
    ...section(
      "Next",
      [
        ...pageLines(report, relative),
        ...scriptLines(report, relative),
        ...readAgain(summary.sources, report.unchanged),
      ],
      paint,
    ),
  ].join("\n");
}
