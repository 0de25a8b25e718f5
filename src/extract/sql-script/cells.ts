/** Plain values of T-SQL: literals in all their forms, and the few functions that only spell a literal. */
import type { Lexer } from "../../tsql/lexer.ts";
import type { RawValue } from "../../values/codec.ts";
import { convert, formOf, type Form } from "./convert.ts";
import { decimalText, integerValue, negate } from "./numbers.ts";
import type { Session } from "./session.ts";
import { readTarget } from "./types.ts";
import { Unreadable } from "./unreadable.ts";

/** `DEFAULT` in place of a value: the script does not say what the cell held. */
export const unclaimed = Symbol("DEFAULT");

export type Cell = RawValue | null | typeof unclaimed;

const deepest = 64;
const dashedDate = /^(\d{4})-(\d\d)-(\d\d)/;

/** Reads cells. The current token begins one; afterwards the current token is the one behind it. */
export class CellReader {
  readonly #lexer: Lexer;
  readonly #session: Session;
  /** What the value read last is to the server. */
  #form: Form = "null";
  #depth = 0;

  constructor(lexer: Lexer, session: Session) {
    this.#lexer = lexer;
    this.#session = session;
  }

  /** `value, value, …` up to the first token that is no comma. Throws Unreadable for anything but plain values. */
  readList(): Cell[] {
    const cells: Cell[] = [];
    for (;;) {
      cells.push(
        this.#lexer.kind === "word" && this.#lexer.upper === "DEFAULT" ? this.#readDefault() : this.readValue(),
      );
      if (!this.#lexer.isSymbol(",")) return cells;
      this.#lexer.next();
    }
  }

  /** One value that is not DEFAULT; NULL is null. What the reading before it left unfinished does not count. */
  readValue(): RawValue | null {
    this.#depth = 0;
    return this.#readNested();
  }

  #readNested(): RawValue | null {
    if (++this.#depth > deepest) throw new Unreadable("nests deeper than a value does");
    const value = this.#readTerm();
    const result = this.#lexer.isSymbol("+") ? this.#concatenate(value) : value;
    this.#depth--;
    return result;
  }

  #readDefault(): typeof unclaimed {
    this.#lexer.next();
    return unclaimed;
  }

  #readTerm(): RawValue | null {
    const { kind, text } = this.#lexer;
    switch (kind) {
      case "string":
      case "national-string":
        return this.#accept("string", text);
      case "number":
        return this.#accept("number", /^\d+$/.test(text) ? integerValue(text) : decimalText(text));
      case "binary":
        return this.#accept("binary", bytesOf(text));
      case "money":
        return this.#accept("money", decimalText(text));
      case "word":
        return this.#readWord();
      case "symbol":
        return this.#readSymbol(text);
      case "double-quoted":
        if (this.#session.quotedIdentifier) throw new Unreadable(`names "${text}", which is no plain value`);
        return this.#accept("string", text);
      case "variable":
        throw new Unreadable(`uses the variable ${text}, whose value is not in the row`);
      case "broken":
        throw new Unreadable("ends inside a literal");
      default:
        throw new Unreadable("holds something that is no plain value");
    }
  }

