/** Statements that are passed over, token by token, or kept as text for quarantine. */
import { setAside } from "./cut.ts";
import { standIn } from "./long-record.ts";
import { describeBroken, notClosed, type Mode, type Script } from "./script.ts";
import { type Ending } from "./statement-end.ts";
import { findStatement } from "./statement-start.ts";
import { Suspicion } from "./suspicion.ts";

/** Passes over a statement that is not kept; its text may be of any length. */
export class SkippedRun implements Mode {
  readonly #script: Script;
  readonly #kind: string;
  readonly #end: Ending;
  readonly #suspicion: Suspicion;

  constructor(script: Script, kind: string, end: Ending) {
    this.#suspicion = new Suspicion(script.longest);
    this.#script = script;
    this.#kind = kind;
    this.#end = end;
  }

  step(): Mode | undefined {
    const { lexer, ledger } = this.#script;
    nextPassed(this.#script, this.#suspicion);
    if (lexer.kind === "broken" || this.#suspicion.isOverdue) return keepBroken(this.#script, this.#suspicion);
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
export function keepBroken(script: Script, suspicion?: Suspicion): undefined {
  const { lexer, ledger } = script;
  const held = suspicion?.isHeld === true ? suspicion : { text: lexer.slice(lexer.start, lexer.end), line: lexer.line };
  const reason = lexer.kind === "broken" ? describeBroken(lexer) : notClosed;
  setAside(script, held.text, held.line, (kept) => ledger.quarantine(kept, reason, held.line));
}

/** Moves to the next token of what is passed over. */
function nextPassed(script: Script, suspicion: Suspicion): void {
  const { lexer } = script;
  const here = lexer.mark();
  if (suspicion.isHeld) {
    script.isInUnit = true;
    script.beginRecord(here);
    lexer.next();
  } else script.first();
  suspicion.follow(lexer, here.position);
}

/** Passes over a procedure, view, function or trigger: its body goes on to the end of the batch. */
export class ModuleRun implements Mode {
  readonly #script: Script;
  readonly #kind: string;
  readonly #suspicion: Suspicion;

  constructor(script: Script, kind: string) {
    this.#suspicion = new Suspicion(script.longest);
    this.#script = script;
    this.#kind = kind;
  }

  step(): Mode | undefined {
    const { lexer, ledger } = this.#script;
    nextPassed(this.#script, this.#suspicion);
    if (lexer.kind === "broken" || this.#suspicion.isOverdue) return keepBroken(this.#script, this.#suspicion);
    if (lexer.kind !== "go" && lexer.kind !== "end") return this;
    this.#script.unread();
    ledger.skip(this.#kind);
    return undefined;
  }
}

/** Of a statement that is too long to be held. */
const mostKept = 1 << 16;

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
    const here = lexer.mark();
    this.#script.beginRecord(here, this.#text, this.#line);
    lexer.next();
    if (lexer.kind !== "broken" && !this.#end.continues(lexer)) return this.#finish(undefined);
    this.#text += lexer.slice(here.position, lexer.end);
    if (this.#text.length > this.#script.longest) {
      // At the limit a statement's beginning inside of it is suspicious.
      if (findStatement(this.#text, this.#script.ledger.long?.offset) !== undefined) return this.#finish(notClosed);
      this.#shorten();
    }
    if (lexer.kind === "broken") return this.#finish(describeBroken(lexer));
    this.#end.accept(lexer);
    return this;
  }

  #finish(cut: string | undefined): undefined {
    const decide = (text: string): void => this.#decide({ text, line: this.#line, end: this.#end, cut });
    if (cut === undefined) {
      leaveTerminator(this.#script);
      decide(this.#text);
    } else setAside(this.#script, this.#text, this.#line, decide);
  }

  /** Keeps the beginning, by which it is told what the statement is. */
  #shorten(): void {
    const long = this.#script.ledger.beginLong();
    long.add(this.#text.slice(long.offset));
    this.#text = this.#text.slice(0, Math.min(long.offset || mostKept, mostKept)) + standIn;
    long.offset = this.#text.length;
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
