/** The clauses of a statement that changes rows: `SET a = 1, b = b + 1`, `WHERE id = 5`, and lists of values. */
import type { Scanner } from "../../tsql/scanner.ts";
import type { RawValue } from "../../values/codec.ts";
import type { CellReader } from "../sql-script/cells.ts";
import { Unreadable } from "../sql-script/unreadable.ts";

/** What a column is given: a value, or what the statement computes it by. */
export type Given = { readonly value: RawValue | null } | { readonly by: string; readonly why: string };

/** Columns that equal one of some values, joined by AND. */
export type Conditions = readonly { readonly name: string; readonly values: readonly (RawValue | null)[] }[];

const afterSet = new Set(["WHERE", "FROM", "OUTPUT", "RETURNING", "ORDER", "LIMIT", "OPTION", "ON", "AS"]);

export class Clauses {
  readonly lexer: Scanner;
  readonly #cells: CellReader;

  constructor(lexer: Scanner, cells: CellReader) {
    this.lexer = lexer;
    this.#cells = cells;
  }

  take(word: string): boolean {
    if (!this.lexer.is(word)) return false;
    this.lexer.next();
    return true;
  }

  takeSymbol(mark: string): boolean {
    if (!this.lexer.isSymbol(mark)) return false;
    this.lexer.next();
    return true;
  }

  get isEnd(): boolean {
    return this.lexer.kind === "end" || this.lexer.isSymbol(";");
  }

  /** The last part of a column's name, which may stand behind that of its table; undefined where no name stands there. */
  column(): string | undefined {
    let name: string | undefined;
    do {
      if (!this.lexer.isName()) return undefined;
      name = this.lexer.text;
      this.lexer.next();
    } while (this.takeSymbol("."));
    return name;
  }

  /** `name = what, …`, from behind SET on; undefined where anything else stands there. */
  assignments(): Map<string, Given> | undefined {
    const given = new Map<string, Given>();
    do {
      const name = this.column();
      if (name === undefined || !this.takeSymbol("=") || given.has(name)) return undefined;
      given.set(
        name,
        this.#given(() => this.isEnd || this.lexer.isSymbol(",") || afterSet.has(this.lexer.upper)),
      );
    } while (this.takeSymbol(","));
    return given;
  }

  /** `(what, …)`; undefined where it is not closed. */
  row(): Given[] | undefined {
    if (!this.takeSymbol("(")) return undefined;
    const row: Given[] = [];
    do row.push(this.#given(() => this.lexer.isSymbol(",") || this.lexer.isSymbol(")")));
    while (this.takeSymbol(","));
    return this.takeSymbol(")") ? row : undefined;
  }

  /** Columns that equal values, joined by AND, in parentheses or not; undefined for every other condition. Throws Unreadable. */
  conditions(): Conditions | undefined {
    const found: Conditions[number][] = [];
    do {
      const one = this.#condition();
      if (one === undefined) return undefined;
      found.push(...one);
    } while (this.take("AND"));
    return found;
  }

  #condition(): Conditions | undefined {
    if (this.takeSymbol("(")) {
      const inner = this.conditions();
      return inner !== undefined && this.takeSymbol(")") ? inner : undefined;
    }
    const name = this.column();
    if (name === undefined) return undefined;
    if (this.takeSymbol("=")) return [{ name, values: [this.#cells.readValue()] }];
    if (!this.take("IN") || !this.takeSymbol("(") || this.lexer.is("SELECT")) return undefined;
    const values = [this.#cells.readValue()];
    while (this.takeSymbol(",")) values.push(this.#cells.readValue());
    return this.takeSymbol(")") ? [{ name, values }] : undefined;
  }

  #given(isBehind: () => boolean): Given {
    const { start, line } = this.lexer;
    let why = "is computed";
    try {
      if (!this.lexer.is("DEFAULT")) {
        const value = this.#cells.readValue();
        if (isBehind()) return { value };
      }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      why = error.reason;
    }
    this.lexer.reset({ position: start, line });
    this.lexer.next();
    return { by: this.skipTo(isBehind), why };
  }

  /** Goes to where it says so outside of parentheses, or to the end; returns the text that was passed over. */
  skipTo(isThere: () => boolean): string {
    const { start } = this.lexer;
    let end = start;
    for (let depth = 0; this.lexer.kind !== "end" && this.lexer.kind !== "broken"; this.lexer.next()) {
      if (depth === 0 && isThere()) break;
      if (this.lexer.isSymbol("(")) depth++;
      else if (this.lexer.isSymbol(")")) depth--;
      end = this.lexer.end;
    }
    return this.lexer.slice(start, end).replaceAll(/\s+/g, " ");
  }
}
