/**
 * Statements in the schema's own words: triggers, checks, defaults. They are run from a text, in which no tool sees a line of GO, a command or a `$(…)`, and
 * behind an IF, where CREATE TRIGGER and CREATE SCHEMA cannot stand themselves.
 */
import type { VersionRules } from "./versions.ts";
import { cut, nationalLiteral, nvarcharLimit } from "./strings.ts";

const plain = /^N'(?:[^']|'')*'$/;

/** `EXEC (N'…')`. What it declares is named `@sql`: one a batch. */
export function execute(statement: string, rules: VersionRules): string {
  const whole = nationalLiteral(statement.slice(0, nvarcharLimit));
  if (statement.length <= nvarcharLimit && plain.test(whole)) return `EXEC (${whole})`;
  // EXEC takes texts and variables, no functions such as NCHAR.
  if (rules.maxTypes) return `DECLARE @sql nvarchar(max)\nSET @sql = ${nationalLiteral(statement)}\nEXEC (@sql)`;
  const pieces = cut(statement, nvarcharLimit);
  const names = pieces.map((_, at) => `@sql${at + 1}`);
  return [
    `DECLARE ${names.map((name) => `${name} nvarchar(${nvarcharLimit})`).join(", ")}`,
    ...pieces.map((piece, at) => `SET ${names[at]} = ${nationalLiteral(piece)}`),
    `EXEC (${names.join(" + ")})`,
  ].join("\n");
}

/** Can the words of the schema stand in a script as they are, on a line of their own? */
export function isHarmless(sql: string): boolean {
  return plain.test(nationalLiteral(sql)) && !sql.includes("--") && !sql.includes("/*");
}

/** `IF …` with several statements behind it. */
export function onlyIf(condition: string, ...statements: readonly string[]): string {
  return `IF ${condition}\nBEGIN\n${statements.join("\n")}\nEND`;
}
