/** Tokens of any engine but SQL Server, by its {@link Lexis}. */
import { CODE, isDigit, isWordStart } from "../../../tsql/characters.ts";
import { toLineEnd, toMark, toTerminator } from "../../../tsql/closers.ts";
import { Scanner, type TokenKind } from "../../../tsql/scanner.ts";
import type { Unescape } from "./escapes.ts";
import type { Lexis, Quotation } from "./lexis.ts";

/** What a session's settings change of the tokens. */
export interface LexicalSettings {
  /** Do backslashes escape in plain strings? */
  backslashes: boolean;
  /** MySQL: is "text" a name (ANSI_QUOTES)? */
  ansiQuotes: boolean;
  /** What ends a statement; MySQL's client changes it by DELIMITER. */
  delimiter: string;
}

export interface TextLine {
  readonly text: string;
  /** Does the text go on behind it? */
  readonly isWhole: boolean;
}

const dollarTag = /\$(?:[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)?\$/y;
const executedComment = /\/\*M?!\d*/y;
const neverVersion = 999_999;
const hexDigits = /[0-9a-fA-F]*/y;
const slashLine = /\/[ \t]*(?=\r?\n|\r?$)/y;
const ownMarksClose: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}", "<": ">" };
const twoMarks = new Set(["||", "::"]);

export class DialectLexer extends Scanner {
  readonly #lexis: Lexis;
  readonly #settings: LexicalSettings;

  constructor(lexis: Lexis, settings: LexicalSettings, source: string, options: { final?: boolean } = {}) {
    super(source, options);
    this.#lexis = lexis;
    this.#settings = settings;
  }

  /** The rest of the current line as it stands, no tokens; undefined at the end of the text. Throws needMore as {@link next} does. */
  readLine(): TextLine | undefined {
    const newline = this.source.indexOf("\n", this.position);
    if (newline < 0) this.leaveOpen(this.position, this.position, toLineEnd);
    const end = newline < 0 ? this.source.length : newline;
    if (newline < 0 && end === this.position) return undefined;
    const text = this.source.slice(this.position, end);
    this.start = this.position;
    this.line = this.lineNow;
    this.position = newline < 0 ? end : end + 1;
    if (newline >= 0) this.lineNow++;
    this.countGaps(this.start, this.position);
    return { text: text.endsWith("\r") ? text.slice(0, -1) : text, isWhole: newline >= 0 };
  }

