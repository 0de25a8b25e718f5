/** Statements that stand beside a table and die with it: indexes, statistics, triggers, permissions. Kept verbatim. */
import type { AttachmentKind, TableName } from "../model.ts";
import type { Catalog } from "./draft.ts";
import { named } from "./constraints.ts";
import { skipParenthesized } from "./expression.ts";
import { readColumnList, readObjectName } from "./names.ts";
import type { Token, TokenReader } from "./reader.ts";
import { skipBatch, skipStatement } from "./skip.ts";

/** Reads `… INDEX name ON table …` or `STATISTICS name ON table …` whose first word `at` is read already. */
export function readOnTable(reader: TokenReader, catalog: Catalog, kind: AttachmentKind, at: Token): void {
  let name: string | undefined;
  while (!reader.is("ON") && !isOver(reader)) {
    // ENABLE TRIGGER a, b ON t makes nothing.
    if (reader.is("INDEX", "STATISTICS")) name = reader.peek().text;
    reader.next();
  }
  const table = reader.take("ON") ? readObjectName(reader, "a table's name").id : undefined;
  skipStatement(reader, at.upper);
  // An ALTER INDEX may run twice, and so may what stands on a full-text index, which has no name.
  const made = at.upper === "CREATE" && kind !== "full-text" ? named(name) : {};
  catalog.attach(table, { kind, sql: reader.textFrom(at.start), line: at.line, ...made });
}

/**
 * `INDEX name ON table (columns) …` of a CREATE UNIQUE INDEX whose first word `at` is read already. Many a database of 2000 has
 * its keys as such indexes; one with a filter (2008 and later) keeps only some rows apart, and is no key.
 */
export function readUniqueIndex(reader: TokenReader, catalog: Catalog, at: Token): void {
  reader.expect("INDEX");
  const name = reader.expectName("an index's name");
  reader.expect("ON");
  const table = readObjectName(reader, "a table's name").id;
  const columns = readColumnList(reader);
  const { start } = reader.token;
  skipStatement(reader, at.upper);
  const isFiltered = /^\s*(?:INCLUDE\s*\([^)]*\)\s*)?WHERE\b/i.test(reader.textFrom(start));
  if (!isFiltered) catalog.table(table)?.unique.push({ name: name.text, columns, isIndex: true });
  catalog.attach(table, { kind: "index", sql: reader.textFrom(at.start), line: at.line, name: name.text });
}

function isOver(reader: TokenReader): boolean {
  return reader.token.kind === "end" || reader.token.kind === "go" || reader.isSymbol(";");
}

/** CREATE or ALTER TRIGGER: the rest of the batch. Triggers on the database or the server concern no table. */
export function readTrigger(reader: TokenReader, catalog: Catalog, at: Token): void {
  const { table, name } = readTriggerHead(reader);
  skipBatch(reader);
  const text = reader.textFrom(at.start);
  // What an ALTER says takes the place of what it changes, which may be a stub.
  const sql = text.replace(/^(?:CREATE\s+OR\s+)?ALTER\b/i, "CREATE");
  const off = [...catalog.settingsOff];
  const settings = off.length === 0 ? {} : { settingsOff: off };
  catalog.replaceTrigger(table, { kind: "trigger", sql, line: at.line, name, ...settings });
}

export interface TriggerHead {
  /** Undefined for a trigger of the database or the server. */
  readonly table: TableName | undefined;
  readonly name: string;
}

/** `TRIGGER name ON table`, where TRIGGER is the current token. */
function readTriggerHead(reader: TokenReader): TriggerHead {
  reader.expect("TRIGGER");
  const { name } = readObjectName(reader, "a trigger's name");
  reader.expect("ON");
  const isWider = reader.is("DATABASE") || (reader.is("ALL") && reader.peek().upper === "SERVER");
  return { table: isWider ? undefined : readObjectName(reader, "a table's name").id, name };
}

/** What stands before TRIGGER: blanks, comments, CREATE or ALTER. */
const triggerHead = /^(?:\s|--.*\n|\/\*[^]*?\*\/)*(?:CREATE|ALTER)\s+(?=TRIGGER\b)/i;

/** The table of a CREATE TRIGGER that stands in a string, as SSMS scripts it behind IF NOT EXISTS. */
export function triggerHeadIn(reader: TokenReader, sql: string, at: Token): TriggerHead | undefined {
  const head = triggerHead.exec(sql);
  return head === null ? undefined : reader.within(sql.slice(head[0].length), at, readTriggerHead);
}

/** GRANT, DENY or REVOKE, whose first word `at` is read already. */
export function readPermission(reader: TokenReader, catalog: Catalog, at: Token): void {
  while (!reader.is("ON", "TO", "FROM") && !isOver(reader)) {
    if (reader.isSymbol("(")) skipParenthesized(reader);
    else reader.next();
  }
  const table = reader.take("ON") ? readSecurable(reader) : undefined;
  skipStatement(reader, at.upper);
  const kind = at.upper.toLowerCase() as "grant" | "deny" | "revoke";
  catalog.attach(table, { kind, sql: reader.textFrom(at.start), line: at.line });
}

/** `[OBJECT::]name`; a class other than OBJECT is no table. */
function readSecurable(reader: TokenReader): TableName | undefined {
  if (reader.peek().text !== ":") return readObjectName(reader, "an object's name").id;
  const isObject = reader.is("OBJECT");
  reader.next();
  reader.expectSymbol(":");
  reader.expectSymbol(":");
  return isObject ? readObjectName(reader, "an object's name").id : undefined;
}
