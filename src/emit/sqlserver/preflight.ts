/** `00-preflight.sql`: is this the right database, in the right state, read in the right encoding? */
import type { EmitRequest, EmitTable } from "../emitter.ts";
import { encodingCheck, raise, settings } from "./batches.ts";
import { hasRows, shortName, tableMissing } from "./checks.ts";
import { comments } from "../common/comments.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { reviewLines } from "../common/review-lines.ts";

function introduction(request: EmitRequest, plan: readonly PlannedTable[]): string {
  return comments([
    ...request.warnings.map((warning) => `WARNING: ${warning}`),
    `tablesalvage: rebuild scripts of incident ${request.incident}, for SQL Server ${request.version}.`,
    "Run this file first, then the others in the order of manifest.json, each in a connection of its own.",
    "With sqlcmd: -b, and -f 65001 for files in UTF-8. A file that stops has changed nothing; run it again when the cause is gone.",
    ...plan.flatMap(({ emit }) => [
      `${emit.table.id}: ${emit.rowCount} ${emit.rowCount === 1 ? "row" : "rows"}`,
      ...reviewLines(emit).map((line) => `  ${line}`),
    ]),
  ]);
}

function failure(message: string): string {
  return `BEGIN\n  ${raise(message)}\n  SET @failures = @failures + 1\nEND`;
}

function tableChecks(emit: EmitTable, ifExists: EmitRequest["ifExists"]): string {
  const missing = tableMissing(emit.table);
  const first = `IF ${missing.condition}\n${failure(missing.message)}`;
  if (ifExists === "skip") return first;
  const filled = `tablesalvage: table ${shortName(emit.table)} is not empty. If a load was begun, go on with its first file that is not in; else set target.ifExists to skip.`;
  return `${first}\nELSE IF ${hasRows(emit.table)}\n${failure(filled)}`;
}

/** All faults are told at once; any of them keeps the session from doing more. */
export function preflightBatches(request: EmitRequest, plan: readonly PlannedTable[]): string[] {
  const checks = plan.map(({ emit }) => tableChecks(emit, request.ifExists));
  return [
    `${introduction(request, plan)}\n${settings}`,
    encodingCheck,
    [
      "DECLARE @failures int",
      "SET @failures = 0",
      ...checks,
      "IF @failures > 0 SET NOEXEC ON",
      "ELSE PRINT N'tablesalvage: preflight passed'",
    ].join("\n"),
  ];
}
