/** UPDATE and DELETE: of the rows whose keys the WHERE names. */
import { sameName } from "../../schema/model.ts";
import { readTable, type ScriptTable } from "../sql-script/names.ts";
import type { Route } from "../sql-script/routes.ts";
import { Unreadable } from "../sql-script/unreadable.ts";
import type { Given } from "./clauses.ts";
import type { Opened } from "./opened.ts";
import { proves, skipped, type Outcome } from "./outcome.ts";
import { changeOf, keyNames } from "./rows.ts";

const clauseWords = new Set(["SET", "FROM", "WHERE", "OUTPUT", "RETURNING", "USING", "ORDER", "LIMIT", "OPTION"]);

/** Reads an UPDATE or a DELETE; the current token is its verb. */
export function readUpdate(opened: Opened): Outcome[] {
  const { clauses, session } = opened;
  const { lexer } = clauses;
  const { upper: verb } = lexer;
  lexer.next();
  while (lexer.is("FROM") || session.dialect.insertWords.has(lexer.upper)) lexer.next();
  const named = lexer.is("TOP") ? undefined : readTable(lexer, session);
  if (named === undefined) return proves(undefined, `${verb} names no table that could be told`);
  takeAlias(opened);
  const set = verb === "UPDATE" && clauses.take("SET") ? clauses.assignments() : undefined;
  if (clauses.lexer.is("OUTPUT")) clauses.skipTo(() => lexer.is("WHERE") || lexer.is("FROM") || clauses.isEnd);
  const from = clauses.take("FROM") ? readFrom(opened, named) : named;
  const route = opened.route(from ?? named);
  if (typeof route === "string") return from === undefined ? proves(undefined, joins(verb)) : skipped(route);
  if (from === undefined) return proves(route.mapping.table, joins(verb));
  if (verb === "UPDATE" && set === undefined) return proves(route.mapping.table, joins(verb));
  return rowsOf(opened, route, set);
}

function joins(verb: string): string {
  return `rows were changed: ${verb} of more than one table, or of none that could be told`;
}

function takeAlias({ clauses }: Opened): string | undefined {
  const { lexer } = clauses;
  clauses.take("AS");
  if (!lexer.isName() || clauseWords.has(lexer.upper)) return undefined;
  const alias = lexer.text;
  lexer.next();
  return alias;
}

/** `UPDATE b SET … FROM Blogs AS b`: the table behind FROM, where it is the only one, and the one that is changed. */
function readFrom(opened: Opened, named: ScriptTable): ScriptTable | undefined {
  const { clauses, session } = opened;
  const table = readTable(clauses.lexer, session);
  const alias = takeAlias(opened);
  if (!clauses.lexer.is("WHERE") && !clauses.isEnd) return undefined;
  const isIt = table?.key === named.key || (alias !== undefined && sameName(alias, named.name));
  return isIt ? table : undefined;
}

function rowsOf(opened: Opened, route: Route, set: ReadonlyMap<string, Given> | undefined): Outcome[] {
  const { mapping } = route;
  const keys = readKeys(opened, route);
  if (typeof keys === "string")
    return proves(mapping.table, `rows were ${set === undefined ? "deleted" : "changed"}: ${keys}`);
  if (keys.length === 0) return skipped("a WHERE that no row answers: its key is NULL");
  if (set === undefined) return keys.map((values) => changed({ mapping, operation: "delete", values }));
  if (keyNames(route).some((key) => [...set.keys()].some((name) => sameName(key, name))))
    return proves(mapping.table, "a row was changed in its key");
  const { values, touched } = opened.rows.gather(set, route);
  return keys.map((key) => changed(changeOf("update", route, { values: new Map([...key, ...values]), touched })));
}

function changed(change: Extract<Outcome, { kind: "change" }>["change"]): Outcome {
  return { kind: "change", change };
}

/** The keys of the rows, or why they cannot be told. */
function readKeys({ clauses, rows }: Opened, route: Route): ReturnType<Opened["rows"]["keys"]> {
  const { lexer } = clauses;
  if (!clauses.take("WHERE"))
    return clauses.isEnd ? "all of them, without a WHERE" : `${lexer.text} stands where WHERE was expected`;
  const { start } = lexer;
  try {
    const conditions = clauses.conditions();
    if (conditions !== undefined && isTail(clauses)) return rows.keys(conditions, route);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return `the WHERE ${error.reason}`;
  }
  clauses.skipTo(() => false);
  const isQuery = /\bSELECT\b/i.test(lexer.slice(start, lexer.start));
  return isQuery ? "the WHERE holds a subquery" : "the WHERE is not a key";
}

/** What may stand behind a WHERE and change nothing of what it means. */
function isTail(clauses: Opened["clauses"]): boolean {
  const { lexer } = clauses;
  if (clauses.take("LIMIT")) lexer.next();
  return clauses.isEnd || lexer.is("RETURNING") || lexer.is("OPTION");
}
