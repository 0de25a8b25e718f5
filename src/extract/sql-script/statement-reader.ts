/** The statements of a script, told apart by their first words, each handed to its reader. */
import type { UnitReader } from "./feed.ts";
import { keepBroken } from "./run.ts";
import type { Mode, Script } from "./script.ts";
import { readDirective } from "./statements.ts";

/** What makes a condition for the statement behind it. */
const conditions = new Set(["IF", "WHILE", "ELSE"]);

/** The reader of a whole script, unit by unit. */
export class StatementReader implements UnitReader {
  readonly #script: Script;
  #mode: Mode | undefined;

  constructor(script: Script) {
    this.#script = script;
  }

  get isInUnit(): boolean {
    return this.#script.isInUnit;
  }

  step(): boolean {
    if (this.#mode === undefined) return this.#begin();
    this.#mode = this.#mode.step() ?? this.#script.takeQueued();
    if (this.#mode === undefined) this.#script.ledger.long = undefined;
    return true;
  }

  /** Gives up the statement that is read. */
  abandon(): void {
    this.#mode = undefined;
    this.#script.queued = undefined;
  }

  #begin(): boolean {
    const { lexer, ledger, flow } = this.#script;
    switch (this.#script.first()) {
      case "end":
        return false;
      case "go":
        flow.endBatch(lexer.text, lexer.line);
        ledger.skip("batch separator");
        return true;
      case "directive":
        readDirective(this.#script);
        return true;
      case "broken":
        keepBroken(this.#script);
        return true;
      default:
        if (!lexer.isSymbol(";")) this.#mode = this.#readStatement();
        return true;
    }
  }

  /** Effects wait for the end of the unit: what a reader throws before that is read again. */
  #readStatement(): Mode | undefined {
    const script = this.#script;
    const { flow, lexer } = script;
    const { upper } = lexer;
    const read = script.dialect.readers[upper] ?? script.dialect.readOther;
    const mode = read(script, flow.isConditional);
    if (!conditions.has(upper)) flow.beginStatement();
    return mode;
  }
}
