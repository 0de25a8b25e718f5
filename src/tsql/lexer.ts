/**
 * T-SQL tokens, from a text that may still be growing. Readers of schemas and of INSERT scripts share it.
 * Facts: Transact-SQL reference, "Constants", "Identifiers", "Comment", "Backslash", and sqlcmd's batch separator.
 */

import { CODE, currencySigns, isBlank, isDigit, isWordPart, isWordStart } from "./characters.ts";

export type TokenKind =
  | "word" // unquoted name or keyword; `upper` holds it in upper case
  | "bracketed" // [name], ]] undoubled
  | "double-quoted" // "text": a name or a string, as QUOTED_IDENTIFIER has it
  | "string" // 'text'
  | "national-string" // N'text'
  | "binary" // 0x…, `text` holds the hex digits
  | "number" // 1 · 1.5 · .5 · 1e5, unsigned
  | "money" // $1.50, `text` without the sign of currency
  | "variable" // @name, @@name
  | "symbol" // one operator or punctuation mark
  | "go" // the batch separator, alone on its line; `text` holds its count
  | "directive" // a sqlcmd line: :setvar …, !! …
  | "broken" // a literal, name or comment that the text ends inside of
  | "end";

/** Thrown where a token touches the end of a text that is not final: append and read the token again. */
export const needMore = Symbol("more text is needed");

const goLine = /[ \t]*(\d*)[ \t]*;?[ \t]*(?:--[^\r\n]*)?(?=\r?\n|\r?$)/y;
const numberForm = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d*)?/y;
/** No commas: `$1,2` is two values ("Using Monetary Data": comma separators are not allowed in constants). */
const amountForm = /[ \t]*[+-]?[ \t]*\d*(?:\.\d*)?/y;
/** One run of digits, or the end of a line within them: repeated in a single pattern, a large image overflows the stack. */
const binaryPiece = /[0-9a-fA-F]+|\\\r?\n/y;
const continuation = /\\\r?\n/g;
/** What may turn out to be a continuation once more text is there. */
const halfContinuation = /\\\r?$/y;

/** What a position in the text is, to come back to it. */
export interface Mark {
  readonly position: number;
  readonly line: number;
}

export class Lexer {
  kind: TokenKind = "end";
  /** The token's meaning: a name without its quotes, a string's value, a number's digits. */
  text = "";
  /** `text` in upper case for words; empty for all other kinds, so that a quoted name is never a keyword. */
  upper = "";
  /** Where the token begins and ends in the text. */
  start = 0;
  end = 0;
  /** 1-based line of the token's beginning. */
  line = 1;

  #source: string;
  #final: boolean;
  #position = 0;
  #lineNow: number;
  /** Is the part of the current line that `refill` dropped blank? */
  #blankBefore = true;
  /** The length of that part. */
  #columnsBefore = 0;

  /** `final`: nothing follows `source`. */
  constructor(source: string, options: { final?: boolean; line?: number } = {}) {
    this.#source = source;
    this.#final = options.final ?? true;
    this.#lineNow = options.line ?? 1;
  }

