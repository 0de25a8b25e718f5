/** Statements that begin and end transactions, in all dialects. */
import type { Scanner } from "../../tsql/scanner.ts";
import type { Outcome, TransactionStep } from "./outcome.ts";

const nouns = new Set(["TRANSACTION", "TRAN", "WORK"]);

/** Undefined where it is none; the current token is the statement's first word. */
export function readTransaction(lexer: Scanner): Outcome | undefined {
  const { upper: verb } = lexer;
  if (verb === "SET") return readSwitch(lexer);
  if (!["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "SAVE", "RELEASE"].includes(verb))
    return undefined;
  lexer.next();
  const hasNoun = nouns.has(lexer.upper);
  if (hasNoun) lexer.next();
  const isTo = lexer.is("TO");
  if (isTo) lexer.next();
  if (lexer.is("SAVEPOINT")) lexer.next();
  const name = lexer.isName() || lexer.kind === "variable" ? lexer.text.toUpperCase() : undefined;
  const step = stepOf(verb, hasNoun, isTo, name);
  if (step === undefined) return undefined;
  return { kind: "transaction", step, rule: verb, ...(name === undefined ? {} : { name }) };
}

function stepOf(verb: string, hasNoun: boolean, isTo: boolean, name: string | undefined): TransactionStep | undefined {
  if (verb === "BEGIN") return name === "TRY" || name === "CATCH" ? undefined : "begin";
  if (verb === "START") return hasNoun ? "begin" : undefined;
  if (verb === "COMMIT" || verb === "END") return "commit";
  if (verb === "ROLLBACK") return isTo ? "undo" : "rollback";
  if (verb === "ABORT") return "rollback";
  return verb === "SAVEPOINT" || verb === "SAVE" ? "save" : undefined;
}

/** `SET autocommit=0`, `SET IMPLICIT_TRANSACTIONS ON`. */
function readSwitch(lexer: Scanner): Outcome | undefined {
  const words: string[] = [];
  for (; lexer.kind !== "end" && words.length < 6; lexer.next()) words.push(lexer.text.toUpperCase());
  const [, name = "", ...rest] = words.filter((word) => !["=", ":", "SESSION", "@@SESSION", "."].includes(word));
  const value = rest[0] ?? "";
  const rule = "SET";
  if (name === "AUTOCOMMIT" || name === "@@AUTOCOMMIT")
    return { kind: "transaction", rule, step: value === "0" || value === "OFF" ? "manual" : "auto" };
  if (name === "IMPLICIT_TRANSACTIONS") return { kind: "transaction", rule, step: value === "ON" ? "manual" : "auto" };
  return undefined;
}
