/** Where a statement ends that needs a terminator. */
import type { Scanner } from "../../../tsql/scanner.ts";
import type { Ending } from "../statement-end.ts";

/** Follows a statement to its `;`; those inside the blocks of a module's body are its own. */
export class TerminatedEnd implements Ending {
  #verb: string;
  #parentheses = 0;
  #blocks = 0;
  /** BEGIN opens a block only in the definition of a module. */
  #isModule = false;
  fromCount = 0;
  readonly #moduleKinds: ReadonlySet<string>;

  /** `moduleKinds`: what CREATE makes of statements with terminators of their own. */
  constructor(verb: string, moduleKinds: ReadonlySet<string>) {
    this.#verb = verb;
    this.#moduleKinds = moduleKinds;
  }

  get verb(): string {
    return this.#verb;
  }

  get isOutside(): boolean {
    return this.#parentheses === 0;
  }

  accept(lexer: Scanner): void {
    if (lexer.isSymbol("(")) this.#parentheses++;
    else if (lexer.isSymbol(")")) this.#parentheses = Math.max(0, this.#parentheses - 1);
    else if (lexer.kind === "word") this.#acceptWord(lexer.upper);
  }

  #acceptWord(word: string): void {
    if (this.#verb === "CREATE" && this.#moduleKinds.has(word)) this.#isModule = true;
    if (this.#isModule && (word === "BEGIN" || word === "CASE")) this.#blocks++;
    else if (this.#isModule && word === "END") this.#blocks = Math.max(0, this.#blocks - 1);
    if (this.#parentheses > 0) return;
    if (word === "FROM") this.fromCount++;
    if (this.#verb === "WITH" && changers.has(word)) this.#verb = word;
  }

  continues(lexer: Scanner): boolean {
    if (lexer.kind === "end" || lexer.kind === "go") return false;
    return !lexer.isSymbol(";") || this.#blocks > 0;
  }
}

const changers = new Set(["INSERT", "UPDATE", "DELETE", "MERGE", "SELECT"]);

/** A block of PL/SQL: only a slash alone on its line ends it. */
export class BlockEnd extends TerminatedEnd {
  override continues(lexer: Scanner): boolean {
    return lexer.kind !== "end" && lexer.kind !== "go";
  }
}
