/** What the lexers of all dialects of SQL have in common: a text that may still be growing, positions in it, tokens of every form. */
import { CODE, isBlank, isWordPart } from "./characters.ts";
import { type Closer, type OpenToken, toCommentEnd, toLineEnd, toMark, toWordEnd } from "./closers.ts";

export type TokenKind =
  | "word" // unquoted name or keyword; `upper` holds it in upper case
  | "bracketed" // [name], ]] undoubled; `name` of MySQL
  | "double-quoted" // "text": a name or a string, as QUOTED_IDENTIFIER has it
  | "string" // 'text'
  | "national-string" // N'text'
  | "binary" // 0x… and x'…', `text` holds the hex digits
  | "bits" // b'0101', `text` holds the digits
  | "number" // 1 · 1.5 · .5 · 1e5, unsigned
  | "money" // $1.50, `text` without the sign of currency
  | "variable" // @name, @@name
  | "symbol" // one operator or punctuation mark
  | "go" // the batch separator, alone on its line; `text` holds its count
  | "directive" // a sqlcmd line: :setvar …, !! …
  | "broken" // a literal, name or comment that the text ends inside of
  | "end";

export type { OpenToken } from "./closers.ts";

/** Thrown where a token touches the end of a text that is not final: append and read the token again. */
export const needMore = Symbol("more text is needed");

const numberForm = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d*)?/y;

/** What a position in the text is, to come back to it. */
export interface Mark {
  readonly position: number;
  readonly line: number;
}

export abstract class Scanner {
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

  /** What the text ends inside of, where {@link needMore} was thrown for that. */
  open: OpenToken | undefined;

  protected source: string;
  protected position = 0;
  protected lineNow: number;
  #final: boolean;
  /** Is the part of the current line that `refill` dropped blank? */
  #blankBefore = true;
  /** The length of that part. */
  #columnsBefore = 0;
  /** Where text was left out, and how many lines with it. */
  #gaps: readonly { readonly at: number; readonly lines: number }[] = [];

  /** `final`: nothing follows `source`. */
  constructor(source: string, options: { final?: boolean; line?: number } = {}) {
    this.source = source;
    this.#final = options.final ?? true;
    this.lineNow = options.line ?? 1;
  }

  /** Reads the token that begins at `start` with this character. */
  protected abstract read(code: number): TokenKind;

  /** Moves behind blanks and comments; returns true where the text ends inside a comment. */
  protected abstract skipBlanksAndComments(): boolean;

  /** Before the next token. */
  mark(): Mark {
    return { position: this.position, line: this.lineNow };
  }

  reset(mark: Mark): void {
    this.position = mark.position;
    this.lineNow = mark.line;
  }

  /** Characters from the next token to the end of the text so far. */
  get pending(): number {
    return this.source.length - this.position;
  }

  /** Drops what was read and appends more; positions begin anew at 0. */
  refill(more: string, final: boolean): void {
    this.#blankBefore = this.isBlankBefore(this.position);
    this.#columnsBefore = this.#columnAt(this.position) - 1;
    const dropped = this.position;
    this.source = this.source.slice(dropped) + more;
    this.#gaps = this.#gaps.filter(({ at }) => at >= dropped).map(({ at, lines }) => ({ at: at - dropped, lines }));
    this.position = 0;
    this.#final = final;
  }

  /** Puts a stand-in for the text from `from` on, of which `lines` are left out, and `rest` behind it. */
  leaveOut(from: number, standIn: string, lines: number, rest: string, final: boolean): void {
    this.source = this.source.slice(0, from) + standIn + rest;
    // Within the stand-in's word: the blank before it may be passed, and more text be needed then.
    const at = standIn.length > 1 ? from + 1 : from;
    this.#gaps = [...this.#gaps.filter((gap) => gap.at < from), { at, lines }];
    this.#final = final;
    this.open = undefined;
  }

  /** Puts text that was read, and begins a line, back before what was not. */
  putBack(text: string, line: number): void {
    this.#blankBefore = true;
    this.#columnsBefore = 0;
    this.#gaps = [];
    this.source = text + this.source.slice(this.position);
    this.position = 0;
    this.lineNow = line;
  }

