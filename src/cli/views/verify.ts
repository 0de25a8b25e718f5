/** What `verify` found. */
import type { VerifyReport } from "../../pipeline.ts";
import { section, table } from "../terminal.ts";
import type { Cell, Paint } from "../terminal.ts";
import { count, counted, printable, showValue } from "../text.ts";

type Difference = VerifyReport["first"][number];

function differenceLine({ table: name, key, kind, column, expected, found }: Difference): string {
  const row = `${printable(name)} ${printable(key)}`;
  if (kind === "missing") return `${row} is not there`;
  if (kind === "extra") return `${row} is there, and was not to be rebuilt`;
  return `${row} ${printable(column ?? "")}: ${showValue(found)} instead of ${showValue(expected)}`;
}

function lackingLines({ tables }: VerifyReport): string[] {
  return tables.flatMap(({ table: name, lackingColumns }) =>
    lackingColumns.length === 0
      ? []
      : [`${printable(name)} has no column ${lackingColumns.map(printable).join(", ")} in the database`],
  );
}

export function verifyView(report: VerifyReport, relative: (file: string) => string, paint: Paint): string {
  const alarming = (number: number): Cell => ({ text: count(number), paint: number === 0 ? paint.dim : paint.yellow });
  const layout = [
    { head: "table", wraps: true },
    { head: "expected", align: "right" as const },
    { head: "found", align: "right" as const },
    { head: "missing", align: "right" as const },
    { head: "extra", align: "right" as const },
    { head: "rows that differ", align: "right" as const },
    { head: "cells", align: "right" as const },
  ];
  const rows = report.tables.map((each) => [
    printable(each.table),
    count(each.expected),
    count(each.found),
    alarming(each.missing),
    alarming(each.extra),
    alarming(each.different),
    alarming(each.cells),
  ]);
  const total = report.tables.reduce((sum, { missing, extra, cells }) => sum + missing + extra + cells, 0);
  const all = `All ${counted(total, "difference")}: ${printable(relative(report.list.path))}`;
  const differences = report.first.map(differenceLine);
  return [
    `${printable(report.target)} ${report.isSame ? "holds exactly what was to be rebuilt" : "differs from what was to be rebuilt"}`,
    "",
    table(layout, rows, paint),
    ...section("Worth knowing", report.notes.map(printable), paint),
    ...section("Differences", [...lackingLines(report), ...differences, ...(total > 0 ? [all] : [])], paint),
  ].join("\n");
}
