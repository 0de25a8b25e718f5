/** Evaluates the literal expressions of emitted scripts as the server does, its cutting of long `+` included. */
import { Lexer } from "../../src/tsql/lexer.ts";

export type Evaluated = string | number | Buffer | null;

interface Typed {
  readonly value: Evaluated;
  /** Characters that a concatenation with this operand can hold, as its type has it. */
  readonly limit: number;
}

const max = Number.POSITIVE_INFINITY;
const limits: Readonly<Record<string, number>> = { nvarchar: 4000, varchar: 8000 };

/** Reads one expression from the lexer, which stands before it; afterwards on the token behind it. */
class Evaluator {
  readonly #lexer: Lexer;
  constructor(lexer: Lexer) {
    this.#lexer = lexer;
  }

  expression(): Typed {
    let left = this.#operand();
    while (this.#lexer.isSymbol("+")) {
      this.#lexer.next();
      left = concatenated(left, this.#operand());
    }
    return left;
  }

  #expect(symbol: string): void {
    if (!this.#lexer.isSymbol(symbol)) throw new Error(`expected ${symbol}, found ${this.#lexer.text}`);
    this.#lexer.next();
  }

  #operand(): Typed {
    const { kind, text } = this.#lexer;
    if (kind === "word") return this.#word();
    if (kind === "symbol" && text === "-") return this.#negative();
    this.#lexer.next();
    if (kind === "national-string") return { value: text, limit: text.length > 4000 ? max : 4000 };
    if (kind === "string") return { value: text, limit: text.length > 8000 ? max : 8000 };
    if (kind === "binary") return { value: Buffer.from(text, "hex"), limit: max };
    if (kind === "number") return { value: Number(text), limit: max };
    throw new Error(`no operand: ${kind} ${text}`);
  }

  #negative(): Typed {
    this.#lexer.next();
    return { value: -Number(this.#operand().value), limit: max };
  }

  #word(): Typed {
    const word = this.#lexer.upper;
    this.#lexer.next();
    if (word === "NULL") return { value: null, limit: max };
    this.#expect("(");
    const inner = this.expression();
    const result = word === "CAST" ? this.#cast(inner) : character(word, inner);
    this.#expect(")");
    return result;
  }

  #cast(inner: Typed): Typed {
    const words: string[] = [];
    while (!this.#lexer.isSymbol(")")) {
      words.push(this.#lexer.text);
      const opens = this.#lexer.isSymbol("(");
      this.#lexer.next();
      if (opens) {
        words.push(this.#lexer.text);
        this.#lexer.next();
        this.#expect(")");
      }
    }
    const [, type = "", , length = ""] = words[0] === "COLLATE" ? words.slice(2) : words;
    return converted(inner, type.toLowerCase(), length.toLowerCase() === "max" ? max : Number(length));
  }
}

function concatenated(left: Typed, right: Typed): Typed {
  const limit = Math.max(left.limit, right.limit) === max ? max : Math.min(left.limit, right.limit);
  return { value: `${String(left.value)}${String(right.value)}`.slice(0, limit), limit };
}

function character(name: string, code: Typed): Typed {
  if (name !== "NCHAR" && name !== "CHAR") throw new Error(`no function of literals: ${name}`);
  return { value: String.fromCharCode(Number(code.value)), limit: name === "NCHAR" ? 4000 : 8000 };
}

function converted({ value }: Typed, type: string, length: number): Typed {
  const limit = length === max ? max : (limits[type] ?? max);
  if (Buffer.isBuffer(value) && type === "nvarchar")
    return { value: value.toString("utf16le").slice(0, length), limit };
  if (Buffer.isBuffer(value) && type === "varchar") return { value: value.toString("latin1").slice(0, length), limit };
  return typeof value === "string" && length > 0 ? { value: value.slice(0, length), limit } : { value, limit: max };
}

/** The value of one expression that fills the whole text. */
export function evaluate(text: string): Evaluated {
  const lexer = new Lexer(text);
  lexer.next();
  const { value } = new Evaluator(lexer).expression();
  if (lexer.kind !== "end") throw new Error(`${text.slice(0, 80)}: more than one expression`);
  return value;
}

/** The cells of an INSERT statement: of `VALUES (…), (…)`, or of `SELECT …`. */
export function insertedRows(statement: string): Evaluated[][] {
  const lexer = new Lexer(statement);
  while (!(lexer.is("VALUES") || lexer.is("SELECT"))) if (lexer.next() === "end") throw new Error("no INSERT");
  const isSelect = lexer.is("SELECT");
  const rows: Evaluated[][] = [];
  do {
    lexer.next();
    if (!isSelect) lexer.next();
    const row: Evaluated[] = [];
    for (;;) {
      row.push(new Evaluator(lexer).expression().value);
      if (!lexer.isSymbol(",")) break;
      lexer.next();
    }
    rows.push(row);
    if (!isSelect) lexer.next();
  } while (lexer.isSymbol(","));
  return rows;
}
