/** `INSERT … SELECT 1, 'a' UNION ALL SELECT …`: rows of plain values as scripts for SQL Server 2000 and 2005 write them. */
import type { Mark } from "../../tsql/lexer.ts";
import type { Cell } from "./cells.ts";
import { reasonOf, type RowTarget } from "./row-target.ts";
import { setAside } from "./cut.ts";
import { describeBroken, type Mode, type Script } from "./script.ts";
import { Unreadable } from "./unreadable.ts";

export class SelectRows implements Mode {
  readonly #script: Script;
  readonly #target: RowTarget;
  #isFirst = true;

  constructor(script: Script, target: RowTarget) {
    this.#script = script;
    this.#target = target;
  }

  step(): Mode | undefined {
    const { lexer } = this.#script;
    this.#script.first();
    let reason: string | undefined;
    if (!this.#isFirst) {
      if (!lexer.is("UNION")) return this.#leave();
      reason = this.#readJoin();
    }
    const start = this.#script.here();
    this.#script.beginRecord(start);
    if (reason === undefined && this.#target.isMapped) this.#readRow(start);
    else this.#passOver(start, reason);
    this.#isFirst = false;
    return this;
  }

  #leave(): undefined {
    if (!this.#script.lexer.isSymbol(";")) this.#script.unread();
  }

  /** Goes behind UNION ALL; returns why the row behind it is not one of its own. */
  #readJoin(): string | undefined {
    const { lexer } = this.#script;
    lexer.next();
    const keepsAll = lexer.is("ALL");
    if (keepsAll) lexer.next();
    if (!lexer.is("SELECT")) return "no SELECT stands behind UNION";
    return keepsAll ? undefined : "UNION without ALL drops rows that are equal";
  }

  #readRow(start: Mark): void {
    const { lexer } = this.#script;
    try {
      const cells = this.#readCells();
      this.#requireEnd();
      const text = lexer.slice(start.position, lexer.start).trimEnd();
      this.#script.unread();
      this.#target.take(cells, text, start.line);
    } catch (error) {
      const reason = reasonOf(error);
      lexer.reset(start);
      lexer.next();
      this.#passOver(start, reason);
    }
  }

  #readCells(): Cell[] {
    const { lexer, cells } = this.#script;
    const row: Cell[] = [];
    do {
      lexer.next();
      row.push(cells.readValue());
      if (lexer.is("AS")) this.#skipAlias();
    } while (lexer.isSymbol(","));
    return row;
  }

  #skipAlias(): void {
    const { lexer } = this.#script;
    lexer.next();
    if (!lexer.isName() && lexer.kind !== "string") throw new Unreadable("has no name behind AS");
    lexer.next();
  }

  /** Behind the values the statement ends, or the next row is joined; FROM and WHERE make them no plain values. */
  #requireEnd(): void {
    const { lexer, dialect } = this.#script;
    if (dialect.findsByName && lexer.is("FROM")) this.#skipDual();
    const isEnd = lexer.kind === "end" || lexer.kind === "go" || lexer.kind === "directive" || lexer.isSymbol(";");
    if (isEnd || lexer.is("UNION") || (dialect.reserved.has(lexer.upper) && !lexer.is("SELECT"))) return;
    throw new Unreadable(`goes on with ${lexer.text || "something else"}, and so is no plain row`);
  }

  /** `FROM dual`: Oracle and MySQL have a table of one row for a SELECT that needs none. */
  #skipDual(): void {
    const { lexer } = this.#script;
    lexer.next();
    if (!lexer.isName() || lexer.text.toUpperCase() !== "DUAL") throw new Unreadable("gives rows of a query");
    lexer.next();
  }

  /** Goes to the end of a row that is not staged, and accounts for it. */
  #passOver(start: Mark, reason: string | undefined): void {
    const { lexer } = this.#script;
    const cut = this.#skipRow();
    const text = lexer.slice(start.position, cut === undefined ? lexer.start : lexer.end).trimEnd();
    if (cut !== undefined) return setAside(this.#script, text, start.line, (kept) => this.#keep(kept, cut, start.line));
    this.#script.unread();
    this.#keep(text, reason ?? "", start.line);
  }

  #keep(text: string, reason: string, line: number): void {
    const head = this.#script.ledger.long === undefined ? this.#target.head.text : "";
    if (this.#target.isMapped) this.#target.quarantine(head + text, reason, line);
    else this.#target.skip();
  }

  /** To the next UNION, or the end of the statement; says so where the script ends within. */
  #skipRow(): string | undefined {
    const { lexer } = this.#script;
    const end = this.#script.ending("SELECT");
    do {
      end.accept(lexer);
      if (lexer.next() === "broken") return describeBroken(lexer);
    } while (end.continues(lexer) && !(lexer.is("UNION") && end.isOutside));
    return undefined;
  }
}
