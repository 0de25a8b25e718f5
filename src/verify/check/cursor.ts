/** The tokens of a CHECK, one at a time. */
import { Lexer, type TokenKind } from "../../tsql/lexer.ts";
import { NotUnderstood } from "./not-understood.ts";

const longest = 40;

export class Cursor {
  readonly #lexer: Lexer;

  constructor(expression: string) {
    this.#lexer = new Lexer(expression);
    this.#lexer.next();
  }

  get kind(): TokenKind {
    return this.#lexer.kind;
  }

  get text(): string {
    return this.#lexer.text;
  }

  /** Upper case of a word without quotes; empty for all else. */
  get upper(): string {
    return this.#lexer.upper;
  }

  isName(): boolean {
    return this.#lexer.isName();
  }

  isSymbol(mark: string): boolean {
    return this.#lexer.isSymbol(mark);
  }

  /** The token as it is written; a long literal is cut, since reasons only have to name it. */
  shown(): string {
    const { start, end } = this.#lexer;
    return end - start > longest ? `${this.#lexer.slice(start, start + longest)}…` : this.#lexer.slice(start, end);
  }

  next(): void {
    this.#lexer.next();
  }

  /** Moves past the word (upper case) if it stands here. */
  take(word: string): boolean {
    const isHere = this.#lexer.is(word);
    if (isHere) this.next();
    return isHere;
  }

  takeSymbol(mark: string): boolean {
    const isHere = this.#lexer.isSymbol(mark);
    if (isHere) this.next();
    return isHere;
  }

  expect(word: string): void {
    if (!this.take(word)) throw this.unexpected();
  }

  expectSymbol(mark: string): void {
    if (!this.takeSymbol(mark)) throw this.unexpected();
  }

  /** The token does not belong where it stands, or is nothing that is evaluated. */
  unexpected(): NotUnderstood {
    if (this.kind === "end") return new NotUnderstood("ends where something is still missing");
    if (this.kind === "broken") return new NotUnderstood("ends inside of a literal, a name or a comment");
    return new NotUnderstood(`holds ${this.shown()}, which is not evaluated`);
  }
}
