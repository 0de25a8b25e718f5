/** What is passed over, and may be more than it seems: a literal with a line in it that looks like a statement's first. */
import type { Scanner } from "../../tsql/scanner.ts";
import { findStatement } from "./statement-start.ts";

export class Suspicion {
  readonly #longest: number;
  /** From the literal on: if the script ends inside of another, a stray quote may have opened it. */
  text = "";
  line = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  get isHeld(): boolean {
    return this.text !== "";
  }

  /** It goes on beyond all that can be held. */
  get isOverdue(): boolean {
    return this.text.length > this.#longest;
  }

  /** The current token was passed over; `from`: where the one before it ends, while the suspicion is held. */
  follow(lexer: Scanner, from: number): void {
    if (!this.isHeld) {
      const token = lexer.slice(lexer.start, lexer.end);
      if (findStatement(token) === undefined) return;
      this.text = token;
      this.line = lexer.line;
      return;
    }
    this.text += lexer.slice(from, lexer.end);
  }
}
