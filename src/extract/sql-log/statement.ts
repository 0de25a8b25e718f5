/** Statements of a log with their parameters, and what they did to rows of the target's tables. */
import type { TableMapping } from "../extractor.ts";
import type { CellReader } from "../sql-script/cells.ts";
import type { Surroundings } from "../sql-script/dialects/dialect.ts";
import { dialects } from "../sql-script/dialects/registry.ts";
import type { DialectId, Dialect } from "../sql-script/dialects/dialect.ts";
import { readTable, type ScriptTable } from "../sql-script/names.ts";
import { feedsNothing } from "../sql-script/row-target.ts";
import { Routes, type Route } from "../sql-script/routes.ts";
import { Session } from "../sql-script/session.ts";
import { Clauses } from "./clauses.ts";
import type { RowEvent } from "./event.ts";
import { readExecuteSql } from "./executesql.ts";
import { readImage } from "./images.ts";
import { readInsert } from "./insert.ts";
import type { Opened } from "./opened.ts";
import { proves, skipped, type Outcome } from "./outcome.ts";
import { StatementParameters, type Bindings } from "./parameters.ts";
import { RowReader } from "./rows.ts";
import { splitStatements, type LoggedStatement } from "./split.ts";
import { readTransaction } from "./transaction.ts";
import { readUpdate } from "./update.ts";

export interface StatementSettings {
  readonly dialect: DialectId;
  /** Of tables that the statements name without one. */
  readonly schema: string;
  readonly dateFormat: "mdy" | "dmy" | "ymd";
  readonly zone: string;
  readonly mappings: readonly TableMapping[];
}

const readers: Readonly<Record<string, (opened: Opened) => Outcome[]>> = {
  INSERT: readInsert,
  REPLACE: readInsert,
  UPDATE: readUpdate,
  DELETE: readUpdate,
};

const mostNamed = 5;
/** Names of tables never end where a program makes them up. */
const mostOthers = 1000;

/** They change rows of a table in ways that name none. */
const others = new Set(["MERGE", "TRUNCATE", "DROP", "COPY", "LOAD", "BULK"]);
const changer = /\b(?:INSERT|UPDATE|DELETE|MERGE)\b/i;
const conditions = new Set(["IF", "WHILE", "ELSE"]);

/** Reads statements of one log, in their order. */
export class StatementReader {
  readonly #dialect: Dialect;
  readonly #session: Session;
  readonly #routes: Routes;
  readonly #rows: RowReader;
  readonly #zone: string;
  readonly #mappings: readonly TableMapping[];
  /** Tables of the target that statements name, and how often others are named. */
  readonly #found = new Set<TableMapping>();
  readonly #others = new Map<string, number>();

