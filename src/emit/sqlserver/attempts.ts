/**
 * Statements of which one may fail without the others: an index over rows that are twice, a permission for a user who is gone. What failed is told at the end, all
 * at once. SQL Server 2000 has no TRY: there each error is told by itself, and the script may be run again.
 */
import { raise } from "./batches.ts";
import { nationalLiteral } from "./strings.ts";
import type { VersionRules } from "./versions.ts";

const failures = "#tablesalvage_failures";

export interface Attempt {
  /** For people: `index IX_State of dbo.Orders`. */
  readonly what: string;
  /** Only where it holds. */
  readonly condition?: string;
  readonly statements: readonly string[];
}

function indent(lines: readonly string[], depth: string): string {
  return lines.map((text) => text.replaceAll(/^/gm, depth)).join("\n");
}

/** One batch. */
function attempt({ what, condition, statements }: Attempt, rules: VersionRules): string {
  const body = rules.sysViews
    ? [
        "BEGIN TRY",
        indent(statements, "  "),
        "END TRY",
        "BEGIN CATCH",
        `  INSERT INTO ${failures} ([what], [message]) VALUES (${nationalLiteral(what)}, ERROR_MESSAGE())`,
        "END CATCH",
      ]
    : statements;
  return condition === undefined ? body.join("\n") : `IF ${condition}\nBEGIN\n${indent(body, "  ")}\nEND`;
}

/** Batches around a script's attempts. An error must not end the batch that catches it. */
export function attempts(each: readonly Attempt[], rules: VersionRules): string[] {
  const batches = each.map((one) => attempt(one, rules));
  if (!rules.sysViews) return ["SET XACT_ABORT OFF", ...batches];
  return [
    "SET XACT_ABORT OFF",
    `IF OBJECT_ID(N'tempdb..${failures}') IS NOT NULL DROP TABLE ${failures}`,
    `CREATE TABLE ${failures} ([what] nvarchar(1000) NOT NULL, [message] nvarchar(4000) NULL)`,
    ...batches,
    [
      `IF EXISTS (SELECT * FROM ${failures})`,
      "BEGIN",
      `  SELECT [what], [message] FROM ${failures}`,
      `  ${raise("tablesalvage: not all could be made; see above. Put right what is said there, and run this file again in a new connection.")}`,
      "END",
    ].join("\n"),
    `DROP TABLE ${failures}`,
  ];
}
