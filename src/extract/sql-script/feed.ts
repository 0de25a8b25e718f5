/**
 * The text of a script, fed to a lexer piece by piece, so that memory holds one unit (a row, a statement's head, a token of
 * something skipped) and the chunk that it stands in, whatever the script's size.
 */
import { needMore } from "../../tsql/scanner.ts";
import { LongUnits } from "./long-units.ts";
import type { Script } from "./script.ts";

/** Reads one unit at a call, and has no effect before the unit was read to its end; false at the end of the script. */
export interface UnitReader {
  step(): boolean;
  /**
   * Was a token of the unit read? Before the first one, what the lexer has passed (blanks, comments) need not be
   * read again, and a long comment is not kept.
   */
  readonly isInUnit: boolean;
  /** The next unit begins a statement, whatever was read so far. */
  abandon(): void;
}

export class Feed {
  readonly #script: Script;
  readonly #chunks: AsyncIterator<string>;
  readonly #units: UnitReader;
  readonly #long: LongUnits;

  /** The script's lexer is of a text that is empty still, and not final. */
  constructor(script: Script, chunks: AsyncIterable<string>, units: UnitReader) {
    this.#script = script;
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#units = units;
    const abandon = (): void => units.abandon();
    this.#long = new LongUnits(script, async () => this.#next(), abandon);
  }

  /** Reads units until `pause` says that something waits to be taken; false at the end of the script. */
  async run(pause: () => boolean): Promise<boolean> {
    const { lexer, longest } = this.#script;
    for (;;) {
      const mark = lexer.mark();
      try {
        if (!this.#units.step()) return false;
      } catch (signal) {
        if (signal !== needMore) throw signal;
        if (this.#units.isInUnit) lexer.reset(mark);
        if (lexer.pending > longest) await this.#long.shorten(this.#units.isInUnit);
        await this.#refill();
      }
      if (pause()) return true;
    }
  }

  /** As much again as the unit has already: a long literal is read over again only a few times. */
  async #refill(): Promise<void> {
    const { lexer, longest } = this.#script;
    if (lexer.isFinal) return;
    const { pending } = lexer;
    const wanted = Math.max(1, Math.min(pending, longest - pending));
    const pieces: string[] = [];
    let length = 0;
    let isFinal = false;
    while (length < wanted && !isFinal) {
      const piece = await this.#next();
      isFinal = piece === undefined;
      pieces.push(piece ?? "");
      length += piece?.length ?? 0;
    }
    lexer.refill(pieces.join(""), isFinal);
  }

  async #next(): Promise<string | undefined> {
    const { value, done } = await this.#chunks.next();
    return done === true ? undefined : value;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