  /** Counts the lines that were left out between two positions. */
  protected countGaps(from: number, to: number): void {
    for (const { at, lines } of this.#gaps) if (at >= from && at < to) this.lineNow += lines;
  }

  /** Does nothing follow the text? */
  get isFinal(): boolean {
    return this.#final;
  }

  /** Of the text so far. */
  get length(): number {
    return this.source.length;
  }

  /** The line of a position behind the next token. */
  lineAt(position: number): number {
    const { lineNow } = this;
    this.countLines(this.position, position);
    this.countGaps(this.position, position);
    const line = this.lineNow;
    this.lineNow = lineNow;
    return line;
  }

  /** The verbatim text between two positions. */
  slice(start: number, end: number): string {
    return this.source.slice(start, end);
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
    const newline = position === 0 ? -1 : this.source.lastIndexOf("\n", position - 1);
    return position - newline + (newline < 0 ? this.#columnsBefore : 0);
  }

  /** Moves to the next token. Throws {@link needMore} where a text that is not final ends within it. */
  next(): TokenKind {
    this.open = undefined;
    const before = this.position;
    const broken = this.skipBlanksAndComments();
    if (this.#gaps.length > 0) this.countGaps(before, this.position);
    this.start = this.position;
    this.line = this.lineNow;
    this.upper = "";
    if (broken) {
      this.countLines(this.position, this.source.length);
      return this.take("broken", this.source.length, "comment");
    }
    if (this.start >= this.source.length) {
      this.requireFinal();
      return this.take("end", this.start, "");
    }
    this.read(this.source.charCodeAt(this.start));
    if (this.#gaps.length > 0) this.countGaps(this.start, this.position);
    return this.kind;
  }

  protected take(kind: TokenKind, end: number, text: string): TokenKind {
    this.kind = kind;
    this.end = end;
    this.text = text;
    this.position = end;
    return kind;
  }

  /** The code at a position that the token needs to see. */
  protected at(position: number): number {
    if (position >= this.source.length) {
      this.requireFinal();
      return -1;
    }
    return this.source.charCodeAt(position);
  }

  protected requireFinal(): void {
    // oxlint-disable-next-line only-throw-error -- a signal, not an error: no stack is wanted for it
    if (!this.#final) throw needMore;
  }

  /** As {@link requireFinal}, inside of a token of which is known how it ends. */
  protected leaveOpen(start: number, from: number, closer: Closer, isComment = false): void {
    this.open = { start, from, closer, isComment };
    this.requireFinal();
  }

  protected skipLineComment(): void {
    const end = this.source.indexOf("\n", this.position);
    if (end < 0) this.leaveOpen(this.position, this.position, toLineEnd, true);
    this.position = end < 0 ? this.source.length : end;
  }

  /** Returns false where the text ends first. */
  protected skipBlockComment(nests: boolean): boolean {
    let depth = 0;
    let lines = 0;
    for (let at = this.position; at < this.source.length; at++) {
      const code = this.source.charCodeAt(at);
      if (code === CODE.lf) lines++;
      else if (code === CODE.slash && this.source.charCodeAt(at + 1) === CODE.star && (nests || depth === 0)) {
        depth++;
        at++;
      } else if (code === CODE.star && this.source.charCodeAt(at + 1) === CODE.slash) {
        depth--;
        at++;
        if (depth === 0) {
          this.position = at + 1;
          this.lineNow += lines;
          return true;
        }
      }
    }
    this.leaveOpen(this.position, this.position, toCommentEnd(nests), true);
    return false;
  }

  /** Moves over one blank or newline; false where none stands there. */
  protected skipBlank(code: number): boolean {
    if (code === CODE.lf) this.lineNow++;
    else if (!isBlank(code)) return false;
    this.position++;
    return true;
  }

  /** What stands between `from` and the closing mark; a doubled mark is one. */
  protected readQuoted(kind: TokenKind, close: number, from: number): TokenKind {
    const mark = String.fromCharCode(close);
    let doubled = false;
    let end = this.source.indexOf(mark, from);
    while (end >= 0 && this.at(end + 1) === close) {
      doubled = true;
      end = this.source.indexOf(mark, end + 2);
    }
    if (end < 0) return this.breakOff(kind, from, toMark(close));
    this.countLines(from, end);
    const text = this.source.slice(from, end);
    return this.take(kind, end + 1, doubled ? text.replaceAll(mark + mark, mark) : text);
  }

  /** No closing mark is there, or not yet. */
  protected breakOff(kind: TokenKind, from: number, closer: Closer): TokenKind {
    this.leaveOpen(this.start, from, closer);
    this.countLines(from, this.source.length);
    return this.take("broken", this.source.length, kind);
  }

  /** Looks no further than `to`: each token of a long line would search all of it. */
  protected countLines(from: number, to: number): void {
    const text = this.source.slice(from, to);
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.lineNow++;
  }

  /** Where the word ends that begins at `start`. */
  protected wordEnd(): number {
    let end = this.start + 1;
    while (end < this.source.length && isWordPart(this.source.charCodeAt(end))) end++;
    if (end >= this.source.length) this.leaveOpen(this.start, this.start + 1, toWordEnd);
    return end;
  }

  /** Does nothing but blanks stand between the position and the beginning of its line? */
  protected isBlankBefore(position: number): boolean {
    let at = position - 1;
    while (at >= 0 && (this.source.charCodeAt(at) === CODE.space || this.source.charCodeAt(at) === CODE.tab)) at--;
    if (at < 0) return this.#blankBefore;
    return this.source.charCodeAt(at) === CODE.lf || this.source.charCodeAt(at) === CODE.byteOrderMark;
  }

  /** The text of a form that always matches; asks for more where the match touches the end. */
  protected matchAt(form: RegExp, position: number): string {
    form.lastIndex = position;
    const text = form.exec(this.source)?.[0] ?? "";
    if (position + text.length >= this.source.length) this.leaveOpen(this.start, position, toWordEnd);
    return text;
  }

  protected readNumber(): TokenKind {
    const text = this.matchAt(numberForm, this.start);
    return this.take("number", this.start + text.length, text);
  }
}
