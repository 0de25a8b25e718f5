/** Units that are too long to be held: most of their text is taken into a hash and left out, and the lexer reads on with what stays. */
import { needMore, type OpenToken } from "../../tsql/scanner.ts";
import { setAside, warnOfResuming } from "./cut.ts";
import { LongRecord, standIn } from "./long-record.ts";
import { notClosed, type Script } from "./script.ts";
import { findStatement, linesOf, longestStart } from "./statement-start.ts";

/** The next piece of the script; undefined at its end. */
export type NextPiece = () => Promise<string | undefined>;

/** So much of a record is kept as it stands. */
const mostKept = 1 << 16;
const mostParentheses = 1 << 12;

export class LongUnits {
  readonly #script: Script;
  readonly #next: NextPiece;
  readonly #abandon: () => void;

  /** `abandon`: gives up the statement that is read. */
  constructor(script: Script, next: NextPiece, abandon: () => void) {
    this.#script = script;
    this.#next = next;
    this.#abandon = abandon;
  }

  /** The lexer stands before the unit, or inside of what is no part of one, and wants more text than it may hold. */
  async shorten(isInUnit: boolean): Promise<void> {
    const script = this.#script;
    const { lexer } = script;
    const { open } = lexer;
    if (!isInUnit) script.beginRecord(lexer.mark());
    if (open?.isComment === true) return this.#leaveOutComment(open, isInUnit);
    const { before, line, from } = script.record;
    const text = before + lexer.slice(from, lexer.length);
    if (findStatement(text, script.ledger.long?.offset) !== undefined) {
      lexer.reset({ position: lexer.length, line: line + linesOf(text) });
      this.#abandon();
      return setAside(script, text, line, (kept) => script.ledger.quarantine(kept, notClosed, line));
    }
    if (open !== undefined && lexer.length - open.start >= script.longest / 2) return this.#leaveOutToken(open);
    this.#leaveOutTokens();
  }

  async #leaveOutComment(open: OpenToken, isInUnit: boolean): Promise<void> {
    const { lexer, ledger } = this.#script;
    const comment = new LongRecord((text) => ledger.toBytes(text));
    const line = lexer.lineAt(open.start);
    const { lines, rest, isFinal, isClosed } = await this.#stream(open, comment, false);
    lexer.leaveOut(open.start, " ", isInUnit ? lines : 0, rest, isFinal);
    if (!isInUnit) lexer.reset({ position: open.start, line: line + lines });
    if (isClosed) return;
    ledger.warn("the script ends inside the comment that begins here", line, "loss");
    ledger.quarantineLong(comment, "the script ends inside a comment", line);
  }

  async #leaveOutToken(open: OpenToken): Promise<void> {
    const { lexer, ledger, record } = this.#script;
    const kept = record.before + lexer.slice(record.from, open.start);
    const long = ledger.beginLong();
    long.add(kept.slice(long.offset));
    long.offset = kept.length;
    const { lines, rest, isFinal, isResumed } = await this.#stream(open, long, true);
    if (!isResumed) {
      long.offset += standIn.length;
      return lexer.leaveOut(open.start, standIn, lines, rest, isFinal);
    }
    const resumed = lexer.lineAt(open.start) + lines;
    this.#abandon();
    ledger.quarantine(kept, notClosed, record.line);
    warnOfResuming(this.#script, record.line, resumed);
    lexer.leaveOut(open.start, "", 0, rest, isFinal);
    lexer.reset({ position: open.start, line: resumed });
  }

  /** Takes the token in to its end; or, if `resumes`, to a line that looks like a statement's first: the limit makes a literal suspicious. */
  async #stream(open: OpenToken, long: LongRecord, resumes: boolean): Promise<Streamed> {
    const { lexer } = this.#script;
    let buffer = lexer.slice(open.start, lexer.length);
    let at = open.from - open.start;
    let lines = 0;
    let isFinal = false;
    const takeIn = (length: number): void => {
      const text = buffer.slice(0, length);
      long.add(text);
      lines += linesOf(text);
      buffer = buffer.slice(length);
    };
    for (;;) {
      // Behind a mark at the very end nothing doubles it.
      const sought = open.closer.seek(isFinal ? `${buffer} ` : buffer, at);
      const end = "end" in sought ? Math.min(sought.end, buffer.length) : undefined;
      const found = resumes ? findStatement(end === undefined ? buffer : buffer.slice(0, end)) : undefined;
      if (found !== undefined || end !== undefined || isFinal) {
        takeIn(found ?? end ?? buffer.length);
        return { lines, rest: buffer, isFinal, isClosed: end !== undefined, isResumed: found !== undefined };
      }
      const again = "again" in sought ? sought.again : buffer.length;
      const newline = resumes ? buffer.lastIndexOf("\n") : -1;
      const keptFrom = newline >= 0 && buffer.length - newline < longestStart ? Math.min(again, newline) : again;
      takeIn(keptFrom);
      at = again - keptFrom;
      const more = await this.#next();
      isFinal = more === undefined;
      buffer += more ?? "";
    }
  }

  /** Leaves out whole tokens; parentheses stay as open as they were. */
  #leaveOutTokens(): void {
    const { lexer, ledger, record, longest } = this.#script;
    const mark = lexer.mark();
    const walk = this.#walk(record.from + Math.min(mostKept, Math.floor(longest / 8)));
    lexer.reset(mark);
    if (walk.to <= walk.keptTo) return;
    const kept = record.before + lexer.slice(record.from, walk.keptTo);
    const left = lexer.slice(walk.keptTo, walk.to);
    const long = ledger.beginLong();
    // What was left out before stands there with its stand-in.
    long.add((kept + left).slice(long.offset));
    const stays = `${standIn}${")".repeat(walk.closed)}${"(".repeat(walk.opened)} `;
    long.offset = kept.length + stays.length;
    lexer.leaveOut(walk.keptTo, stays, linesOf(left), lexer.slice(walk.to, lexer.length), false);
  }

  #walk(keepTo: number): Walk {
    const { lexer, record } = this.#script;
    const walk = { keptTo: record.from, to: record.from, opened: 0, closed: 0 };
    lexer.reset({ position: record.from, line: record.line });
    try {
      for (;;) {
        lexer.next();
        walk.to = lexer.end;
        if (lexer.end <= keepTo) walk.keptTo = lexer.end;
        else if (lexer.isSymbol("(")) walk.opened = Math.min(walk.opened + 1, mostParentheses);
        else if (lexer.isSymbol(")") && walk.opened > 0) walk.opened--;
        else if (lexer.isSymbol(")")) walk.closed = Math.min(walk.closed + 1, mostParentheses);
      }
    } catch (signal) {
      if (signal !== needMore) throw signal;
    }
    return walk;
  }
}

interface Streamed {
  readonly lines: number;
  readonly rest: string;
  readonly isFinal: boolean;
  readonly isClosed: boolean;
  readonly isResumed: boolean;
}

interface Walk {
  readonly keptTo: number;
  readonly to: number;
  readonly opened: number;
  readonly closed: number;
}
