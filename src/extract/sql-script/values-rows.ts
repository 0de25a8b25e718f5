/** The rows behind VALUES: `(…), (…)`, one a unit. */
import type { Mark } from "../../tsql/lexer.ts";
import { setAside } from "./cut.ts";
import { reasonOf, type RowTarget } from "./row-target.ts";
import { CapturedRun, skipBalanced } from "./run.ts";
import { cutWarning, describeBroken, type Mode, type Script } from "./script.ts";
import { Unreadable } from "./unreadable.ts";

export class ValuesRows implements Mode {
  readonly #script: Script;
  readonly #target: RowTarget;
  readonly #isOne: boolean;
  #isFirst = true;

  /** `isOne`: no second row can follow, and what stands behind it is not the INSERT's. */
  constructor(script: Script, target: RowTarget, isOne = false) {
    this.#script = script;
    this.#isOne = isOne;
    this.#target = target;
  }

  step(): Mode | undefined {
    const { lexer } = this.#script;
    if (this.#isOne && !this.#isFirst) return undefined;
    this.#script.first();
    if (!this.#isFirst) {
      if (!lexer.isSymbol(",")) return this.#leave();
      lexer.next();
      this.#script.beginRecord(this.#script.here());
    }
    return lexer.isSymbol("(") ? this.#readRow() : this.#missRow();
  }

  #leave(): Mode | undefined {
    const { lexer, dialect } = this.#script;
    if (lexer.isSymbol(";")) return undefined;
    if (dialect.readTail !== undefined && lexer.kind === "word")
      return dialect.readTail(this.#script, this.#target.head.isConditional);
    this.#script.unread();
    return undefined;
  }

  #readRow(): Mode | undefined {
    const { lexer } = this.#script;
    const start = this.#script.here();
    if (!this.#target.isMapped) return this.#passOver(start, undefined);
    try {
      lexer.next();
      const cells = this.#script.cells.readList();
      if (!lexer.isSymbol(")")) throw new Unreadable(`computes a value: ${lexer.text || "its end"} stands in it`);
      this.#target.take(cells, lexer.slice(start.position, lexer.end), start.line);
    } catch (error) {
      const reason = reasonOf(error);
      lexer.reset(start);
      lexer.next();
      return this.#passOver(start, reason);
    }
    this.#isFirst = false;
    return this;
  }

  /** Goes to the end of a row that is not staged, and accounts for it. */
  #passOver(start: Mark, reason: string | undefined): Mode | undefined {
    const { lexer } = this.#script;
    const problem = skipBalanced(this.#script);
    const isRead = problem === undefined || lexer.kind === "broken";
    const text = lexer.slice(start.position, isRead ? lexer.end : lexer.start);
    if (!isRead) this.#script.unread();
    const why = problem ?? reason ?? "";
    if (lexer.kind === "broken" || lexer.kind === "end")
      setAside(this.#script, text, start.line, (kept) => this.#keep(kept, why, start.line));
    else this.#keep(text, why, start.line);
    this.#isFirst = false;
    return problem === undefined ? this : undefined;
  }

  #keep(text: string, reason: string, line: number): void {
    if (this.#target.isMapped) this.#target.quarantine(text, reason, line);
    else this.#target.skip();
  }

  /** The statement ends where a row has to begin: one was there, or the comma before would not be. */
  #missLastRow(line: number): void {
    const place = this.#isFirst ? "VALUES" : "the last comma";
    this.#target.quarantine(`${this.#target.head.text}VALUES`, `no row stands behind ${place}`, line);
  }

  /** No parenthesis where a row has to begin. */
  #missRow(): Mode | undefined {
    const { lexer, ledger } = this.#script;
    const { line } = this.#script.here();
    if (lexer.kind === "broken") {
      const reason = describeBroken(lexer);
      setAside(this.#script, lexer.slice(lexer.start, lexer.end), line, (kept) =>
        this.#target.quarantine(kept, reason, line),
      );
      return undefined;
    }
    this.#script.unread();
    if (lexer.kind === "end") ledger.warn(cutWarning, line);
    return new CapturedRun(this.#script, { text: "", line, end: this.#script.ending("") }, (statement) => {
      const text = statement.text.trim();
      if (text !== "") this.#target.quarantine(text, "no row in parentheses stands behind VALUES", line);
      else if (this.#target.isMapped) this.#missLastRow(line);
      else this.#target.skip();
    });
  }
}
