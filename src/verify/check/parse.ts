/** The grammar of CHECK expressions (Transact-SQL reference, "Search condition", "Operator precedence"). */
import { findColumn, isStored, type Column, type Table } from "../../schema/model.ts";
import { arithmetic, negateScalar, type Operator } from "./arithmetic.ts";
import { cast, readType } from "./casts.ts";
import { compare, type Comparator } from "./compare.ts";
import { Cursor } from "./cursor.ts";
import { callFunction, isKnownFunction } from "./functions.ts";
import { decode, kindOf, showColumn } from "./kinds.ts";
import { like } from "./like.ts";
import { readLiteral } from "./literals.ts";
import { NotUnderstood } from "./not-understood.ts";
import type { Condition, Row, Scalar } from "./terms.ts";
import { allOf, anyOf, not } from "./truth.ts";

/** Parentheses may hold either, and only what follows tells which was meant. */
type Term = Scalar | Condition;

/** Every mark of one character or two, as the comparison that it means. */
const comparators: Readonly<Record<string, Comparator>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "!<": ">=",
  "!>": "<=",
};

/** Far beyond what people write, far below what the stack holds. */
const deepest = 200;

/**
 * Reads a CHECK as it is written: each part is compiled when it is reached, so that what is refused is the first thing that is
 * not understood. Throws NotUnderstood.
 */
export class Parser {
  readonly #cursor: Cursor;
  readonly #table: Table;
  readonly #named = new Set<Column>();
  #depth = 0;

  constructor(expression: string, table: Table) {
    this.#cursor = new Cursor(expression);
    this.#table = table;
  }

  /** The columns that were named so far, in table order. */
  get columns(): Column[] {
    return this.#table.columns.filter((column) => this.#named.has(column));
  }

  /** The whole text as one condition. */
  parse(): Condition {
    const condition = this.#condition(this.#or());
    if (this.#cursor.kind !== "end") throw this.#cursor.unexpected();
    return condition;
  }

  #or(): Term {
    return this.#joined("OR", anyOf, () => this.#joined("AND", allOf, () => this.#not()));
  }

