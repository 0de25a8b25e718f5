/** `90-verify.sql`: counts and digests on the server, one row of result a check, an error where one does not hold. */
import type { EmitRequest } from "../emitter.ts";
import { encodingCheck, raise, settings } from "./batches.ts";
import type { Count } from "./counts.ts";
import { comments } from "../common/comments.ts";
import type { TableFacts } from "./digests.ts";
import { trustCounts } from "./foreign-keys.ts";
import { tableIdentifier } from "./identifiers.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { keptCells } from "./log.ts";
import { identityTarget } from "./reseed.ts";
import { nationalLiteral } from "./strings.ts";
import type { VersionRules } from "./versions.ts";

const results = "#tablesalvage_checks";

/** A check is an INSERT of its own batch: where it fails altogether, its result is missing, and that counts as failed. */
function check({ what, expected, found = "COUNT_BIG(*)", from }: Count, operator: "=" | ">="): string {
  return [
    `INSERT INTO ${results} ([check], expected, found, holds)`,
    `SELECT ${nationalLiteral(what)}, ${expected}, ${found}, CASE WHEN ${found} ${operator} ${expected} THEN 1 ELSE 0 END`,
    from,
  ].join("\n");
}

function rowCount({ emit }: PlannedTable): Count {
  return {
    what: `rows of ${emit.table.id}`,
    expected: String(emit.rowCount),
    from: `FROM ${tableIdentifier(emit.table)}`,
  };
}

/** What the next id is given after must be no less than every id that any source shows; a table that never had a row begins with it. */
function identityCheck({ emit }: PlannedTable, margin: number): Count[] {
  const target = identityTarget(emit, margin);
  if (target === undefined) return [];
  const name = nationalLiteral(tableIdentifier(emit.table));
  return [
    {
      what: `identity of ${emit.table.id} at ${target.value} or beyond`,
      expected: "1",
      from: `FROM (SELECT 1 AS one) AS one WHERE IDENT_CURRENT(${name}) ${target.isRising ? ">=" : "<="} ${target.value}`,
    },
  ];
}

const setUp = [
  `IF OBJECT_ID(N'tempdb..${results}') IS NOT NULL DROP TABLE ${results}`,
  `CREATE TABLE ${results} ([check] nvarchar(1000) NOT NULL, expected decimal(38, 0) NOT NULL, found decimal(38, 0) NOT NULL, holds int NOT NULL)`,
];

function verdict(count: number): string[] {
  return [
    `SELECT [check], expected, found, CASE WHEN holds = 1 THEN N'ok' ELSE N'FAILED' END AS result FROM ${results} ORDER BY [check]`,
    `IF (SELECT COUNT(*) FROM ${results} WHERE holds = 1) <> ${count}\n  ${raise("tablesalvage: the rebuilt tables are not as they should be; see the checks above.")}\nELSE PRINT N'tablesalvage: all checks hold'`,
    `DROP TABLE ${results}`,
  ];
}

/** With `ifExists: skip` other rows may have been there before: then a table has at least what was emitted, and what they hold is unknown. */
export function verificationBatches(
  request: EmitRequest,
  plan: readonly PlannedTable[],
  facts: readonly TableFacts[],
  rules: VersionRules,
): string[] {
  const isAlone = request.ifExists === "stop";
  const checks = [
    ...plan.map((planned) => check(rowCount(planned), isAlone ? "=" : ">=")),
    ...(isAlone ? facts.flatMap((table) => table.counts()) : []).map((count) => check(count, "=")),
    ...plan.flatMap((planned) => identityCheck(planned, request.reseedMargin)).map((count) => check(count, "=")),
    ...trustCounts(plan, request, rules).map((count) => check(count, "=")),
  ];
  const left = request.since === undefined ? [] : [keptCells(request)];
  const introduction = comments([
    `tablesalvage: verification of incident ${request.incident}, for SQL Server ${request.version}.`,
    "It reads, and writes only to a temporary table.",
  ]);
  return [`${introduction}\n${settings}`, encodingCheck, ...setUp, ...checks, ...left, ...verdict(checks.length)];
}
