/** The results of the single steps: check, extract, reconcile, emit, status. */
import type { EmitReport, ExtractReport, SourceStatus, Status } from "../../pipeline.ts";
import type { TableSummary } from "../../report/summary.ts";
import { section, table } from "../terminal.ts";
import type { Paint } from "../terminal.ts";
import { count, printable } from "../text.ts";
import { failedAssertions } from "./assertions.ts";
import { quarantineLines, readAgain, sourceTable } from "./sources.ts";
import { recoveryTable } from "./tables.ts";

export function extractView(report: ExtractReport, paint: Paint): string {
  return [
    sourceTable(report.sources, paint),
    ...section("Worth knowing", report.notes.map(printable), paint),
    ...section("For people to decide", quarantineLines(report.sources), paint),
    ...section("Next", [...readAgain(report.sources, report.unchanged), "salvage reconcile"], paint),
  ].join("\n");
}

export function reconcileView(tables: readonly TableSummary[], paint: Paint): string {
  const recovered = tables.map((summary) => ({ summary, from: [] }));
  return [recoveryTable(recovered, paint), ...section("Next", ["salvage emit"], paint)].join("\n");
}

export function emitView(
  { result, notes, summary }: EmitReport,
  relative: (file: string) => string,
  paint: Paint,
): string {
  const layout = [
    { head: "script", wraps: true },
    { head: "purpose", wraps: true },
    { head: "rows", align: "right" as const },
    { head: "bytes", align: "right" as const },
  ];
  const rows = result.files.map((file) => [
    printable(relative(file.path)),
    file.table === undefined ? file.purpose : `${file.purpose} ${printable(file.table)}`,
    file.rows === undefined ? "" : count(file.rows),
    count(file.bytes),
  ]);
  return [
    table(layout, rows, paint),
    ...section("Worth knowing", notes.map(printable), paint),
    ...section("For people to decide", failedAssertions(summary), paint),
  ].join("\n");
}

const stateWords: Readonly<Record<SourceStatus["state"], string>> = {
  staged: "staged",
  changed: "changed since it was read",
  missing: "its files are gone",
  "not-read": "not read yet",
};

function stepLine({ reconciled, hasNewDecisions, emitted, verdict }: Status): string {
  if (hasNewDecisions) return "decisions were noted since the last run; next: salvage run";
  if (emitted) return `scripts written${verdict === null ? "" : `; the last run ended ${verdict}`}`;
  return reconciled ? "reconciled; next: salvage emit" : "not reconciled yet; next: salvage run";
}

export function statusView(status: Status, relative: (file: string) => string, paint: Paint): string {
  const layout = [
    { head: "source", wraps: true },
    { head: "state", wraps: true },
    { head: "staged", align: "right" as const },
    { head: "quarantined", align: "right" as const },
  ];
  const rows = status.sources.map(({ id, state, summary }) => [
    printable(id),
    state === "staged" ? stateWords[state] : { text: stateWords[state], paint: paint.yellow },
    summary === null ? "" : count(summary.staged),
    summary === null ? "" : count(summary.quarantined),
  ]);
  const heading = `${paint.bold(printable(status.incident))} in ${printable(relative(status.directory))}`;
  return [heading, stepLine(status), "", table(layout, rows, paint)].join("\n");
}