  #joined(word: string, join: (conditions: Condition[]) => Condition, operand: () => Term): Term {
    const first = operand();
    if (this.#cursor.upper !== word) return first;
    const conditions = [this.#condition(first)];
    while (this.#cursor.take(word)) conditions.push(this.#condition(operand()));
    return join(conditions);
  }

  #not(): Term {
    if (!this.#cursor.take("NOT")) return this.#predicate();
    return not(this.#condition(this.#nested(() => this.#not())));
  }

  #nested<Result>(read: () => Result): Result {
    if (++this.#depth > deepest) throw new NotUnderstood(`is nested deeper than ${deepest} levels`);
    const result = read();
    this.#depth--;
    return result;
  }

  #condition(term: Term): Condition {
    if ("holds" in term) return term;
    throw this.#cursor.unexpected();
  }

  #scalar(term: Term): Scalar {
    if ("read" in term) return term;
    throw this.#cursor.unexpected();
  }

  #predicate(): Term {
    const term = this.#sum();
    if ("holds" in term) return term;
    const comparator = this.#comparator();
    if (comparator !== undefined) return compare(comparator, term, this.#scalar(this.#sum()));
    if (this.#cursor.take("IS")) return this.#isNull(term);
    if (!this.#cursor.take("NOT")) return this.#membership(term) ?? term;
    const condition = this.#membership(term);
    if (condition === undefined) throw this.#cursor.unexpected();
    return not(condition);
  }

  #comparator(): Comparator | undefined {
    const { kind, text } = this.#cursor;
    if (kind !== "symbol" || !["=", "<", ">", "!"].includes(text)) return undefined;
    this.#cursor.next();
    const both = this.#cursor.kind === "symbol" ? comparators[text + this.#cursor.text] : undefined;
    if (both !== undefined) this.#cursor.next();
    const comparator = both ?? comparators[text];
    if (comparator === undefined) throw this.#cursor.unexpected();
    return comparator;
  }

  #isNull(scalar: Scalar): Condition {
    const negated = this.#cursor.take("NOT");
    this.#cursor.expect("NULL");
    const condition: Condition = { holds: (row) => isAbsent(scalar, row) };
    return negated ? not(condition) : condition;
  }

  #membership(value: Scalar): Condition | undefined {
    if (this.#cursor.take("IN")) return this.#in(value);
    if (this.#cursor.take("BETWEEN")) return this.#between(value);
    return this.#cursor.take("LIKE") ? this.#like(value) : undefined;
  }

  #in(value: Scalar): Condition {
    this.#cursor.expectSymbol("(");
    return anyOf(this.#list((item) => compare("=", value, item)));
  }

  /** Items up to the closing parenthesis, each made something of when it is reached. */
  #list<Item>(make: (item: Scalar) => Item): Item[] {
    const items: Item[] = [];
    do items.push(make(this.#scalar(this.#sum())));
    while (this.#cursor.takeSymbol(","));
    this.#cursor.expectSymbol(")");
    return items;
  }

  #between(value: Scalar): Condition {
    const least = compare(">=", value, this.#scalar(this.#sum()));
    this.#cursor.expect("AND");
    return allOf([least, compare("<=", value, this.#scalar(this.#sum()))]);
  }

  #like(value: Scalar): Condition {
    const pattern = this.#scalar(this.#sum());
    const escape = this.#cursor.take("ESCAPE") ? this.#scalar(this.#sum()) : undefined;
    return like(value, pattern, escape);
  }

  #sum(): Term {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/"], () => this.#signed()));
  }

  /** Operators of one precedence, from the left. Each makes the tree deeper by one. */
  #chain(operators: readonly Operator[], operand: () => Term): Term {
    let term = operand();
    for (let length = 0; ; length++) {
      const operator = operators.find((mark) => this.#cursor.isSymbol(mark));
      if (operator === undefined) return term;
      if (length >= deepest) throw new NotUnderstood(`computes with more than ${deepest} operands in a row`);
      const left = this.#scalar(term);
      this.#cursor.next();
      term = arithmetic(operator, left, this.#scalar(operand()));
    }
  }

  #signed(): Term {
    if (this.#cursor.takeSymbol("-")) return negateScalar(this.#scalar(this.#nested(() => this.#signed())));
    if (this.#cursor.takeSymbol("+")) return this.#scalar(this.#nested(() => this.#signed()));
    return this.#primary();
  }

  #primary(): Term {
    if (this.#cursor.takeSymbol("(")) {
      const term = this.#nested(() => this.#or());
      this.#cursor.expectSymbol(")");
      return term;
    }
    return readLiteral(this.#cursor) ?? this.#nameOrCall();
  }

  #nameOrCall(): Scalar {
    if (!this.#cursor.isName()) throw this.#cursor.unexpected();
    const { text, upper } = this.#cursor;
    const shown = this.#cursor.shown();
    this.#cursor.next();
    if (this.#cursor.takeSymbol("(")) return this.#nested(() => this.#call(upper, shown));
    return this.#column(text, shown);
  }

  #call(name: string, shown: string): Scalar {
    if (name === "CAST") return this.#cast();
    if (name === "CONVERT") return this.#convert();
    if (!isKnownFunction(name)) throw new NotUnderstood(`calls ${shown}, which is not evaluated`);
    return callFunction(
      name,
      this.#list((item) => item),
    );
  }

  #cast(): Scalar {
    const value = this.#scalar(this.#sum());
    this.#cursor.expect("AS");
    const kind = readType(this.#cursor);
    this.#cursor.expectSymbol(")");
    return cast(value, kind, undefined);
  }

  #convert(): Scalar {
    const kind = readType(this.#cursor);
    this.#cursor.expectSymbol(",");
    const value = this.#scalar(this.#sum());
    const style = this.#cursor.takeSymbol(",") ? this.#scalar(this.#sum()) : undefined;
    this.#cursor.expectSymbol(")");
    return cast(value, kind, style);
  }

  #column(name: string, shown: string): Scalar {
    const column = findColumn(this.#table, name);
    if (column === undefined || this.#cursor.isSymbol("."))
      throw new NotUnderstood(`holds ${shown}, which is no column of ${this.#table.id} and is not evaluated`);
    if (!isStored(column)) throw new NotUnderstood(`names ${column.name}, whose values the server makes itself`);
    this.#named.add(column);
    return columnScalar(column);
  }
}

function isAbsent(scalar: Scalar, row: Row) {
  const value = scalar.read(row);
  return typeof value === "symbol" ? value : value === null;
}

function columnScalar(column: Column): Scalar {
  const kind = kindOf(column.type, column.collation);
  function read(row: Row) {
    const value = row(column);
    return value === null ? null : decode(kind, value);
  }
  return { kind, read, shown: showColumn(column) };
}
