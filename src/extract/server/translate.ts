/**
 * CHECK conditions and defaults of other servers as T-SQL, where both mean the same: comparisons, IN, BETWEEN, LIKE, IS NULL, AND, OR, NOT over columns
 * and constants. Functions, regular expressions, JSON and the like have no translation.
 */
import { mysqlLexis, postgresLexis, tokensOf } from "./sql-fragment.ts";
import type { Lexis, Token } from "./sql-fragment.ts";

const lexes = { postgres: postgresLexis, mysql: mysqlLexis } as const satisfies Record<string, Lexis>;

export type Dialect = keyof typeof lexes;

/** The condition without parentheses around it; undefined where it says what T-SQL does not. */
export function translateCheck(expression: string, dialect: Dialect): string | undefined {
  return translated(expression, dialect, (reader) => withoutParentheses(readAlternatives(reader)));
}

/** A constant; undefined for everything else, such as the time of the insert. */
export function translateDefault(expression: string, dialect: Dialect): string | undefined {
  return translated(expression, dialect, readConstant);
}

class NotTranslatable extends Error {}

function translated(sql: string, dialect: Dialect, read: (reader: Reader) => string): string | undefined {
  const reader = new Reader(tokensOf(sql, lexes[dialect]));
  try {
    const text = read(reader);
    return reader.isAtEnd ? text : undefined;
  } catch (error) {
    if (error instanceof NotTranslatable) return undefined;
    throw error;
  }
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Takes these tokens, words without regard to case, if all of them come next. */
  take(...texts: readonly string[]): boolean {
    if (!this.#comes(texts)) return false;
    this.#at += texts.length;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw new NotTranslatable();
  }

  /** Takes the next token if it is of this kind. */
  takeKind(kind: Token["kind"]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind) return undefined;
    this.#at++;
    return token.text;
  }

  /** What `read` yields; undefined, and nothing is taken, where it cannot. */
  attempt(read: () => string): string | undefined {
    const start = this.#at;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NotTranslatable)) throw error;
      this.#at = start;
      return undefined;
    }
  }

  #comes(texts: readonly string[]): boolean {
    return texts.every((text, index) => this.#tokens[this.#at + index]?.text.toUpperCase() === text);
  }
}

function readAlternatives(reader: Reader): string {
  const parts = [readAll(reader)];
  while (reader.take("OR")) parts.push(readAll(reader));
  return parts.join(" OR ");
}

function readAll(reader: Reader): string {
  const parts = [readCondition(reader)];
  while (reader.take("AND")) parts.push(readCondition(reader));
  return parts.join(" AND ");
}

function readCondition(reader: Reader): string {
  if (reader.take("NOT")) return `NOT ${readCondition(reader)}`;
  return reader.attempt(() => readNested(reader)) ?? readComparison(reader);
}

function readNested(reader: Reader): string {
  reader.expect("(");
  const inner = readAlternatives(reader);
  reader.expect(")");
  return `(${inner})`;
}

/** As written, and as T-SQL has it. The longer come first. */
const operators: readonly (readonly [written: readonly string[], operator: string])[] = [
  [["<", ">"], "<>"],
  [["!", "="], "<>"],
  [["<", "="], "<="],
  [[">", "="], ">="],
  [["<"], "<"],
  [[">"], ">"],
  [["="], "="],
];

function readComparison(reader: Reader): string {
  const left = readOperand(reader);
  if (reader.take("IS", "NOT", "NULL")) return `${left} IS NOT NULL`;
  if (reader.take("IS", "NULL")) return `${left} IS NULL`;
  if (reader.take("=", "ANY")) return `${left} IN (${readArray(reader)})`;
  // PostgreSQL's own names for LIKE and NOT LIKE.
  if (reader.take("~", "~")) return `${left} LIKE ${readPattern(reader)}`;
  if (reader.take("!", "~", "~")) return `${left} NOT LIKE ${readPattern(reader)}`;
  const operator = operators.find(([written]) => reader.take(...written))?.[1];
  if (operator !== undefined) return `${left} ${operator} ${readOperand(reader)}`;
  const not = reader.take("NOT") ? "NOT " : "";
  return `${left} ${not}${readMembership(reader)}`;
}

function readMembership(reader: Reader): string {
  if (reader.take("LIKE")) return `LIKE ${readPattern(reader)}`;
  if (reader.take("BETWEEN")) {
    const least = readOperand(reader);
    reader.expect("AND");
    return `BETWEEN ${least} AND ${readOperand(reader)}`;
  }
  reader.expect("IN");
  reader.expect("(");
  const members = readList(reader);
  reader.expect(")");
  return `IN (${members})`;
}

function readList(reader: Reader): string {
  const members = [readOperand(reader)];
  while (reader.take(",")) members.push(readOperand(reader));
  return members.join(", ");
}

