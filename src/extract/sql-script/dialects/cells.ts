/** Plain values as the engines write them: literals, casts that change nothing, and functions that only spell a literal. */
import type { Scanner } from "../../../tsql/scanner.ts";
import type { RawValue } from "../../../values/codec.ts";
import { bytesOf, CellReader } from "../cells.ts";
import type { Form } from "../convert.ts";
import { decimalText, integerValue, negate } from "../numbers.ts";
import { Unreadable } from "../unreadable.ts";

/** A function's value by its arguments. Throws Unreadable where it depends on more than them. */
export type Evaluate = (args: readonly (RawValue | null)[]) => RawValue | null;

/** What an engine has of its own. */
export interface CellRules {
  /** By name in upper case. */
  readonly functions: Readonly<Record<string, Evaluate>>;
  /** Words that are values: TRUE. */
  readonly words: Readonly<Record<string, RawValue>>;
  /** What stands before a string and says what it is: `DATE '2020-01-01'`. Undefined for other words. */
  literal?(word: string, text: string): RawValue | undefined;
  /** `CAST(value AS type)`, with the type in upper case. */
  cast?(value: RawValue | null, type: string): RawValue | null;
  /** A number that is not whole. */
  real(text: string): RawValue;
  bits(digits: string): RawValue;
  /** Oracle: the empty string is NULL. */
  readonly emptyIsNull?: true;
}

/** Words that follow a value in UPDATE and DELETE, and are no part of a type's name. */
const behindType = new Set(["WHERE", "AND", "OR", "FROM", "RETURNING", "ON"]);

export class DialectCells extends CellReader {
  readonly #rules: CellRules;

  constructor(lexer: Scanner, rules: CellRules) {
    super(lexer);
    this.#rules = rules;
  }

  protected override negated(value: RawValue): RawValue {
    return value === 0 ? -0 : negate(value);
  }

  /** `||` joins texts; `::type` and COLLATE say what a literal is, and leave it. */
  protected override readJoined(first: RawValue | null): RawValue | null {
    let value = this.#readCasts(first);
    while (this.lexer.isSymbol("||")) {
      this.lexer.next();
      const form = this.form;
      const other = this.#readCasts(this.readTerm());
      value = this.#join(value, form, other);
    }
    return value;
  }

  #join(left: RawValue | null, form: Form, right: RawValue | null): RawValue | null {
    if (this.#rules.emptyIsNull && (left === null || right === null)) return left ?? right;
    if (typeof left !== "string" || typeof right !== "string" || form !== "string" || this.form !== "string")
      throw new Unreadable("joins what are not two texts");
    return left + right;
  }

  #readCasts(first: RawValue | null): RawValue | null {
    let value = first;
    while (this.lexer.isSymbol("::")) {
      this.lexer.next();
      value = this.#cast(value, this.#readType());
    }
    return value;
  }

  protected override readPlain(): RawValue | null {
    const { kind, text } = this.lexer;
    switch (kind) {
      case "string":
        return this.accept("string", this.#rules.emptyIsNull && text === "" ? null : text);
      case "number":
        return this.accept("number", /^\d+$/.test(text) ? integerValue(text) : this.#rules.real(decimalText(text)));
      case "binary":
        return this.accept("binary", bytesOf(text));
      case "bits":
        return this.accept("other", this.#rules.bits(text));
      case "word":
        return this.#readWord();
      case "symbol":
        return this.#readSymbol(text);
      case "double-quoted":
      case "bracketed":
        throw new Unreadable(`names "${text}", which is no plain value`);
      case "variable":
        throw new Unreadable(`uses the variable ${text}, whose value is not in the row`);
      case "broken":
        throw new Unreadable("ends inside a literal");
      default:
        throw new Unreadable("holds something that is no plain value");
    }
  }

  #readSymbol(mark: string): RawValue | null {
    if (mark === "(") return this.readParenthesized();
    if (mark === "-" || mark === "+") return this.readSigned(mark);
    throw new Unreadable(`holds ${mark} where a value was expected`);
  }

  #readWord(): RawValue | null {
    const { upper, text } = this.lexer;
    if (upper === "NULL") return this.accept("null", null);
    const value = this.#rules.words[upper];
    if (value !== undefined) return this.accept("other", value);
    this.lexer.next();
    if (this.lexer.kind === "string") return this.#readLiteral(upper, text);
    if (this.lexer.isSymbol("(")) return this.#readCall(upper, text);
    throw new Unreadable(`names ${text}, which is no plain value`);
  }

  #readLiteral(word: string, shown: string): RawValue {
    const value = this.#rules.literal?.(word, this.lexer.text);
    if (value === undefined) throw new Unreadable(`holds ${shown} '…', which is no plain value`);
    return this.accept(typeof value === "string" ? "string" : "binary", value);
  }

  #readCall(name: string, shown: string): RawValue | null {
    this.lexer.next();
    if (name === "CAST") return this.#readCast();
    const evaluate = this.#rules.functions[name];
    if (evaluate === undefined) throw new Unreadable(`calls ${shown}(), which is no plain value`);
    const args = this.lexer.isSymbol(")") ? [] : this.#readArguments();
    this.expect(")");
    const value = evaluate(args);
    this.form = typeof value === "string" ? "string" : "other";
    return value;
  }

  #readArguments(): (RawValue | null)[] {
    const args = [this.readNested()];
    while (this.lexer.isSymbol(",")) {
      this.lexer.next();
      args.push(this.readNested());
    }
    return args;
  }

  #readCast(): RawValue | null {
    const value = this.readNested();
    if (!this.lexer.is("AS")) throw new Unreadable("computes a value inside a CAST");
    this.lexer.next();
    const type = this.#readType();
    this.expect(")");
    return this.#cast(value, type);
  }

  #cast(value: RawValue | null, type: string): RawValue | null {
    if (this.#rules.cast === undefined) throw new Unreadable(`converts to ${type.toLowerCase()}, which is not read`);
    return this.#rules.cast(value, type);
  }

  /** `character varying(10)[]`, `public.citext`. */
  #readType(): string {
    const words: string[] = [];
    for (; (this.lexer.isName() && !behindType.has(this.lexer.upper)) || this.lexer.isSymbol("."); this.lexer.next())
      words.push(this.lexer.text.toUpperCase());
    if (this.lexer.isSymbol("(")) {
      do this.lexer.next();
      while (this.lexer.kind === "number" || this.lexer.isSymbol(","));
      this.expect(")");
    }
    while (this.lexer.isSymbol("[")) {
      this.lexer.next();
      this.expect("]");
      words.push("[]");
    }
    return words.join(" ");
  }
}
