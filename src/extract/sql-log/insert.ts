/** INSERT, REPLACE, and what an INSERT does where the row is there already. */
import { rowTime, sameName } from "../../schema/model.ts";
import { planKey } from "../../values/key.ts";
import { readTable } from "../sql-script/names.ts";
import { targetColumns, type Route } from "../sql-script/routes.ts";
import type { Clauses, Given } from "./clauses.ts";
import type { Opened } from "./opened.ts";
import { proves, type Outcome } from "./outcome.ts";
import { changeOf, keyNames, keyOf, type Gathered } from "./rows.ts";
import { readConflict, type Conflict } from "./upsert.ts";

const beforeRows = new Set(["VALUES", "VALUE", "SELECT", "DEFAULT", "SET", "WITH", "EXEC", "EXECUTE", "TABLE"]);

/** Reads an INSERT or REPLACE; the current token is its verb. */
export function readInsert(opened: Opened): Outcome[] {
  const { clauses, session } = opened;
  const { lexer } = clauses;
  const words: string[] = [];
  do {
    words.push(lexer.upper);
    lexer.next();
  } while (session.dialect.insertWords.has(lexer.upper));
  const table = lexer.is("TOP") ? undefined : readTable(lexer, session);
  if (table === undefined) return proves(undefined, "INSERT names no table that could be told");
  const route = opened.route(table);
  if (typeof route === "string") return [{ kind: "skip", rule: route }];
  const rows = readRows(opened, route);
  if (typeof rows === "string") return proves(route.mapping.table, rows);
  const ignores = words.includes("IGNORE") ? ({ kind: "ignore" } as const) : undefined;
  const conflict = ignores ?? (words.includes("REPLACE") ? ({ kind: "none" } as const) : readConflict(clauses));
  return rows.map((row) => outcomeOf(opened, route, row, conflict));
}

type Row = readonly (readonly [name: string, given: Given])[] | { readonly fault: string };

/** The rows, or why there are none that could be read. */
function readRows({ clauses, session }: Opened, route: Route): Row[] | string {
  const { lexer } = clauses;
  if (lexer.is("AS")) clauses.skipTo(() => lexer.isSymbol("(") || beforeRows.has(lexer.upper));
  const listed = lexer.isSymbol("(") ? readNames(clauses) : [];
  if (listed === undefined) return "INSERT of a query: rows were added that it does not name";
  clauses.skipTo(() => beforeRows.has(lexer.upper));
  if (clauses.take("SET")) {
    const set = clauses.assignments();
    return set === undefined ? "INSERT … SET cannot be read" : [[...set]];
  }
  if (!clauses.take("VALUES") && !clauses.take("VALUE"))
    return lexer.is("DEFAULT")
      ? "INSERT of default values: a row was added"
      : "INSERT of a query: rows were added that it does not name";
  const forms = listed.length > 0 ? [listed] : unlisted(route, session.dialect.listsIdentity);
  const rows: Row[] = [];
  do {
    const row = clauses.row();
    if (row === undefined) return "INSERT whose values cannot be read: rows were added";
    const names = forms.find((form) => form.length === row.length);
    if (names === undefined)
      rows.push({ fault: `the row has ${row.length} values, and the table takes ${forms[0]?.length}` });
    else rows.push(row.map((given, at) => [names[at] ?? "", given] as const));
  } while (clauses.takeSymbol(","));
  return rows;
}

/** What an INSERT without a list gives values to: without and with the columns that take none by themselves. */
function unlisted({ mapping }: Route, listsIdentity: boolean): string[][] {
  const columns = targetColumns(mapping).filter(
    ({ kind, name }) => name !== rowTime && kind !== "computed" && (kind !== "identity" || listsIdentity),
  );
  const plain = columns.filter(({ kind }) => kind !== "default-only");
  return [plain, columns].map((form) => form.map(({ name }) => name));
}

function readNames(clauses: Clauses): string[] | undefined {
  const names: string[] = [];
  clauses.lexer.next();
  do {
    if (clauses.lexer.is("SELECT") || clauses.lexer.is("WITH")) return undefined;
    const name = clauses.column();
    if (name === undefined) return undefined;
    names.push(name);
  } while (clauses.takeSymbol(","));
  return clauses.takeSymbol(")") ? names : undefined;
}

function outcomeOf({ rows }: Opened, route: Route, row: Row, conflict: Conflict): Outcome {
  const { table } = route.mapping;
  if ("fault" in row) return { kind: "fault", reason: row.fault };
  const claimed = row.filter(([, given]) => !("by" in given && given.by.toUpperCase() === "DEFAULT"));
  const gathered = rows.gather(claimed, route);
  const key = keyOf(gathered.values, route);
  if (key === undefined) return proves(table, "a row was added whose key the log does not say")[0] as Outcome;
  if (conflict.kind === "none") return { kind: "change", change: changeOf("insert", route, gathered) };
  if (!isOnKey(route, conflict))
    return proves(table, "a row was added or changed: the statement does not say which")[0] as Outcome;
  if (conflict.kind === "ignore")
    return { kind: "change", change: { mapping: route.mapping, operation: "proof", values: key } };
  const set = rows.gather(
    conflict.set(new Map(row)).filter((each) => !isOwnKey(each, row, route)),
    route,
  );
  if ([...set.values.keys(), ...set.touched.keys()].some((name) => isKeyName(route, name)))
    return proves(table, "a row was added, or changed in its key")[0] as Outcome;
  return { kind: "change", change: changeOf("update", route, afterUpsert(gathered, set, key)) };
}

/** What holds whether the row was added or changed. */
function afterUpsert(added: Gathered, set: Gathered, key: Map<string, unknown>): Gathered {
  const values = new Map([...added.values].filter(([name]) => key.has(name)));
  for (const [name, value] of set.values) values.set(name, value);
  return { values, touched: set.touched };
}

/** The key of the row that is there, set to that of the row to be added: they are the same. */
function isOwnKey(
  [name, given]: readonly [string, Given],
  row: Exclude<Row, { fault: string }>,
  route: Route,
): boolean {
  return isKeyName(route, name) && row.some(([each, own]) => sameName(each, name) && own === given);
}

function isKeyName(route: Route, name: string): boolean {
  return keyNames(route).some((key) => sameName(key, name));
}

/** Is it surely the row of that key that was there? With another unique key it may be a row of another one. */
function isOnKey(route: Route, conflict: Exclude<Conflict, { kind: "none" }>): boolean {
  const { target } = conflict;
  const names = keyNames(route);
  if (target !== undefined) return target.length === names.length && target.every((name) => isKeyName(route, name));
  const { table } = route.mapping;
  return conflict.isWhole !== false && table.unique.length === (planKey(table).kind === "unique" ? 1 : 0);
}