/** `(ARRAY['a'::text, 'b'::text])`, with or without parentheses and a cast around it: what PostgreSQL makes of IN. */
function readArray(reader: Reader): string {
  if (reader.take("(")) {
    const inner = readArray(reader);
    reader.expect(")");
    skipCast(reader);
    return inner;
  }
  reader.expect("ARRAY");
  reader.expect("[");
  const members = readList(reader);
  reader.expect("]");
  skipCast(reader);
  return members;
}

/** A pattern without what one of the servers takes for more than itself. */
function readPattern(reader: Reader): string {
  const pattern = readOperand(reader);
  if (!pattern.startsWith("N'") || /[[\]\\^]/.test(pattern)) throw new NotTranslatable();
  return pattern;
}

function readOperand(reader: Reader): string {
  let text = readTerm(reader);
  for (;;) {
    const sign = ["+", "-", "*"].find((each) => reader.take(each));
    if (sign === undefined) return text;
    text = `${text} ${sign} ${readTerm(reader)}`;
  }
}

function readTerm(reader: Reader): string {
  const text = reader.attempt(() => readConstant(reader)) ?? readParenthesized(reader) ?? readName(reader);
  skipCast(reader);
  return text;
}

function readParenthesized(reader: Reader): string | undefined {
  if (!reader.take("(")) return undefined;
  const inner = readOperand(reader);
  reader.expect(")");
  return `(${inner})`;
}

const words: Readonly<Record<string, string>> = { TRUE: "1", FALSE: "0" };

/** A number, a text or a truth, with the casts that PostgreSQL shows; none that makes something else of it. */
function readConstant(reader: Reader): string {
  if (reader.take("(")) {
    const inner = readConstant(reader);
    reader.expect(")");
    skipCast(reader);
    return inner;
  }
  const sign = reader.take("-") ? "-" : "";
  const number = reader.takeKind("number");
  const text = number === undefined ? readText(reader, sign) : `${sign}${plainNumber(number)}`;
  skipCast(reader);
  return text;
}

function plainNumber(written: string): string {
  if (!/^\d+(?:\.\d+)?$/.test(written)) throw new NotTranslatable();
  return written;
}

function readText(reader: Reader, sign: string): string {
  const word = Object.keys(words).find((each) => reader.take(each));
  if (sign === "" && word !== undefined) return words[word] ?? "";
  // MySQL shows the character set of a text before it.
  reader.take("_UTF8MB4");
  const quoted = reader.takeKind("quoted");
  if (sign !== "" || quoted?.startsWith("'") !== true || quoted.includes("\\")) throw new NotTranslatable();
  return `N${quoted}`;
}

const keywords = new Set("AND OR NOT IN IS NULL BETWEEN LIKE ANY ARRAY CASE SELECT EXISTS".split(" "));

/** A column; a name with a parenthesis behind it is a function's, and no column follows it. */
function readName(reader: Reader): string {
  const quoted = reader.takeKind("quoted");
  if (quoted !== undefined) return bracketed(unquoted(quoted));
  const word = reader.takeKind("word");
  if (word === undefined || keywords.has(word.toUpperCase()) || reader.take("(")) throw new NotTranslatable();
  return bracketed(word);
}

function unquoted(quoted: string): string {
  const mark = quoted[0] ?? "";
  if (mark !== '"' && mark !== "`") throw new NotTranslatable();
  return quoted.slice(1, -1).replaceAll(mark + mark, mark);
}

function bracketed(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

/** Casts to these make other values of what they are written behind. */
const changing = new Set(["BYTEA", "REGCLASS", "INTEGER", "SMALLINT", "BIGINT", "BOOLEAN", "BIT", "INTERVAL"]);
const furtherWords = ["VARYING", "PRECISION", "WITHOUT", "WITH", "TIME", "ZONE"];

/** `::character varying(10)[]`, however often. */
function skipCast(reader: Reader): void {
  while (reader.take(":", ":")) {
    const name = reader.takeKind("word") ?? reader.takeKind("quoted");
    if (name === undefined || changing.has(name.toUpperCase())) throw new NotTranslatable();
    if (reader.take(".")) reader.takeKind("word");
    while (furtherWords.some((word) => reader.take(word)));
    if (reader.take("(")) {
      while (reader.takeKind("number") !== undefined) reader.take(",");
      reader.expect(")");
    }
    while (reader.take("[", "]"));
  }
}

/** Whole expressions come in parentheses of their own; the model writes them without. */
function withoutParentheses(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  const inner = text.slice(1, -1);
  return isBalanced(inner) ? withoutParentheses(inner) : text;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const [sign] of text.replaceAll(/N'(?:[^']|'')*'|\[(?:[^\]]|\]\])*\]/g, "").matchAll(/[()]/g)) {
    depth += sign === "(" ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
