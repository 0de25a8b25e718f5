/**
 * SQL that stands in a recipe (`where`, `query`), looked at before it is put into a statement: it must be one expression, or one SELECT, that
 * cannot end what stands around it. The server's own parser judges the rest.
 */
import { UserError } from "../../errors.ts";

/** The tokens of a dialect: text, quoted names, comments, words, numbers, operators. The first form that fits is taken. */
export interface Lexis {
  /** Whole literals and quoted names. */
  readonly quoted: RegExp;
  readonly comment: RegExp;
  /** What would stand for a value that the statement does not have: `$1`, `?`. */
  readonly parameter: RegExp | undefined;
}

/** https://www.postgresql.org/docs/current/sql-syntax-lexical.html, with standard_conforming_strings on. */
export const postgresLexis: Lexis = {
  quoted:
    /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[\s\S]*?\1/y,
  comment: /--|\/\*/y,
  parameter: /\$\d/y,
};

/** https://dev.mysql.com/doc/refman/8.4/en/literals.html, with an empty sql_mode. `--` begins a comment before a blank, and is refused anywhere. */
export const mysqlLexis: Lexis = {
  quoted: /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`/y,
  comment: /--|\/\*|#/y,
  parameter: undefined,
};

const word = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const number = /\d[\w.]*/y;

export interface Token {
  readonly kind: "quoted" | "comment" | "parameter" | "word" | "number" | "sign";
  readonly text: string;
}

/** Blanks are left out. */
export function tokensOf(sql: string, lexis: Lexis): Token[] {
  const forms = Object.entries({ ...lexis, word, number }) as [Token["kind"], RegExp | undefined][];
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length;) {
    const token = tokenAt(sql, at, forms);
    at += token.text.length;
    if (token.text.trim() !== "") tokens.push(token);
  }
  return tokens;
}

function tokenAt(sql: string, at: number, forms: readonly [Token["kind"], RegExp | undefined][]): Token {
  for (const [kind, form] of forms) {
    if (form === undefined) continue;
    form.lastIndex = at;
    const text = form.exec(sql)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return { kind: "sign", text: sql[at] ?? "" };
}

const closes: Readonly<Record<string, string>> = { "(": ")", "[": "]" };

/** Ends a sentence that begins with the fragment; undefined where nothing in it can end what stands around it. */
function faultOf(tokens: readonly Token[]): string | undefined {
  const open: string[] = [];
  for (const { kind, text } of tokens) {
    if (kind === "comment") return "holds a comment";
    if (kind === "parameter") return `holds ${text}…, which stands for a value that is not given`;
    if (kind !== "sign") continue;
    if (text === ";") return "holds a `;`, which would end the statement";
    if (/['"`\0]/.test(text)) return "holds a quote that is not closed";
    const closing = closes[text];
    if (closing !== undefined) open.push(closing);
    else if ((text === ")" || text === "]") && open.pop() !== text) return `holds a \`${text}\` that nothing opens`;
  }
  return open.length === 0 ? undefined : `lacks a \`${open.at(-1)}\``;
}

/** Throws UserError unless the recipe's `where` is one expression. */
export function checkExpression(where: string, lexis: Lexis): void {
  const tokens = tokensOf(where, lexis);
  const fault = tokens.length === 0 ? "is empty" : faultOf(tokens);
  if (fault === undefined) return;
  throw new UserError({
    what: `\`where\` (${where.trim()}) ${fault}`,
    remedy: "Write one condition, as it would stand in parentheses behind WHERE",
  });
}

/** What a SELECT can do besides reading: lock rows, write to files or variables. As words before others, never as names of columns. */
const beyondReading: readonly (readonly [what: string, form: RegExp])[] = [
  ["locks rows", /\bFOR (?:NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)\b|\bLOCK IN SHARE MODE\b/],
  ["writes with INTO", /\bINTO\b/],
];

/** Throws UserError unless the recipe's `query` is one SELECT (or WITH … SELECT) that does nothing but read. */
export function checkQuery(query: string, lexis: Lexis): void {
  const tokens = tokensOf(query, lexis);
  const fault = faultOf(tokens) ?? faultOfQuery(tokens);
  if (fault === undefined) return;
  throw new UserError({
    what: `\`query\` ${fault}`,
    remedy: "Write exactly one SELECT, without comments and without `;` at its end",
  });
}

function faultOfQuery(tokens: readonly Token[]): string | undefined {
  const first = tokens.find(({ text }) => text !== "(");
  if (first === undefined) return "is empty";
  if (!/^(?:SELECT|WITH)$/i.test(first.text)) return `begins with ${first.text}, and only SELECT is allowed`;
  const words = tokens.map(({ kind, text }) => (kind === "word" ? text.toUpperCase() : "·")).join(" ");
  return beyondReading.find(([, form]) => form.test(words))?.[0];
}
