/** How the engines' SQL falls into tokens: what quotes what, what escapes, what is a comment. Each fact is in the engine's manual. */
import type { TokenKind } from "../../../tsql/scanner.ts";
import { unescapeMysql, unescapePostgres, type Unescape } from "./escapes.ts";

/** A quotation: what closes it, what it is, and what its backslashes mean. */
export interface Quotation {
  readonly close: string;
  readonly kind: TokenKind;
  readonly unescape?: Unescape;
}

export interface Lexis {
  /** By the mark that opens it. */
  readonly quotations: Readonly<Record<string, Quotation>>;
  /** By the word right before a quote, in upper case: `x'00ff'`. */
  readonly prefixes: Readonly<Record<string, Quotation>>;
  /** Are strings and "…" under backslashes (until a setting says otherwise), and by which rules? */
  readonly backslashes?: Unescape;
  readonly commentsNest?: true;
  /** `#` begins a comment, `--` only before a blank, and conditional comments (`/*!40101 …`) are run. */
  readonly isMysql?: true;
  /** `$tag$…$tag$`. */
  readonly dollarQuotes?: true;
  /** `q'[…]'`. */
  readonly ownMarks?: true;
  /** `0xFF` are bytes. */
  readonly hexNumbers?: true;
  /** `/` alone on its line runs what stands before it. */
  readonly slashRuns?: true;
}

const name = { kind: "double-quoted", close: '"' } as const;
const string = { kind: "string", close: "'" } as const;
const hex = { kind: "binary", close: "'" } as const;
const bits = { kind: "bits", close: "'" } as const;

/** https://dev.mysql.com/doc/refman/8.4/en/lexical-structure.html, https://mariadb.com/kb/en/comment-syntax/ */
export const mysqlLexis: Lexis = {
  quotations: { "'": string, '"': { kind: "string", close: '"' }, "`": { kind: "bracketed", close: "`" } },
  prefixes: { X: hex, B: bits, N: string },
  backslashes: unescapeMysql,
  isMysql: true,
  hexNumbers: true,
};

/** https://www.postgresql.org/docs/current/sql-syntax-lexical.html */
export const postgresLexis: Lexis = {
  quotations: { "'": string, '"': name },
  prefixes: { X: hex, B: bits, N: string, E: { ...string, unescape: unescapePostgres } },
  backslashes: unescapePostgres,
  commentsNest: true,
  dollarQuotes: true,
};

/** https://www.sqlite.org/lang_expr.html#literal_values_constants_, https://www.sqlite.org/lang_keywords.html */
export const sqliteLexis: Lexis = {
  quotations: {
    "'": string,
    '"': name,
    "`": { kind: "bracketed", close: "`" },
    "[": { kind: "bracketed", close: "]" },
  },
  prefixes: { X: hex },
};

/** https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Literals.html, and SQL*Plus for the slash. */
export const oracleLexis: Lexis = {
  quotations: { "'": string, '"': name },
  prefixes: { N: string },
  ownMarks: true,
  slashRuns: true,
};
