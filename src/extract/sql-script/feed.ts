/**
 * The text of a script, fed to a lexer piece by piece, so that memory holds one unit (a row, a statement's head, a token of
 * something skipped) and the chunk that it stands in, whatever the script's size.
 */
import { UserError } from "../../errors.ts";
import { needMore, type Scanner } from "../../tsql/scanner.ts";

/** Strings of JavaScript end at 2^29 characters, and appending makes a copy. */
const longestUnit = 1 << 28;

/** Reads one unit at a call, and has no effect before the unit was read to its end; false at the end of the script. */
export interface UnitReader {
  step(): boolean;
  /**
   * Was a token of the unit read? Before the first one, what the lexer has passed (blanks, comments) need not be
   * read again, and a long comment is not kept.
   */
  readonly isInUnit: boolean;
}

export class Feed {
  readonly #lexer: Scanner;
  readonly #chunks: AsyncIterator<string>;
  readonly #fileName: string;

  /** `lexer`: of a text that is empty still, and not final. */
  constructor(lexer: Scanner, chunks: AsyncIterable<string>, fileName: string) {
    this.#lexer = lexer;
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#fileName = fileName;
  }

  /** Reads units until `pause` says that something waits to be taken; false at the end of the script. */
  async run(units: UnitReader, pause: () => boolean): Promise<boolean> {
    for (;;) {
      const mark = this.#lexer.mark();
      try {
        if (!units.step()) return false;
      } catch (signal) {
        if (signal !== needMore) throw signal;
        if (units.isInUnit) this.#lexer.reset(mark);
        await this.#refill();
      }
      if (pause()) return true;
    }
  }

  /** As much again as the unit has already: a long literal is read over again only a few times. */
  async #refill(): Promise<void> {
    const { pending } = this.#lexer;
    const pieces: string[] = [];
    let length = 0;
    let isFinal = false;
    while (length < Math.max(1, pending) && !isFinal) {
      const { value, done } = await this.#chunks.next();
      isFinal = done === true;
      if (isFinal) break;
      pieces.push(value);
      length += value.length;
    }
    if (pending + length > longestUnit) throw tooLong(this.#fileName, this.#lexer.mark().line);
    this.#lexer.refill(pieces.join(""), isFinal);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

function tooLong(file: string, line: number): UserError {
  return new UserError({
    what: `a single row, comment or literal is longer than ${longestUnit} characters`,
    where: { file, line },
    remedy: "Take this part out of the script, or check that its quotes and comments are closed",
  });
}
