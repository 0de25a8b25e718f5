/** Statements that are passed over, token by token, or kept as text for quarantine. */
import { cutWarning, describeBroken, type Mode, type Script } from "./script.ts";
import { type Ending } from "./statement-end.ts";

/** Passes over a statement that is not kept; its text may be of any length. */
export class SkippedRun implements Mode {
  readonly #script: Script;
  readonly #kind: string;
  readonly #end: Ending;

  constructor(script: Script, kind: string, end: Ending) {
    this.#script = script;
    this.#kind = kind;
    this.#end = end;
  }

  step(): Mode | undefined {
    const { lexer, ledger } = this.#script;
    this.#script.first();
    if (lexer.kind === "broken") return keepBroken(this.#script);
    if (this.#end.continues(lexer)) {
      this.#end.accept(lexer);
      return this;
    }
    leaveTerminator(this.#script);
    ledger.skip(this.#kind);
    return undefined;
  }
}

/** What a stray quote swallows may be rows: it is kept, whatever the statement that it began in. */
export function keepBroken({ lexer, ledger }: Script): undefined {
  ledger.warn(cutWarning, lexer.line);
  ledger.quarantine(lexer.slice(lexer.start, lexer.end), describeBroken(lexer), lexer.line);
}

/** Passes over a procedure, view, function or trigger: its body goes on to the end of the batch. */
export class ModuleRun implements Mode {
  readonly #script: Script;
  readonly #kind: string;

  constructor(script: Script, kind: string) {
    this.#script = script;
    this.#kind = kind;
  }

  step(): Mode | undefined {
    const { lexer, ledger } = this.#script;
    this.#script.first();
    if (lexer.kind !== "go" && lexer.kind !== "end" && lexer.kind !== "broken") return this;
    if (lexer.kind === "broken") return keepBroken(this.#script);
    this.#script.unread();
    ledger.skip(this.#kind);
    return undefined;
  }
}

/** A statement kept as text, whole. */
export interface CapturedStatement {
  readonly text: string;
  /** 1-based line of its first token. */
  readonly line: number;
  readonly end: Ending;
  /** Why it ends where it does, if the script is cut there. */
  readonly cut: string | undefined;
}

/** Keeps a statement's text, and says what becomes of it when it ends. */
export class CapturedRun implements Mode {
  readonly #script: Script;
  readonly #end: Ending;
  readonly #line: number;
  readonly #decide: (statement: CapturedStatement) => void;
  #text: string;

  /** `text` is what was read of the statement so far. */
  constructor(
    script: Script,
    begun: { readonly text: string; readonly line: number; readonly end: Ending },
    decide: (statement: CapturedStatement) => void,
  ) {
    this.#script = script;
    this.#text = begun.text;
    this.#line = begun.line;
    this.#end = begun.end;
    this.#decide = decide;
  }

  step(): Mode | undefined {
    const { lexer } = this.#script;
    // Comments between the tokens are part of the text: the unit begins before them.
    this.#script.isInUnit = true;
    const { position } = lexer.mark();
    lexer.next();
    if (lexer.kind !== "broken" && !this.#end.continues(lexer)) return this.#finish(undefined);
    this.#text += lexer.slice(position, lexer.end);
    if (lexer.kind === "broken") return this.#finish(describeBroken(lexer));
    this.#end.accept(lexer);
    return this;
  }

  #finish(cut: string | undefined): undefined {
    if (cut === undefined) leaveTerminator(this.#script);
    else this.#script.ledger.warn(cutWarning, this.#script.lexer.line);
    this.#decide({ text: this.#text, line: this.#line, end: this.#end, cut });
  }
}

/** A `;` ends the statement and is done with; anything else begins the next one. */
function leaveTerminator(script: Script): void {
  if (!script.lexer.isSymbol(";")) script.unread();
}

/**
 * From an opening parenthesis to the closing one. Returns what is wrong if none comes; the current token is then left for
 * the next unit, unless the script ends.
 */
export function skipBalanced(script: Script): string | undefined {
  const { lexer } = script;
  for (let depth = 1; depth > 0;) {
    lexer.next();
    if (lexer.kind === "broken") return describeBroken(lexer);
    if (lexer.kind === "end") return "the script ends inside a row";
    if (lexer.kind === "go") return "the batch ends inside the row";
    if (script.dialect.endsRow(lexer)) return "the row has no closing parenthesis";
    if (lexer.isSymbol("(")) depth++;
    else if (lexer.isSymbol(")")) depth--;
  }
  return undefined;
}
