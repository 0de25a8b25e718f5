/** Plain values of a script: what the readers of all dialects share. */
import type { Scanner } from "../../tsql/scanner.ts";
import type { RawValue } from "../../values/codec.ts";
import type { Form } from "./convert.ts";
import { negate } from "./numbers.ts";
import { Unreadable } from "./unreadable.ts";

/** `DEFAULT` in place of a value: the script does not say what the cell held. */
export const unclaimed = Symbol("DEFAULT");

export type Cell = RawValue | null | typeof unclaimed;

/** Values of what stands for them in a statement: `@p0`, `$1`, `?`. */
export interface Parameters {
  /**
   * Reads a parameter from the current token on and moves behind it; undefined, and nothing moved, where none stands there. Throws Unreadable
   * for one whose value is not known.
   */
  read(lexer: Scanner): { readonly value: RawValue | null } | undefined;
}

const deepest = 64;

/** Reads cells. The current token begins one; afterwards the current token is the one behind it. */
export abstract class CellReader {
  protected readonly lexer: Scanner;
  /** What the value read last is to the server. */
  protected form: Form = "null";
  /** Undefined: a parameter is no plain value. */
  parameters: Parameters | undefined;
  #depth = 0;

  constructor(lexer: Scanner) {
    this.lexer = lexer;
  }

  /** One value of the script itself, without operators around it. */
  protected abstract readPlain(): RawValue | null;

  /** A value with what joins others to it; the first of them is read. */
  protected abstract readJoined(first: RawValue | null): RawValue | null;

  /** One value without operators around it. */
  protected readTerm(): RawValue | null {
    const parameter = this.parameters?.read(this.lexer);
    if (parameter === undefined) return this.readPlain();
    // Its text may be that of a number: nothing is computed with it.
    this.form = parameter.value === null ? "null" : "other";
    return parameter.value;
  }

  /** `value, value, …` up to the first token that is no comma. Throws Unreadable for anything but plain values. */
  readList(): Cell[] {
    const cells: Cell[] = [];
    for (;;) {
      cells.push(this.lexer.kind === "word" && this.lexer.upper === "DEFAULT" ? this.#readDefault() : this.readValue());
      if (!this.lexer.isSymbol(",")) return cells;
      this.lexer.next();
    }
  }

  /** One value that is not DEFAULT; NULL is null. What the reading before it left unfinished does not count. */
  readValue(): RawValue | null {
    this.#depth = 0;
    return this.readNested();
  }

  protected readNested(): RawValue | null {
    if (++this.#depth > deepest) throw new Unreadable("nests deeper than a value does");
    const result = this.readJoined(this.readTerm());
    this.#depth--;
    return result;
  }

  #readDefault(): typeof unclaimed {
    this.lexer.next();
    return unclaimed;
  }

  protected accept<Value extends RawValue | null>(form: Form, value: Value): Value {
    this.form = form;
    this.lexer.next();
    return value;
  }

  protected readParenthesized(): RawValue | null {
    this.lexer.next();
    const value = this.readNested();
    this.expect(")");
    return value;
  }

  protected expect(mark: string): void {
    if (!this.lexer.isSymbol(mark))
      throw new Unreadable(`computes a value: ${this.lexer.text || "the end"} stands in it`);
    this.lexer.next();
  }

  protected readSigned(first: string): RawValue | null {
    let isNegative = false;
    for (let mark = first; mark === "-" || mark === "+"; mark = this.lexer.kind === "symbol" ? this.lexer.text : "") {
      isNegative = isNegative !== (mark === "-");
      this.lexer.next();
    }
    const value = this.readTerm();
    if (this.form !== "number" && this.form !== "money") throw new Unreadable("puts a sign before what is no number");
    return isNegative && value !== null ? this.negated(value) : value;
  }

  /** The value with its sign turned. */
  protected negated(value: RawValue): RawValue {
    return negate(value);
  }

  protected readWholeNumber(what: string): number {
    const value = this.readNested();
    if (typeof value !== "number") throw new Unreadable(`computes ${what}`);
    return value;
  }
}

/** An odd digit count has a zero before it, as servers read it. */
export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}