  protected override skipBlanksAndComments(): boolean {
    for (;;) {
      const code = this.position < this.source.length ? this.source.charCodeAt(this.position) : -1;
      if (this.skipBlank(code)) continue;
      if (code === CODE.dash && this.#beginsLineComment()) this.skipLineComment();
      else if (code === CODE.hash && this.#lexis.isMysql === true) this.skipLineComment();
      else if (code === CODE.slash && this.at(this.position + 1) === CODE.star) {
        if (this.#isExecuted()) continue;
        if (!this.skipBlockComment(this.#lexis.commentsNest === true)) return true;
      } else if (code === CODE.star && this.#lexis.isMysql === true && this.at(this.position + 1) === CODE.slash) {
        this.position += 2;
      } else return false;
    }
  }

  #beginsLineComment(): boolean {
    if (this.at(this.position + 1) !== CODE.dash) return false;
    return this.#lexis.isMysql !== true || this.at(this.position + 2) <= CODE.space;
  }

  /** Moves behind `/*!40101`: what follows is part of the script. Version 999999 is never reached: MariaDB's sandbox mark. */
  #isExecuted(): boolean {
    if (this.#lexis.isMysql !== true) return false;
    const third = this.at(this.position + 2);
    if (third !== CODE.bang && !(third === 77 && this.at(this.position + 3) === CODE.bang)) return false;
    const opening = this.matchAt(executedComment, this.position);
    if (Number(opening.replaceAll(/\D/g, "")) >= neverVersion) return false;
    this.position += opening.length;
    return true;
  }

  protected override read(code: number): TokenKind {
    const { delimiter } = this.#settings;
    if (code === delimiter.charCodeAt(0) && this.#stands(delimiter))
      return this.take("symbol", this.start + delimiter.length, ";");
    const mark = this.source[this.start] ?? "";
    const quotation = this.#lexis.quotations[mark];
    if (quotation !== undefined) return this.#readQuotation(quotation, this.start + 1);
    if (isWordStart(code)) return this.#readWord();
    if (isDigit(code) || (code === CODE.dot && isDigit(this.at(this.start + 1)))) return this.#readNumeral(code);
    if (code === CODE.at) return this.#readVariable();
    if (code === CODE.dollar && this.#lexis.dollarQuotes === true) return this.#readDollarQuoted();
    if (code === CODE.slash && this.#lexis.slashRuns === true) return this.#readSlash();
    return this.#readMark(mark);
  }

  /** Where another delimiter is set, `;` ends nothing. */
  #readMark(mark: string): TokenKind {
    if (mark === ";") return this.take("symbol", this.start + 1, "inner ;");
    const two = mark === "|" || mark === ":" ? mark + String.fromCharCode(this.at(this.start + 1)) : "";
    return twoMarks.has(two) ? this.take("symbol", this.start + 2, two) : this.take("symbol", this.start + 1, mark);
  }

  #stands(text: string): boolean {
    this.at(this.start + text.length - 1);
    return this.source.startsWith(text, this.start);
  }

  #readQuotation({ kind, close, unescape }: Quotation, from: number): TokenKind {
    const isPlain = kind === "string" && this.#settings.backslashes;
    if (kind === "string" && close === '"' && this.#settings.ansiQuotes)
      return this.readQuoted("double-quoted", CODE.doubleQuote, from);
    const rules = unescape ?? (isPlain ? this.#lexis.backslashes : undefined);
    if (rules !== undefined) return this.#readEscaped(kind, close.charCodeAt(0), from, rules);
    return this.readQuoted(kind, close.charCodeAt(0), from);
  }

  /** A backslash takes the character behind it along, a quote among them. */
  #readEscaped(kind: TokenKind, close: number, from: number, unescape: Unescape): TokenKind {
    const { source } = this;
    let isEscaped = false;
    let isDoubled = false;
    for (let at = from; at < source.length; at++) {
      const code = source.charCodeAt(at);
      if (code === CODE.backslash) {
        isEscaped = true;
        at++;
      } else if (code === close) {
        if (this.at(at + 1) !== close) {
          const text = this.#between(from, at, isDoubled);
          return this.take(kind, at + 1, isEscaped ? unescape(text) : text);
        }
        isDoubled = true;
        at++;
      }
    }
    return this.breakOff(kind, from, toMark(close, true));
  }

  /** The text with its doubled marks as one, its escapes as they stand. */
  #between(from: number, end: number, isDoubled: boolean): string {
    const mark = this.source[end] ?? "";
    this.countLines(from, end);
    const text = this.source.slice(from, end);
    return isDoubled ? text.replaceAll(/\\[\s\S]|''|""/g, (each) => undouble(each, mark)) : text;
  }

  #readWord(): TokenKind {
    const end = this.wordEnd();
    const text = this.source.slice(this.start, end);
    const upper = text.toUpperCase();
    if (this.at(end) === CODE.quote) {
      if (this.#lexis.ownMarks === true && (upper === "Q" || upper === "NQ")) return this.#readOwnMarks(end + 1);
      const quotation = this.#lexis.prefixes[upper];
      if (quotation !== undefined) return this.#readQuotation(quotation, end + 1);
    }
    this.upper = upper;
    return this.take("word", end, text);
  }

  /** Oracle's `q'[it's]'`. */
  #readOwnMarks(at: number): TokenKind {
    const open = String.fromCharCode(this.at(at));
    const close = `${ownMarksClose[open] ?? open}'`;
    const end = this.source.indexOf(close, at + 1);
    if (end < 0) return this.breakOff("string", at, toTerminator(close));
    this.countLines(at, end);
    return this.take("string", end + close.length, this.source.slice(at + 1, end));
  }

  #readNumeral(code: number): TokenKind {
    const isHex = this.#lexis.hexNumbers === true && code === 48 && (this.at(this.start + 1) | 32) === 120;
    if (!isHex) return this.readNumber();
    const digits = this.matchAt(hexDigits, this.start + 2);
    return this.take("binary", this.start + 2 + digits.length, digits);
  }

  #readVariable(): TokenKind {
    const end = this.wordEnd();
    return this.take("variable", end, this.source.slice(this.start, end));
  }

  #readDollarQuoted(): TokenKind {
    dollarTag.lastIndex = this.start;
    const tag = dollarTag.exec(this.source)?.[0];
    if (tag === undefined) {
      // A tag that may still be growing.
      if (/^\$[\w\u0080-\uFFFF]*$/.test(this.source.slice(this.start, this.start + 70))) this.at(this.source.length);
      return this.take("symbol", this.start + 1, "$");
    }
    const from = this.start + tag.length;
    const end = this.source.indexOf(tag, from);
    if (end < 0) return this.breakOff("string", from, toTerminator(tag));
    this.countLines(from, end);
    return this.take("string", end + tag.length, this.source.slice(from, end));
  }

  #readSlash(): TokenKind {
    if (!this.isBlankBefore(this.start)) return this.take("symbol", this.start + 1, "/");
    if (!this.source.includes("\n", this.start)) this.requireFinal();
    slashLine.lastIndex = this.start;
    return slashLine.test(this.source) ? this.take("go", this.start + 1, "") : this.take("symbol", this.start + 1, "/");
  }
}

function undouble(text: string, mark: string): string {
  return text === mark + mark ? mark : text;
}
