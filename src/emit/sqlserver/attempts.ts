/**
 * Statements of which one may fail without the others: an index over rows that are twice, a permission for a user who is gone. What failed is told at the end, all
 * at once. SQL Server 2000 has no TRY: there an error is told where it comes, and the next batch, to which @@ERROR still tells of it, notes it.
 */
import type { ModuleSetting } from "../../schema/model.ts";
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
  /** Settings that the statements keep, and that are off for them. */
  readonly settingsOff?: readonly ModuleSetting[];
}

function indent(lines: readonly string[], depth: string): string {
  return lines.map((text) => text.replaceAll(/^/gm, depth)).join("\n");
}

/** System procedures leave a transaction of their own open where they fail; one that was there before is not ours to end. */
function tried(what: string, statements: readonly string[]): string[] {
  return [
    "DECLARE @open int",
    "SET @open = @@TRANCOUNT",
    "BEGIN TRY",
    indent(statements, "  "),
    "END TRY",
    "BEGIN CATCH",
    "  IF @open = 0 AND @@TRANCOUNT > 0 ROLLBACK TRANSACTION",
    `  INSERT INTO ${failures} ([what], [message]) VALUES (${nationalLiteral(what)}, ERROR_MESSAGE())`,
    "END CATCH",
  ];
}

function attempt({ what, condition, statements, settingsOff = [] }: Attempt, rules: VersionRules): string[] {
  const body = rules.sysViews ? tried(what, statements) : statements;
  const batch = condition === undefined ? body.join("\n") : `IF ${condition}\nBEGIN\n${indent(body, "  ")}\nEND`;
  const noted = rules.sysViews
    ? []
    : [`IF @@ERROR <> 0 INSERT INTO ${failures} ([what], [message]) VALUES (${nationalLiteral(what)}, N'see above')`];
  const set = (state: "ON" | "OFF"): string[] =>
    settingsOff.length === 0 ? [] : [`SET ${settingsOff.join(", ")} ${state}`];
  return [...set("OFF"), batch, ...noted, ...set("ON")];
}

/** How the last batch begins, where something failed: to tools and to `apply` it is the one that counts. */
const notAllMade = "tablesalvage: not all could be made; see above (of several errors in one, the last).";

/** Batches around a script's attempts. An error must not end the batch that catches it. */
export function attempts(each: readonly Attempt[], rules: VersionRules): string[] {
  return [
    "SET XACT_ABORT OFF",
    `IF OBJECT_ID(N'tempdb..${failures}') IS NOT NULL DROP TABLE ${failures}`,
    `CREATE TABLE ${failures} ([what] nvarchar(1000) NOT NULL, [message] nvarchar(4000) NULL)`,
    ...each.flatMap((one) => attempt(one, rules)),
  ];
}

/** The last batches of a script of attempts. State 127 ends osql with a code of failure, also without -b. */
export function attemptsEnd(rules: VersionRules): string[] {
  const message = `${notAllMade} Put right what is said there, and run this file again in a new connection.`;
  return [
    [
      `IF EXISTS (SELECT * FROM ${failures})`,
      "BEGIN",
      `  SELECT [what], [message] FROM ${failures}`,
      `  ${rules.sysViews ? raise(message) : raise(message).replace(/1\)$/, "127)")}`,
      "END",
    ].join("\n"),
    `DROP TABLE ${failures}`,
  ];
}
