/** Calls of system procedures that define types or concern a table. */
import { sameName, type Attachment, type AttachmentKind, type TableName } from "../model.ts";
import { triggerHeadIn } from "./attachments.ts";
import { named } from "./constraints.ts";
import type { TriggerHead } from "./attachments.ts";
import type { Catalog, UserTypeDraft } from "./draft.ts";
import { skipParenthesized } from "./expression.ts";
import { qualify, splitName } from "./names.ts";
import type { Token, TokenReader } from "./reader.ts";
import { isStatementEnd, skipStatement } from "./skip.ts";
import { addUserType } from "./user-types.ts";

interface Call {
  readonly at: Token;
  readonly sql: string;
  /** By position where unnamed, by `@name` in lower case where named; undefined for what only a run would know. */
  readonly args: ReadonlyMap<string | number, string | undefined>;
}

interface Effect {
  readonly kind: AttachmentKind;
  readonly table: (call: Call, reader: TokenReader) => TableName | undefined;
  /** What the call makes, where it cannot run twice. */
  readonly makes?: (call: Call, reader: TokenReader) => Pick<Attachment, "name" | "part">;
}

/** What dies with a table, by the procedure that makes it. */
const effects: Readonly<Record<string, Effect>> = {
  sp_bindefault: { kind: "default-binding", table: (call) => columnTable(argument(call, 1, "@objname")) },
  sp_bindrule: { kind: "rule-binding", table: (call) => columnTable(argument(call, 1, "@objname")) },
  sp_addextendedproperty: { kind: "extended-property", table: propertyTable, makes: propertyOf },
  sp_tableoption: { kind: "table-option", table: (call) => namedTable(argument(call, 0, "@tablenamepattern")) },
  sp_fulltext_table: { kind: "full-text", table: (call) => namedTable(argument(call, 0, "@tabname")) },
  sp_fulltext_column: { kind: "full-text", table: (call) => namedTable(argument(call, 0, "@tabname")) },
  sp_executesql: {
    kind: "trigger",
    table: (call, reader) => scriptedTrigger(call, reader)?.table,
    makes: (call, reader) => ({ name: scriptedTrigger(call, reader)?.name ?? "" }),
  },
};

const bindings = new Set(["sp_bindefault", "sp_bindrule"]);

/** Reads a call. `at`: its first word, EXEC (read already) or the procedure's name (at the beginning of a batch). */
export function readCall(reader: TokenReader, catalog: Catalog, at: Token): void {
  const procedure = readProcedure(reader);
  const args = readArguments(reader);
  skipStatement(reader, "EXEC");
  const call = { at, sql: reader.textFrom(at.start), args };
  const effect = effects[procedure];
  const boundType = bindings.has(procedure) ? typeOf(call, catalog) : undefined;
  if (procedure === "sp_addtype") addType(reader, catalog, call);
  else if (boundType !== undefined) boundType.bindings.push(call.sql);
  else if (effect === undefined) catalog.skip("exec");
  else {
    const off =
      effect.kind === "trigger" && catalog.settingsOff.size > 0 ? { settingsOff: [...catalog.settingsOff] } : {};
    const made = { ...effect.makes?.(call, reader), ...off };
    catalog.attach(effect.table(call, reader), { kind: effect.kind, sql: call.sql, line: at.line, ...made }, "exec");
  }
}

/** The last part of `[@result =] [database.schema.]name`, in lower case; empty for `EXEC (…)` and `EXEC @name`. */
function readProcedure(reader: TokenReader): string {
  if (reader.token.kind === "variable") {
    reader.next();
    if (!reader.takeSymbol("=")) return "";
  }
  if (!reader.isName()) return "";
  let name = reader.token.text;
  reader.next();
  while (reader.takeSymbol(".")) {
    if (!reader.isName()) continue;
    name = reader.token.text;
    reader.next();
  }
  return name.toLowerCase();
}

function readArguments(reader: TokenReader): Call["args"] {
  const args = new Map<string | number, string | undefined>();
  if (isStatementEnd(reader, "EXEC", "")) return args;
  let position = 0;
  do {
    const name = readArgumentName(reader);
    args.set(name ?? position, readArgument(reader));
    position++;
  } while (reader.takeSymbol(","));
  return args;
}

function readArgumentName(reader: TokenReader): string | undefined {
  if (reader.token.kind !== "variable" || reader.peek().text !== "=") return undefined;
  const name = reader.token.text.toLowerCase();
  reader.next();
  reader.next();
  return name;
}

const values = new Set(["string", "national-string", "word", "bracketed", "double-quoted", "number"]);

/** One argument: a literal or a bare word, which counts as a string; anything else is passed over. */
function readArgument(reader: TokenReader): string | undefined {
  const { kind, text, upper } = reader.token;
  if (isStatementEnd(reader, "EXEC", "")) return undefined;
  if (reader.isSymbol("(")) skipParenthesized(reader);
  else reader.next();
  if (!reader.isSymbol(",")) reader.take("OUTPUT");
  return values.has(kind) && upper !== "NULL" && upper !== "DEFAULT" ? text : undefined;
}

function argument(call: Call, position: number, name: string): string | undefined {
  return call.args.get(name) ?? call.args.get(position);
}

function namedTable(name: string | undefined): TableName | undefined {
  return name === undefined ? undefined : qualify(splitName(name)).id;
}

/** The table of `[schema.]table.column`; a name of one part is a user type. */
function columnTable(name: string | undefined): TableName | undefined {
  const parts = splitName(name ?? "");
  return parts.length < 2 ? undefined : qualify(parts.slice(0, -1)).id;
}

/** A name of two parts is a column of a table where there is such a table, and else a type of a schema. */
function typeOf(call: Call, catalog: Catalog): UserTypeDraft | undefined {
  const parts = splitName(argument(call, 1, "@objname") ?? "");
  const table = columnTable(argument(call, 1, "@objname"));
  return table !== undefined && catalog.table(table) !== undefined ? undefined : catalog.userType(qualify(parts).id);
}

/** Levels 0 and 1 are the schema (USER on SQL Server 2000) and the table; level 2 is a part of the table. */
function propertyTable(call: Call): TableName | undefined {
  const type = argument(call, 4, "@level1type") ?? "";
  const name = argument(call, 5, "@level1name");
  if (!sameName(type, "TABLE") || name === undefined) return undefined;
  return qualify([argument(call, 3, "@level0name") ?? "", name]).id;
}

function propertyOf(call: Call): Pick<Attachment, "name" | "part"> {
  const type = argument(call, 6, "@level2type");
  const name = argument(call, 7, "@level2name");
  const part = type === undefined || name === undefined ? {} : { part: { type, name } };
  return { ...named(argument(call, 0, "@name")), ...part };
}

/** The procedure takes its statement first, under whatever name. */
function scriptedTrigger(call: Call, reader: TokenReader): TriggerHead | undefined {
  const [sql = ""] = call.args.values();
  return triggerHeadIn(reader, sql, call.at);
}

/** `sp_addtype name, 'nvarchar(15)' [, 'NOT NULL']`. */
function addType(reader: TokenReader, catalog: Catalog, call: Call): void {
  const name = argument(call, 0, "@typename");
  const base = argument(call, 1, "@phystype");
  if (name === undefined || base === undefined)
    throw reader.fault("sp_addtype without a name and a type", "Write both as plain text", call.at);
  const nullable = !/^NOT\s*NULL$|^NONULL$/i.test((argument(call, 2, "@nulltype") ?? "").trim());
  addUserType(reader, catalog, { ...qualify([name]), base, nullable, sql: call.sql, at: call.at });
}
