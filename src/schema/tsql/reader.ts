/** The tokens of a schema script with one token of lookahead, and the faults that point at them. */
import { UserError } from "../../errors.ts";
import { Lexer, type TokenKind } from "../../tsql/lexer.ts";

export interface Token {
  readonly kind: TokenKind;
  /** See {@link Lexer.text}. */
  readonly text: string;
  /** Upper case for unquoted words, else empty. */
  readonly upper: string;
  readonly start: number;
  readonly end: number;
  /** 1-based. */
  readonly line: number;
}

const brokenNames: Record<string, string> = {
  comment: "a comment",
  string: "a string",
  "national-string": "a string",
  bracketed: "a bracketed name",
  "double-quoted": "a quoted name",
};

/** Reads a whole script token by token. Throws UserError where the text ends inside a literal, a name or a comment. */
export class TokenReader {
  /** The token to be read next. */
  token: Token;
  /** Where the token before it ended. */
  previousEnd = 0;
  /** The table being read, for the place of faults. */
  table: string | undefined;

  readonly #text: string;
  readonly #file: string;
  readonly #lexer: Lexer;
  #ahead: Token | undefined;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
    this.#lexer = new Lexer(text);
    this.token = this.#read();
  }

  next(): void {
    this.previousEnd = this.token.end;
    this.token = this.#ahead ?? this.#read();
    this.#ahead = undefined;
  }

  /** The token after the current one. */
  peek(): Token {
    this.#ahead ??= this.#read();
    return this.#ahead;
  }

  /** Is the current token this unquoted word (upper case)? */
  is(...words: readonly string[]): boolean {
    return this.token.kind === "word" && words.includes(this.token.upper);
  }

  isSymbol(mark: string): boolean {
    return this.token.kind === "symbol" && this.token.text === mark;
  }

  isName(): boolean {
    const { kind } = this.token;
    return kind === "word" || kind === "bracketed" || kind === "double-quoted";
  }

  /** Moves past the word if it stands here. */
  take(word: string): boolean {
    const found = this.is(word);
    if (found) this.next();
    return found;
  }

  takeSymbol(mark: string): boolean {
    const found = this.isSymbol(mark);
    if (found) this.next();
    return found;
  }

  expect(word: string): void {
    if (!this.take(word)) throw this.expected(word);
  }

  expectSymbol(mark: string): void {
    if (!this.takeSymbol(mark)) throw this.expected(`"${mark}"`);
  }

  /** Takes a name in any of its three forms. `what` names it in the fault: `a column name`. */
  expectName(what: string): Token {
    const { token } = this;
    if (!this.isName()) throw this.expected(what);
    this.next();
    return token;
  }

  /** The verbatim text from a position up to the last token read; empty where none was read since. */
  textFrom(start: number): string {
    return this.#text.slice(start, this.previousEnd);
  }

  /** The fault of a token that does not fit here. */
  expected(what: string): UserError {
    return this.fault(
      `expected ${what}, found ${this.#found()}`,
      "Correct the script at this place, or take a complete copy of it",
    );
  }

  fault(what: string, remedy: string, at: Token = this.token): UserError {
    const newline = at.start === 0 ? -1 : this.#text.lastIndexOf("\n", at.start - 1);
    const place = { file: this.#file, line: at.line, column: at.start - newline };
    return new UserError({ what, remedy, where: this.table === undefined ? place : { ...place, table: this.table } });
  }

  /** Reads script text that stands inside a literal; its faults point at the statement `at`. */
  within<Result>(text: string, at: Token, read: (inner: TokenReader) => Result): Result {
    try {
      return read(new TokenReader(text, this.#file));
    } catch (cause) {
      if (!(cause instanceof UserError)) throw cause;
      throw this.fault(cause.what, cause.remedy, at);
    }
  }

  #found(): string {
    const { kind, start, end } = this.token;
    if (kind === "end") return "the end of the file";
    const text = this.#text.slice(start, end);
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
  }

  #read(): Token {
    const lexer = this.#lexer;
    const kind = lexer.next();
    const { text, upper, start, end, line } = lexer;
    const token = { kind, text, upper, start, end, line };
    if (kind === "broken") {
      // Tokens are read ahead of the table that they may no longer belong to.
      this.table = undefined;
      throw this.fault(
        `the file ends inside ${brokenNames[text] ?? "a literal"} that begins here`,
        "Close it, or take a complete copy of the script",
        token,
      );
    }
    return token;
  }
}
