/** What all readers of one script share. */
import type { Lexer, Mark, TokenKind } from "../../tsql/lexer.ts";
import type { Batches } from "./batches.ts";
import { CellReader } from "./cells.ts";
import type { Flow } from "./flow.ts";
import { Layouts } from "./layout.ts";
import type { Ledger } from "./ledger.ts";
import type { Route, Routes } from "./routes.ts";
import type { RowTarget } from "./row-target.ts";
import type { Session } from "./session.ts";

/** What the script is in the middle of: reads one unit, and says what the next one belongs to. */
export interface Mode {
  /** undefined: the next unit begins a statement. */
  step(): Mode | undefined;
}

export interface ScriptParts {
  readonly lexer: Lexer;
  readonly session: Session;
  readonly flow: Flow;
  readonly ledger: Ledger;
  readonly routes: Routes;
  readonly batches: Batches;
}

export class Script {
  readonly lexer: Lexer;
  readonly session: Session;
  readonly flow: Flow;
  readonly ledger: Ledger;
  readonly routes: Routes;
  readonly batches: Batches;
  readonly cells: CellReader;
  /** See {@link UnitReader.isInUnit}. */
  isInUnit = false;
  /** The head of the INSERT before this one, from its first word to the character behind VALUES. */
  lastHead:
    | { readonly text: string; readonly lines: number; readonly generation: number; readonly target: RowTarget }
    | undefined;
  readonly #layouts = new Map<Route, Layouts>();

  constructor(parts: ScriptParts) {
    this.lexer = parts.lexer;
    this.session = parts.session;
    this.flow = parts.flow;
    this.ledger = parts.ledger;
    this.routes = parts.routes;
    this.batches = parts.batches;
    this.cells = new CellReader(parts.lexer, parts.session);
  }

  /** Moves to the first token of a unit. */
  first(): TokenKind {
    this.isInUnit = false;
    const kind = this.lexer.next();
    this.isInUnit = true;
    return kind;
  }

  /** The current token is left for the next unit. */
  unread(): void {
    this.lexer.reset(this.here());
  }

  /** Before the current token. */
  here(): Mark {
    return { position: this.lexer.start, line: this.lexer.line };
  }

  layouts(route: Route): Layouts {
    const layouts = this.#layouts.get(route) ?? new Layouts(route, this.session, this.ledger);
    this.#layouts.set(route, layouts);
    return layouts;
  }
}

/** What the text ends inside of, for the reason of a quarantine. */
export function describeBroken(lexer: Lexer): string {
  if (lexer.text === "comment") return "the script ends inside a comment";
  if (lexer.text === "bracketed" || lexer.text === "double-quoted") return "the script ends inside a quoted name";
  return "the script ends inside a literal";
}

/** GOTCHAS 37 holds for scripts too: what stands before the cut is whole. */
export const cutWarning =
  "the script ends in the middle of what begins here: it is cut, or a quote or a parenthesis is not closed";