  #accept<Value extends RawValue | null>(form: Form, value: Value): Value {
    this.#form = form;
    this.#lexer.next();
    return value;
  }

  #readSymbol(mark: string): RawValue | null {
    if (mark === "(") return this.#readParenthesized();
    if (mark === "{") return this.#readOdbcEscape();
    if (mark === "-" || mark === "+") return this.#readSigned(mark);
    throw new Unreadable(`holds ${mark} where a value was expected`);
  }

  #readParenthesized(): RawValue | null {
    this.#lexer.next();
    const value = this.#readNested();
    this.#expect(")");
    return value;
  }

  #expect(mark: string): void {
    if (!this.#lexer.isSymbol(mark))
      throw new Unreadable(`computes a value: ${this.#lexer.text || "the end"} stands in it`);
    this.#lexer.next();
  }

  #readSigned(first: string): RawValue | null {
    let isNegative = false;
    for (let mark = first; mark === "-" || mark === "+"; mark = this.#lexer.kind === "symbol" ? this.#lexer.text : "") {
      isNegative = isNegative !== (mark === "-");
      this.#lexer.next();
    }
    const value = this.#readTerm();
    if (this.#form !== "number" && this.#form !== "money") throw new Unreadable("puts a sign before what is no number");
    return isNegative && value !== null ? negate(value) : value;
  }

  /** `{ts '…'}` and `{d '…'}`. `{t '…'}` is today's date at that time, and so no value. */
  #readOdbcEscape(): RawValue {
    this.#lexer.next();
    const name = this.#lexer.upper;
    this.#lexer.next();
    const { kind, text } = this.#lexer;
    if ((name !== "TS" && name !== "D") || kind !== "string")
      throw new Unreadable(`holds {${name.toLowerCase()} …}, which is no plain value`);
    this.#lexer.next();
    this.#expect("}");
    this.#form = "temporal";
    return this.#inFixedOrder(text);
  }

  #readWord(): RawValue | null {
    const name = this.#lexer.upper;
    if (name === "NULL") return this.#accept("null", null);
    const shown = this.#lexer.text;
    this.#lexer.next();
    if (!this.#lexer.isSymbol("(")) throw new Unreadable(`names ${shown}, which is no plain value`);
    this.#lexer.next();
    if (name === "CAST" || name === "TRY_CAST") return this.#readCast();
    if (name === "CONVERT" || name === "TRY_CONVERT") return this.#readConvert();
    if (name === "NCHAR" || name === "CHAR") return this.#readCharacter(name);
    throw new Unreadable(`calls ${shown}(), which is no plain value`);
  }

  #readCast(): RawValue | null {
    const value = this.#readNested();
    if (!this.#lexer.is("AS")) throw new Unreadable("computes a value inside a CAST");
    this.#lexer.next();
    const target = readTarget(this.#lexer);
    this.#expect(")");
    return this.#convert(value, target, undefined);
  }

  #readConvert(): RawValue | null {
    const target = readTarget(this.#lexer);
    this.#expect(",");
    const value = this.#readNested();
    const form = this.#form;
    let style: number | undefined;
    if (this.#lexer.isSymbol(",")) {
      this.#lexer.next();
      style = this.#readNumber("the style of a CONVERT");
    }
    this.#expect(")");
    this.#form = form;
    return this.#convert(value, target, style);
  }

  #convert(value: RawValue | null, target: ReturnType<typeof readTarget>, style: number | undefined): RawValue | null {
    const form = this.#form;
    const { dateOrder } = this.#session;
    if (target.type.name !== "sql_variant") this.#form = formOf(target.type);
    if (value === null) return null;
    const conventions = dateOrder === undefined ? undefined : { dateOrder, isLiteral: true };
    const converted = convert(value, form, target, style, conventions);
    return this.#form === "temporal" && typeof converted === "string" ? this.#inFixedOrder(converted) : converted;
  }

  /**
   * The text of a moment that is settled, so that the column's own reading takes it for the same: under DATEFORMAT dmy that takes
   * `2005-04-03` for the 4th of March, and only `20050403` is read alike under all.
   */
  #inFixedOrder(moment: string): string {
    return this.#session.dateOrder === "dmy" ? moment.replace(dashedDate, "$1$2$3") : moment;
  }

  #readNumber(what: string): number {
    const value = this.#readNested();
    if (typeof value !== "number") throw new Unreadable(`computes ${what}`);
    return value;
  }

  /** CHAR beyond ASCII depends on the server's code page, NCHAR beyond U+FFFF on the database's collation. */
  #readCharacter(name: "NCHAR" | "CHAR"): string {
    const code = this.#readNumber("a character");
    this.#expect(")");
    if (code < 0 || code > (name === "NCHAR" ? 0xffff : 0x7f))
      throw new Unreadable(`calls ${name}(${code}), which depends on the server`);
    this.#form = "string";
    return String.fromCharCode(code);
  }

  /** `+` joins strings, or bytes. Between anything else it computes. */
  #concatenate(first: RawValue | null): RawValue {
    const form = this.#form;
    if (form !== "string" && form !== "binary") throw new Unreadable("adds values");
    const parts = [first];
    while (this.#lexer.isSymbol("+")) {
      this.#lexer.next();
      parts.push(this.#readTerm());
      if (this.#form !== form) throw new Unreadable("adds values of two kinds");
    }
    if (parts.includes(null)) throw new Unreadable("joins NULL to a value");
    return form === "string" ? parts.join("") : new Uint8Array(Buffer.concat(parts as Uint8Array[]));
  }
}

/** An odd digit count has a zero before it, as the server reads it. */
function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}