  /** Throws UserError where two target tables would be fed by one of the source. */
  constructor({ dialect, schema, dateFormat, zone, mappings }: StatementSettings) {
    this.#dialect = dialects[dialect];
    this.#zone = zone;
    this.#mappings = mappings;
    this.#session = new Session({ schema, dateFormat, quotedIdentifier: true }, this.#dialect);
    this.#routes = new Routes(mappings, schema, this.#dialect.findsByName);
    const surroundings: Surroundings = { session: this.#session, ledger: { encoding: "utf-8" }, zone };
    this.#rows = new RowReader(this.#dialect, surroundings);
  }

  /** What people should know after the last log: that nothing was found, or nothing of a table that the recipe renames. */
  sentences(): string[] {
    const named = this.#mappings.filter((mapping) => mapping.from !== undefined && !this.#found.has(mapping));
    const most = [...this.#others].toSorted((left, right) => right[1] - left[1]).slice(0, mostNamed);
    const instead = most.map(([label, times]) => `${label} (${times} times)`).join(", ");
    const rest = instead === "" ? "none names any other" : `they name ${instead}`;
    if (this.#found.size + this.#others.size === 0) return [];
    if (this.#found.size === 0) return [`no statement changes a table that this source fills; ${rest}`];
    return named.map(
      ({ from = "", table }) => `no statement changes ${from}, from which ${table.id} is filled; ${rest}`,
    );
  }

  #countOther(label: string): void {
    const known = this.#others.get(label);
    if (known !== undefined || this.#others.size < mostOthers) this.#others.set(label, (known ?? 0) + 1);
  }

  /** What each statement of the text did, in their order. `database`: in which it ran, where the log says it. */
  read(text: string, bindings: Bindings, database?: string): Outcome[] {
    this.#session.database = database;
    return this.#readText(text, bindings);
  }

  #readText(text: string, bindings: Bindings): Outcome[] {
    let isConditional = false;
    return splitStatements(text, this.#dialect, this.#session).flatMap((statement) => {
      isConditional ||= conditions.has(statement.verb);
      const outcomes = this.#readOne(statement, bindings);
      return isConditional ? outcomes.map(mayHaveRun) : outcomes;
    });
  }

  /** What a change that was logged by its values did. */
  readRow(event: RowEvent): Outcome {
    const table = this.#session.nameTable(event.table);
    if (table === undefined) return { kind: "fault", reason: "the row names no table that could be told" };
    const route = this.#route(table);
    if (typeof route === "string") return { kind: "skip", rule: route };
    return readImage(event, route, this.#rows, this.#zone);
  }

  #readOne(statement: LoggedStatement, bindings: Bindings): Outcome[] {
    if (statement.isBroken)
      return [{ kind: "fault", reason: "the statement is cut short: it ends inside a literal or a comment" }];
    const { text, verb, places } = statement;
    const lexer = this.#dialect.lexer(text, this.#session, true);
    const cells = this.#dialect.cells(lexer, this.#session);
    cells.parameters = new StatementParameters(bindings, places);
    const clauses = new Clauses(lexer, cells);
    const opened = {
      clauses,
      session: this.#session,
      rows: this.#rows,
      route: (table: ScriptTable) => this.#route(table),
    };
    lexer.next();
    const read = readers[verb];
    if (read !== undefined) return read(opened);
    if (others.has(verb)) return this.#readOther(opened, verb, text);
    if (verb === "EXEC" || verb === "EXECUTE") return this.#readCall(clauses, cells);
    const step = readTransaction(lexer);
    if (step !== undefined) return [step];
    if (verb === "WITH" && changer.test(text))
      return proves(undefined, "rows were changed by a statement that begins in WITH");
    return skipped(verb === "" ? "no statement" : verb);
  }

  /** A procedure may change what it likes: only a text that is handed over with its parameters says what. */
  #readCall(clauses: Clauses, cells: CellReader): Outcome[] {
    const executed = readExecuteSql(clauses, cells);
    return executed === undefined ? skipped("call of a procedure") : this.#readText(executed.text, executed.bindings);
  }

  #readOther({ clauses, session }: Opened, verb: string, text: string): Outcome[] {
    const { lexer } = clauses;
    const fillers = new Set(["TABLE", "INTO", "IF", "EXISTS", "ONLY", "BULK", "INSERT"]);
    lexer.next();
    if (verb === "DROP" && !lexer.is("TABLE")) return skipped(verb);
    if (verb === "LOAD") clauses.skipTo(() => lexer.is("INTO"));
    while (fillers.has(lexer.upper)) lexer.next();
    if (verb === "COPY" && isCopyOut(text)) return skipped("COPY … TO");
    const table = readTable(lexer, session);
    const route = table === undefined ? undefined : this.#route(table);
    if (typeof route === "string") return skipped(route);
    return proves(route?.mapping.table, `rows were changed by ${verb}, which names none of them`);
  }

  #route(table: ScriptTable): Route | string {
    const route = this.#routes.find(table);
    if (route === undefined) {
      this.#countOther(table.label);
      return feedsNothing(table);
    }
    this.#routes.claim(route, table);
    this.#found.add(route.mapping);
    return route;
  }
}

function isCopyOut(text: string): boolean {
  return !/\bFROM\b(?![^(]*\))/i.test(text);
}

function mayHaveRun(outcome: Outcome): Outcome {
  if (outcome.kind !== "change") return outcome;
  return {
    kind: "evidence",
    table: outcome.change.mapping.table,
    reason: "the statement stands under a condition, and may not have run",
  };
}
