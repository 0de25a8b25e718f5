/** Oracle's `INSERT ALL INTO t (…) VALUES (…) INTO … SELECT * FROM dual`. */
import { readColumns as readNames, readInsert } from "../insert.ts";
import { readTable } from "../names.ts";
import { RowTarget } from "../row-target.ts";
import type { Mode, Script } from "../script.ts";
import { ValuesRows } from "../values-rows.ts";
import { capture } from "./statements.ts";

/** Reads an INSERT of Oracle from its first word on. */
export function readInsertAll(script: Script, isConditional: boolean): Mode {
  const { lexer } = script;
  const start = script.here();
  lexer.next();
  const isMany = lexer.is("ALL");
  if (isMany && lexer.next() === "word" && lexer.is("INTO")) {
    script.unread();
    return new Parts(script, isConditional);
  }
  lexer.reset(start);
  lexer.next();
  return readInsert(script, isConditional);
}

/** One INTO after the other, each with its row. */
class Parts implements Mode {
  readonly #script: Script;
  readonly #isConditional: boolean;
  #inner: Mode | undefined;

  constructor(script: Script, isConditional: boolean) {
    this.#script = script;
    this.#isConditional = isConditional;
  }

  step(): Mode | undefined {
    if (this.#inner !== undefined) {
      this.#inner = this.#inner.step();
      return this;
    }
    const { lexer } = this.#script;
    this.#script.first();
    if (!lexer.is("INTO")) return this.#end();
    const start = this.#script.here();
    lexer.next();
    const table = readTable(lexer, this.#script.session);
    const columns = readNames(this.#script);
    if (table === undefined || columns === null || !lexer.is("VALUES")) {
      lexer.reset(start);
      lexer.next();
      return this.#keep("INSERT ALL gives no plain values");
    }
    const text = lexer.slice(start.position, lexer.start);
    const isConditional = this.#isConditional;
    const target = new RowTarget(this.#script, { table, columns, text, isConditional, operation: "snapshot" });
    this.#inner = new ValuesRows(this.#script, target, true);
    return this;
  }

  /** A query of any other table gives the rows as often as it has rows of its own. */
  #end(): Mode | undefined {
    const { lexer } = this.#script;
    if (lexer.isSymbol(";")) return undefined;
    if (lexer.kind === "end" || lexer.kind === "go") {
      this.#script.unread();
      return undefined;
    }
    return this.#keep("INSERT ALL takes its rows from a query", /^SELECT\b[^']*\bFROM\s+(?:SYS\.)?"?DUAL"?\s*$/i);
  }

  #keep(reason: string, plain?: RegExp): Mode {
    return capture(this.#script, this.#script.ending("INSERT"), ({ text, line, cut }) => {
      if (cut === undefined && plain?.test(text) === true) return;
      this.#script.ledger.quarantine(text, cut ?? reason, line);
    });
  }
}
