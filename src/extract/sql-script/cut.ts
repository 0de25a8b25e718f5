/** What the end of the script cuts: set aside no further than to where a statement seems to begin. */
import { cutWarning, type Script } from "./script.ts";
import { findStatement, linesOf } from "./statement-start.ts";

/**
 * `text`: what was read since `line`, and ends inside of something. Hands `keep` what has to be set aside; where a line of it looks like
 * the first of a statement, reading goes on there.
 */
export function setAside(script: Script, text: string, line: number, keep: (text: string) => void): void {
  const { ledger } = script;
  const found = script.mayReadAgain(text.length) ? findStatement(text, ledger.long?.offset) : undefined;
  if (found === undefined) {
    ledger.warn(cutWarning, line, "loss");
    keep(text);
    return;
  }
  const resumed = line + linesOf(text.slice(0, found));
  script.lexer.putBack(text.slice(found), resumed);
  warnOfResuming(script, line, resumed);
  keep(text.slice(0, found));
}

export function warnOfResuming({ ledger }: Script, line: number, resumed: number): void {
  ledger.warn(
    `what begins here does not end: a quote or a parenthesis is missing; all up to line ${resumed} is set aside, where a statement seems to begin`,
    line,
    "loss",
  );
}
