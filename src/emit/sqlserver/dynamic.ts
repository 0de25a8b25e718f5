/**
 * Statements in the schema's own words: triggers, checks, defaults. They are run from a text, in which no tool sees a line of GO, a command or a `$(…)`, and
 * behind an IF, where CREATE TRIGGER and CREATE SCHEMA cannot stand themselves.
 */
import type { VersionRules } from "./versions.ts";
import { cut, nationalLiteral, nvarcharLimit } from "./strings.ts";

const plain = /^N'(?:[^']|'')*'$/;

/** Few enough breaks and tabs that a literal stays readable; no longer than an nvarchar of 2000. */
const mostSpecial = 60;
// oxlint-disable-next-line no-control-regex -- control characters are what is counted
const special = /[\u0000-\u001f\u007f-\u009f]/g;

/** The statement line by line, in pieces of which each is a literal of its own. */
function piecesOf(statement: string): string[] {
  const pieces: string[] = [];
  let [piece, count] = ["", 0];
  for (const line of statement.split(/(?<=\n)/).flatMap((text) => cut(text, nvarcharLimit))) {
    const more = line.match(special)?.length ?? 0;
    if (piece !== "" && (piece.length + line.length > nvarcharLimit || count + more > mostSpecial)) {
      pieces.push(piece);
      [piece, count] = ["", 0];
    }
    piece += line;
    count += more;
  }
  return [...pieces, piece];
}

/** `EXEC (N'…')`. What it declares is named `@sql`: one a batch. */
export function execute(statement: string, rules: VersionRules): string {
  const pieces = piecesOf(statement).map(nationalLiteral);
  const [first = ""] = pieces;
  if (pieces.length === 1 && plain.test(first)) return `EXEC (${first})`;
  // EXEC takes texts and variables, no functions such as NCHAR.
  if (rules.maxTypes)
    return [
      "DECLARE @sql nvarchar(max)",
      ...pieces.map((piece, at) => `SET @sql = ${at === 0 ? "" : "@sql + "}${piece}`),
      "EXEC (@sql)",
    ].join("\n");
  const names = pieces.map((_, at) => `@sql${at + 1}`);
  return [
    `DECLARE ${names.map((name) => `${name} nvarchar(${nvarcharLimit})`).join(", ")}`,
    ...pieces.map((piece, at) => `SET ${names[at]} = ${piece}`),
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
