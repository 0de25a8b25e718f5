/** UPDATE and DELETE statements that say in plain values which row they change, by its whole key, and what it then holds. */
import type { Scanner } from "../../tsql/scanner.ts";
import { planKey } from "../../values/key.ts";
import type { Cell, CellReader } from "./cells.ts";
import { readTable } from "./names.ts";
import type { Route } from "./routes.ts";
import type { Script } from "./script.ts";
import type { Session } from "./session.ts";
import { Unreadable } from "./unreadable.ts";

export interface KeyedChange {
  readonly operation: "update" | "delete";
  /** The script's names of the key's columns, then of those that are set. */
  readonly columns: readonly string[];
  /** One a column. */
  readonly cells: readonly Cell[];
}

interface Pair {
  readonly name: string;
  readonly cell: Cell;
}

/** `text`: a whole statement that changes the route's table. Undefined unless its WHERE is `key = value`, joined by AND, and no more. */
export function readKeyedChange(text: string, script: Script, route: Route): KeyedChange | undefined {
  try {
    return new ChangeReader(text, script).read(route);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class ChangeReader {
  readonly #lexer: Scanner;
  readonly #cells: CellReader;
  readonly #session: Session;

  constructor(text: string, script: Script) {
    this.#lexer = script.lex(text);
    this.#cells = script.cellsOf(this.#lexer);
    this.#session = script.session;
  }

  read(route: Route): KeyedChange | undefined {
    this.#lexer.next();
    const operation = this.#take("UPDATE") ? "update" : this.#take("DELETE") ? "delete" : undefined;
    if (operation === undefined) return undefined;
    if (operation === "delete") this.#take("FROM");
    while (this.#session.dialect.insertWords.has(this.#lexer.upper)) this.#lexer.next();
    readTable(this.#lexer, this.#session);
    const set = operation === "update" ? this.#pairs("SET", ",") : [];
    const where = this.#pairs("WHERE", "AND");
    if (set === undefined || where === undefined || this.#lexer.kind !== "end") return undefined;
    if (!isKey(where, route) || set.some(({ name }) => isOfKey(name, route))) return undefined;
    const pairs = [...where, ...set];
    return { operation, columns: pairs.map(({ name }) => name), cells: pairs.map(({ cell }) => cell) };
  }

  #take(word: string): boolean {
    if (!this.#lexer.is(word)) return false;
    this.#lexer.next();
    return true;
  }

  /** `name = value`, one or more of them; undefined where anything else stands there. */
  #pairs(clause: string, separator: string): Pair[] | undefined {
    if (!this.#take(clause)) return undefined;
    const pairs: Pair[] = [];
    do {
      if (!this.#lexer.isName()) return undefined;
      const name = this.#lexer.text;
      this.#lexer.next();
      if (!this.#lexer.isSymbol("=")) return undefined;
      this.#lexer.next();
      pairs.push({ name, cell: this.#cells.readValue() });
    } while (this.#skip(separator));
    return pairs;
  }

  #skip(separator: string): boolean {
    if (!this.#lexer.isSymbol(separator)) return this.#take(separator);
    this.#lexer.next();
    return true;
  }
}

function isOfKey(name: string, { columns, mapping }: Route): boolean {
  const column = columns.get(name.toUpperCase());
  return planKey(mapping.table).columns.some(({ ordinal }) => ordinal === column?.ordinal);
}

/** Nothing equals NULL; and with a condition more, or one less, nobody knows which rows were changed. */
function isKey(where: readonly Pair[], route: Route): boolean {
  const { kind, columns } = planKey(route.mapping.table);
  const names = new Set(where.map(({ name }) => name.toUpperCase()));
  if (kind === "row" || where.length !== columns.length || names.size !== columns.length) return false;
  return where.every(({ name, cell }) => cell !== null && isOfKey(name, route));
}
