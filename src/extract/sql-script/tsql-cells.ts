/** Plain values of T-SQL: literals in all their forms, and the few functions that only spell a literal. */
import type { Scanner } from "../../tsql/scanner.ts";
import type { RawValue } from "../../values/codec.ts";
import { bytesOf, CellReader } from "./cells.ts";
import { convert, formOf } from "./convert.ts";
import { decimalText, integerValue } from "./numbers.ts";
import type { Session } from "./session.ts";
import { readTarget } from "./types.ts";
import { Unreadable } from "./unreadable.ts";

const dashedDate = /^(\d{4})-(\d\d)-(\d\d)/;

export class TsqlCells extends CellReader {
  readonly #session: Session;

  constructor(lexer: Scanner, session: Session) {
    super(lexer);
    this.#session = session;
  }

  protected override readJoined(first: RawValue | null): RawValue | null {
    return this.lexer.isSymbol("+") ? this.#concatenate(first) : first;
  }

  protected override readPlain(): RawValue | null {
    const { kind, text } = this.lexer;
    switch (kind) {
      case "string":
      case "national-string":
        return this.accept("string", text);
      case "number":
        return this.accept("number", /^\d+$/.test(text) ? integerValue(text) : decimalText(text));
      case "binary":
        return this.accept("binary", bytesOf(text));
      case "money":
        return this.accept("money", decimalText(text));
      case "word":
        return this.#readWord();
      case "symbol":
        return this.#readSymbol(text);
      case "double-quoted":
        if (this.#session.quotedIdentifier) throw new Unreadable(`names "${text}", which is no plain value`);
        return this.accept("string", text);
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
    if (mark === "{") return this.#readOdbcEscape();
    if (mark === "-" || mark === "+") return this.readSigned(mark);
    throw new Unreadable(`holds ${mark} where a value was expected`);
  }

  /** `{ts '…'}` and `{d '…'}`. `{t '…'}` is today's date at that time, and so no value. */
  #readOdbcEscape(): RawValue {
    this.lexer.next();
    const name = this.lexer.upper;
    this.lexer.next();
    const { kind, text } = this.lexer;
    if ((name !== "TS" && name !== "D") || kind !== "string")
      throw new Unreadable(`holds {${name.toLowerCase()} …}, which is no plain value`);
    this.lexer.next();
    this.expect("}");
    this.form = "temporal";
    return this.#inFixedOrder(text);
  }

  #readWord(): RawValue | null {
    const name = this.lexer.upper;
    if (name === "NULL") return this.accept("null", null);
    const shown = this.lexer.text;
    this.lexer.next();
    if (!this.lexer.isSymbol("(")) throw new Unreadable(`names ${shown}, which is no plain value`);
    this.lexer.next();
    if (name === "CAST" || name === "TRY_CAST") return this.#readCast();
    if (name === "CONVERT" || name === "TRY_CONVERT") return this.#readConvert();
    if (name === "NCHAR" || name === "CHAR") return this.#readCharacter(name);
    throw new Unreadable(`calls ${shown}(), which is no plain value`);
  }

  #readCast(): RawValue | null {
    const value = this.readNested();
    if (!this.lexer.is("AS")) throw new Unreadable("computes a value inside a CAST");
    this.lexer.next();
    const target = readTarget(this.lexer);
    this.expect(")");
    return this.#convert(value, target, undefined);
  }

  #readConvert(): RawValue | null {
    const target = readTarget(this.lexer);
    this.expect(",");
    const value = this.readNested();
    const form = this.form;
    let style: number | undefined;
    if (this.lexer.isSymbol(",")) {
      this.lexer.next();
      style = this.readWholeNumber("the style of a CONVERT");
    }
    this.expect(")");
    this.form = form;
    return this.#convert(value, target, style);
  }

  #convert(value: RawValue | null, target: ReturnType<typeof readTarget>, style: number | undefined): RawValue | null {
    const form = this.form;
    const { dateOrder } = this.#session;
    if (target.type.name !== "sql_variant") this.form = formOf(target.type);
    if (value === null) return null;
    const conventions = dateOrder === undefined ? undefined : { dateOrder, isLiteral: true };
    const converted = convert(value, form, target, style, conventions);
    return this.form === "temporal" && typeof converted === "string" ? this.#inFixedOrder(converted) : converted;
  }

  /**
   * The text of a moment that is settled, so that the column's own reading takes it for the same: under DATEFORMAT dmy that takes
   * `2005-04-03` for the 4th of March, and only `20050403` is read alike under all.
   */
  #inFixedOrder(moment: string): string {
    return this.#session.dateOrder === "dmy" ? moment.replace(dashedDate, "$1$2$3") : moment;
  }

  /** CHAR beyond ASCII depends on the server's code page, NCHAR beyond U+FFFF on the database's collation. */
  #readCharacter(name: "NCHAR" | "CHAR"): string {
    const code = this.readWholeNumber("a character");
    this.expect(")");
    if (code < 0 || code > (name === "NCHAR" ? 0xffff : 0x7f))
      throw new Unreadable(`calls ${name}(${code}), which depends on the server`);
    this.form = "string";
    return String.fromCharCode(code);
  }

  /** `+` joins strings, or bytes. Between anything else it computes. */
  #concatenate(first: RawValue | null): RawValue {
    const form = this.form;
    if (form !== "string" && form !== "binary") throw new Unreadable("adds values");
    const parts = [first];
    while (this.lexer.isSymbol("+")) {
      this.lexer.next();
      parts.push(this.readTerm());
      if (this.form !== form) throw new Unreadable("adds values of two kinds");
    }
    if (parts.includes(null)) throw new Unreadable("joins NULL to a value");
    return form === "string" ? parts.join("") : new Uint8Array(Buffer.concat(parts as Uint8Array[]));
  }
}