  /** Before the next token. */
  mark(): Mark {
    return { position: this.#position, line: this.#lineNow };
  }

  reset(mark: Mark): void {
    this.#position = mark.position;
    this.#lineNow = mark.line;
  }

  /** Characters from the next token to the end of the text so far. */
  get pending(): number {
    return this.#source.length - this.#position;
  }

  /** Drops what was read and appends more; positions begin anew at 0. */
  refill(more: string, final: boolean): void {
    this.#blankBefore = this.#isBlankBefore(this.#position);
    this.#columnsBefore = this.#columnAt(this.#position) - 1;
    this.#source = this.#source.slice(this.#position) + more;
    this.#position = 0;
    this.#final = final;
  }

  /** The verbatim text between two positions. */
  slice(start: number, end: number): string {
    return this.#source.slice(start, end);
  }

  /** Is this token the word `word` (upper case)? */
  is(word: string): boolean {
    return this.kind === "word" && this.upper === word;
  }

  isSymbol(mark: string): boolean {
    return this.kind === "symbol" && this.text === mark;
  }

  /** A name in any of its three forms, under QUOTED_IDENTIFIER ON. */
  isName(): boolean {
    return this.kind === "word" || this.kind === "bracketed" || this.kind === "double-quoted";
  }

  /** 1-based column of the token. */
  get column(): number {
    return this.#columnAt(this.start);
  }

  #columnAt(position: number): number {
    const newline = position === 0 ? -1 : this.#source.lastIndexOf("\n", position - 1);
    return position - newline + (newline < 0 ? this.#columnsBefore : 0);
  }

  /** Moves to the next token. Throws {@link needMore} where a text that is not final ends within it. */
  next(): TokenKind {
    const broken = this.#skipBlanksAndComments();
    this.start = this.#position;
    this.line = this.#lineNow;
    this.upper = "";
    if (broken) return this.#take("broken", this.#source.length, "comment");
    if (this.start >= this.#source.length) {
      this.#requireFinal();
      return this.#take("end", this.start, "");
    }
    return this.#read(this.#source.charCodeAt(this.start));
  }

  #read(code: number): TokenKind {
    if (code === CODE.quote) return this.#readQuoted("string", CODE.quote, this.start + 1);
    if ((code === 78 || code === 110) && this.#at(this.start + 1) === CODE.quote)
      return this.#readQuoted("national-string", CODE.quote, this.start + 2);
    if (isWordStart(code)) return this.#readWord();
    if (code === CODE.bracketOpen) return this.#readQuoted("bracketed", CODE.bracketClose, this.start + 1);
    if (code === CODE.doubleQuote) return this.#readQuoted("double-quoted", CODE.doubleQuote, this.start + 1);
    if (isDigit(code) || (code === CODE.dot && isDigit(this.#at(this.start + 1)))) return this.#readNumber();
    if (code === CODE.at) return this.#readVariable();
    if (currencySigns.has(this.#source[this.start] ?? "")) return this.#readMoney();
    if ((code === CODE.colon || code === CODE.bang) && this.#isDirective(code)) return this.#readDirective();
    return this.#take("symbol", this.start + 1, this.#source[this.start] ?? "");
  }

  #take(kind: TokenKind, end: number, text: string): TokenKind {
    this.kind = kind;
    this.end = end;
    this.text = text;
    this.#position = end;
    return kind;
  }

  /** The code at a position that the token needs to see. */
  #at(position: number): number {
    if (position >= this.#source.length) {
      this.#requireFinal();
      return -1;
    }
    return this.#source.charCodeAt(position);
  }

  #requireFinal(): void {
    // oxlint-disable-next-line only-throw-error -- a signal, not an error: no stack is wanted for it
    if (!this.#final) throw needMore;
  }

  /** Returns true where the text ends inside a comment. */
  #skipBlanksAndComments(): boolean {
    for (;;) {
      const code = this.#position < this.#source.length ? this.#source.charCodeAt(this.#position) : -1;
      if (code === CODE.lf) {
        this.#lineNow++;
        this.#position++;
      } else if (isBlank(code)) {
        this.#position++;
      } else if (code === CODE.dash && this.#at(this.#position + 1) === CODE.dash) {
        this.#skipLineComment();
      } else if (code === CODE.slash && this.#at(this.#position + 1) === CODE.star) {
        if (!this.#skipBlockComment()) return true;
      } else return false;
    }
  }

  #skipLineComment(): void {
    const end = this.#source.indexOf("\n", this.#position);
    if (end < 0) this.#requireFinal();
    this.#position = end < 0 ? this.#source.length : end;
  }

  /** Block comments nest. Returns false where the text ends first. */
  #skipBlockComment(): boolean {
    let depth = 0;
    let lines = 0;
    for (let at = this.#position; at < this.#source.length; at++) {
      const code = this.#source.charCodeAt(at);
      if (code === CODE.lf) lines++;
      else if (code === CODE.slash && this.#source.charCodeAt(at + 1) === CODE.star) {
        depth++;
        at++;
      } else if (code === CODE.star && this.#source.charCodeAt(at + 1) === CODE.slash) {
        depth--;
        at++;
        if (depth === 0) {
          this.#position = at + 1;
          this.#lineNow += lines;
          return true;
        }
      }
    }
    this.#requireFinal();
    return false;
  }

  #readQuoted(kind: TokenKind, close: number, from: number): TokenKind {
    const mark = String.fromCharCode(close);
    let doubled = false;
    let end = this.#source.indexOf(mark, from);
    while (end >= 0 && this.#at(end + 1) === close) {
      doubled = true;
      end = this.#source.indexOf(mark, end + 2);
    }
    if (end < 0) {
      this.#requireFinal();
      this.#countLines(from, this.#source.length);
      return this.#take("broken", this.#source.length, kind);
    }
    this.#countLines(from, end);
    let text = this.#source.slice(from, end);
    if (doubled) text = text.replaceAll(mark + mark, mark);
    // GOTCHAS 7: the server itself removes a backslash and the newline after it.
    if (close === CODE.quote && text.includes("\\")) text = text.replace(continuation, "");
    return this.#take(kind, end + 1, text);
  }

  /** Looks no further than `to`: each token of a long line would search all of it. */
  #countLines(from: number, to: number): void {
    const text = this.#source.slice(from, to);
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#lineNow++;
  }

  #readWord(): TokenKind {
    let end = this.start + 1;
    while (isWordPart(this.#at(end))) end++;
    const text = this.#source.slice(this.start, end);
    const upper = text.toUpperCase();
    if (upper === "GO" && this.#isBlankBefore(this.start)) {
      if (!this.#source.includes("\n", end)) this.#requireFinal();
      goLine.lastIndex = end;
      const count = goLine.exec(this.#source);
      if (count !== null) return this.#take("go", end + count[0].length, count[1] ?? "");
    }
    this.upper = upper;
    return this.#take("word", end, text);
  }

  /** Does nothing but blanks stand between the position and the beginning of its line? */
  #isBlankBefore(position: number): boolean {
    let at = position - 1;
    while (at >= 0 && (this.#source.charCodeAt(at) === CODE.space || this.#source.charCodeAt(at) === CODE.tab)) at--;
    if (at < 0) return this.#blankBefore;
    return this.#source.charCodeAt(at) === CODE.lf || this.#source.charCodeAt(at) === CODE.byteOrderMark;
  }

  /** The text of a form that always matches; asks for more where the match touches the end. */
  #matchAt(form: RegExp, position: number): string {
    form.lastIndex = position;
    const text = form.exec(this.#source)?.[0] ?? "";
    if (position + text.length >= this.#source.length) this.#requireFinal();
    return text;
  }

  #readNumber(): TokenKind {
    if (this.#source.charCodeAt(this.start) === 48 && (this.#at(this.start + 1) | 32) === 120) {
      return this.#readBinary();
    }
    const text = this.#matchAt(numberForm, this.start);
    return this.#take("number", this.start + text.length, text);
  }

  #readBinary(): TokenKind {
    let end = this.start + 2;
    for (binaryPiece.lastIndex = end; binaryPiece.test(this.#source);) end = binaryPiece.lastIndex;
    if (end >= this.#source.length) this.#requireFinal();
    halfContinuation.lastIndex = end;
    if (halfContinuation.test(this.#source)) this.#requireFinal();
    this.#countLines(this.start, end);
    return this.#take("binary", end, this.#source.slice(this.start + 2, end).replaceAll(continuation, ""));
  }

  #readVariable(): TokenKind {
    let end = this.start + 1;
    while (isWordPart(this.#at(end))) end++;
    return this.#take("variable", end, this.#source.slice(this.start, end));
  }

  #readMoney(): TokenKind {
    const amount = this.#matchAt(amountForm, this.start + 1);
    // A currency sign alone is zero; what follows it is an operator then, or the next token.
    const text = /\d/.test(amount) ? amount : "";
    return this.#take("money", this.start + 1 + text.length, text.replaceAll(/[ \t]/g, ""));
  }

  #isDirective(code: number): boolean {
    return (
      this.#isBlankBefore(this.start) &&
      (code === CODE.colon ? /[a-zA-Z]/ : /!/).test(String.fromCharCode(this.#at(this.start + 1)))
    );
  }

  #readDirective(): TokenKind {
    const newline = this.#source.indexOf("\n", this.start);
    if (newline < 0) this.#requireFinal();
    const end = newline < 0 ? this.#source.length : newline;
    return this.#take("directive", end, this.#source.slice(this.start, end).trimEnd());
  }
}
