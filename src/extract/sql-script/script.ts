/** What all readers of one script share. */
import type { Mark, Scanner, TokenKind } from "../../tsql/scanner.ts";
import type { Batches } from "./batches.ts";
import type { CellReader } from "./cells.ts";
import type { Dialect } from "./dialects/dialect.ts";
import type { Flow } from "./flow.ts";
import { Layouts } from "./layout.ts";
import type { Ledger } from "./ledger.ts";
import type { Route, Routes } from "./routes.ts";
import type { RowTarget } from "./row-target.ts";
import type { ScriptTable } from "./names.ts";
import type { Session } from "./session.ts";
import type { Ending } from "./statement-end.ts";

const mostReadAgain = 2 ** 31;

/** What the script is in the middle of: reads one unit, and says what the next one belongs to. */
export interface Mode {
  /** undefined: the next unit begins a statement. */
  step(): Mode | undefined;
}

export interface ScriptParts {
  readonly lexer: Scanner;
  readonly session: Session;
  readonly flow: Flow;
  readonly ledger: Ledger;
  readonly routes: Routes;
  readonly batches: Batches;
  /** On whose clock moments are read (IANA). */
  readonly zone: string;
  /** See {@link Script.longest}. */
  readonly longest: number;
}

export class Script {
  readonly lexer: Scanner;
  readonly session: Session;
  readonly flow: Flow;
  readonly ledger: Ledger;
  readonly routes: Routes;
  readonly batches: Batches;
  readonly cells: CellReader;
  readonly dialect: Dialect;
  readonly zone: string;
  /** See {@link UnitReader.isInUnit}. */
  isInUnit = false;
  /** Where the record begins that the unit is of, or goes on with; `before`: what was read of it in other units. */
  record: { readonly before: string; readonly line: number; readonly from: number } = { before: "", line: 1, from: 0 };
  /** No unit is held that has more characters. */
  readonly longest: number;
  #readAgain = 0;
  /** What comes right behind the statement that is read: rows of a COPY. */
  queued: Mode | undefined;
  /** The head of the INSERT before this one, from its first word to the character behind VALUES. */
  lastHead:
    | { readonly text: string; readonly lines: number; readonly generation: number; readonly target: RowTarget }
    | undefined;
  readonly #layouts = new Map<string, Layouts>();

  constructor(parts: ScriptParts) {
    this.lexer = parts.lexer;
    this.session = parts.session;
    this.flow = parts.flow;
    this.ledger = parts.ledger;
    this.routes = parts.routes;
    this.batches = parts.batches;
    this.dialect = parts.session.dialect;
    this.zone = parts.zone;
    this.longest = parts.longest;
    this.cells = this.cellsOf(parts.lexer);
  }

  takeQueued(): Mode | undefined {
    const { queued } = this;
    this.queued = undefined;
    return queued;
  }

  /** Moves to the first token of a unit. */
  first(): TokenKind {
    this.isInUnit = false;
    const kind = this.lexer.next();
    this.isInUnit = true;
    this.beginRecord(this.here());
    return kind;
  }

  /** A record begins at the mark, or goes on there behind the text `before` it, which began on `line`. */
  beginRecord({ position, line }: Mark, before = "", began = line): void {
    this.record = { before, line: began, from: position };
  }

  /** May so many characters be read once more? Damage upon damage must not take for ever. */
  mayReadAgain(characters: number): boolean {
    this.#readAgain += characters;
    return this.#readAgain <= mostReadAgain;
  }

  /** The current token is left for the next unit. */
  unread(): void {
    this.lexer.reset(this.here());
  }

  /** Before the current token. */
  here(): Mark {
    return { position: this.lexer.start, line: this.lexer.line };
  }

  /** Reads a text of its own by the session's settings. */
  lex(text: string): Scanner {
    return this.dialect.lexer(text, this.session, true);
  }

  cellsOf(lexer: Scanner): CellReader {
    return this.dialect.cells(lexer, this.session);
  }

  ending(verb: string): Ending {
    return this.dialect.ending(verb);
  }

  /** Of the script's table that feeds the route. */
  layouts(route: Route, table: ScriptTable): Layouts {
    const layouts = this.#layouts.get(table.key) ?? new Layouts(route, table.key, this);
    this.#layouts.set(table.key, layouts);
    return layouts;
  }
}

/** What the text ends inside of, for the reason of a quarantine. */
export function describeBroken(lexer: Scanner): string {
  if (lexer.text === "comment") return "the script ends inside a comment";
  if (lexer.text === "bracketed" || lexer.text === "double-quoted") return "the script ends inside a quoted name";
  return "the script ends inside a literal";
}

/** Of what goes on beyond all that can be held. */
export const notClosed = "a quote in it is not closed";

/** GOTCHAS 37 holds for scripts too: what stands before the cut is whole. */
export const cutWarning =
  "the script ends in the middle of what begins here: it is cut, or a quote or a parenthesis is not closed";
