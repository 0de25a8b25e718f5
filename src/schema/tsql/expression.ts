/** Where a scalar expression ends. Its text is kept verbatim; nothing evaluates it. */
import type { TokenReader } from "./reader.ts";

const operators = new Set(["+", "-", "*", "/", "%", "&", "|", "^"]);
const signs = new Set(["+", "-", "~"]);
const literals = new Set(["string", "national-string", "binary", "number", "money"]);
/** Words that begin the next clause of a column: an expression is missing where one stands. */
const clauseWords = new Set([
  "NOT",
  "CONSTRAINT",
  "PRIMARY",
  "UNIQUE",
  "CHECK",
  "FOREIGN",
  "REFERENCES",
  "DEFAULT",
  "FOR",
]);

/** Reads one scalar expression (`getdate()`, `-1`, `N'a' + N'b'`, `a.GetLevel()`) and returns its verbatim text. */
export function readExpression(reader: TokenReader): string {
  const { start } = reader.token;
  skipOperand(reader);
  while (reader.token.kind === "symbol" && operators.has(reader.token.text)) {
    reader.next();
    skipOperand(reader);
  }
  return reader.textFrom(start);
}

/** Reads `( … )` and returns the text inside. */
export function readParenthesized(reader: TokenReader): string {
  const { start } = reader.token;
  skipParenthesized(reader);
  return reader
    .textFrom(start + 1)
    .slice(0, -1)
    .trim();
}

/** Moves past `( … )`, nested ones included. */
export function skipParenthesized(reader: TokenReader): void {
  reader.expectSymbol("(");
  for (let depth = 1; depth > 0; reader.next()) {
    if (reader.token.kind === "end" || reader.token.kind === "go") throw reader.expected('")"');
    if (reader.isSymbol("(")) depth++;
    else if (reader.isSymbol(")")) depth--;
  }
}

function skipOperand(reader: TokenReader): void {
  while (reader.token.kind === "symbol" && signs.has(reader.token.text)) reader.next();
  if (reader.isSymbol("(")) skipParenthesized(reader);
  else if (reader.isSymbol("{")) skipEscape(reader);
  else if (reader.is("CASE")) skipCase(reader);
  else if (reader.is("NEXT") && reader.peek().upper === "VALUE") skipNextValue(reader);
  else if (literals.has(reader.token.kind)) reader.next();
  else if ((reader.isName() && !clauseWords.has(reader.token.upper)) || reader.token.kind === "variable") reader.next();
  else throw reader.expected("an expression");
  skipSuffixes(reader);
}

/** Calls, members, and what may follow an operand: `.b`, `::Parse(…)`, `(…)`, `COLLATE c`, `AT TIME ZONE z`, `OVER (…)`. */
function skipSuffixes(reader: TokenReader): void {
  for (;;) {
    if (reader.isSymbol("(")) skipParenthesized(reader);
    else if (reader.takeSymbol(".")) reader.expectName("a name");
    else if (reader.isSymbol(":") && reader.peek().text === ":") skipStaticMember(reader);
    else if (reader.take("COLLATE")) reader.expectName("a collation");
    else if (reader.is("AT") && reader.peek().upper === "TIME") skipTimeZone(reader);
    else if (!reader.take("OVER")) return;
  }
}

function skipStaticMember(reader: TokenReader): void {
  reader.next();
  reader.next();
  reader.expectName("a method's name");
}

function skipTimeZone(reader: TokenReader): void {
  reader.next();
  reader.next();
  reader.expect("ZONE");
  skipOperand(reader);
}

/** `NEXT VALUE FOR dbo.Numbers`; the rest of the name is a suffix. */
function skipNextValue(reader: TokenReader): void {
  reader.next();
  reader.next();
  reader.expect("FOR");
  reader.expectName("a sequence's name");
}

function skipCase(reader: TokenReader): void {
  let depth = 0;
  do {
    if (reader.token.kind === "end" || reader.token.kind === "go") throw reader.expected("END");
    if (reader.is("CASE")) depth++;
    else if (reader.is("END")) depth--;
    reader.next();
  } while (depth > 0);
}

/** An ODBC escape: `{fn NOW()}`, `{d '2026-03-14'}`. */
function skipEscape(reader: TokenReader): void {
  while (!reader.isSymbol("}")) {
    if (reader.token.kind === "end" || reader.token.kind === "go") throw reader.expected('"}"');
    reader.next();
  }
  reader.next();
}
