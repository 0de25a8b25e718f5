/** SET statements that change how what follows is read. */
import { orderOfFormat, orderOfLanguage } from "./date-order.ts";
import { readTable } from "./names.ts";
import type { Script } from "./script.ts";

/**
 * Reads a SET as far as it matters here, from the word behind SET on. Returns what it does, to be done when the
 * statement's head is read; the current token is left for what passes over the rest.
 */
export function readSetting(script: Script): (() => void) | undefined {
  const { lexer } = script;
  if (lexer.is("DATEFORMAT")) return readOrder(script, "DATEFORMAT", orderOfFormat);
  if (lexer.is("LANGUAGE")) return readOrder(script, "LANGUAGE", orderOfLanguage);
  if (lexer.is("IDENTITY_INSERT")) return readIdentityInsert(script);
  return lexer.kind === "word" ? readSwitches(script) : undefined;
}

function readOrder(script: Script, what: string, find: typeof orderOfFormat): () => void {
  const { lexer, session, ledger } = script;
  const { line } = lexer;
  lexer.next();
  const value = lexer.text;
  lexer.next();
  return () => {
    session.dateOrder = find(value);
    if (session.dateOrder === undefined)
      ledger.warn(`SET ${what} ${value} is not followed: rows with dates as text go to quarantine from here on`, line);
  };
}

function readIdentityInsert(script: Script): (() => void) | undefined {
  const { lexer, session } = script;
  lexer.next();
  const table = readTable(lexer, session);
  if (table === undefined) return undefined;
  const isOn = lexer.is("ON");
  lexer.next();
  return () => session.setIdentityInsert(table.key, isOn);
}

/** `SET QUOTED_IDENTIFIER, ANSI_NULLS ON` sets all of its list. */
function readSwitches(script: Script): (() => void) | undefined {
  const { lexer, session } = script;
  let isQuoted = false;
  for (;;) {
    isQuoted ||= lexer.is("QUOTED_IDENTIFIER") || lexer.is("ANSI_DEFAULTS");
    lexer.next();
    if (!lexer.isSymbol(",")) break;
    lexer.next();
  }
  if (!isQuoted || (!lexer.is("ON") && !lexer.is("OFF"))) return undefined;
  const isOn = lexer.is("ON");
  lexer.next();
  return () => (session.quotedIdentifier = isOn);
}
