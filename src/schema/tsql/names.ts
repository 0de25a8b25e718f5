/** Object names of one to three parts, as T-SQL writes them and as the arguments of system procedures spell them. */
import { tableName, type TableName } from "../model.ts";
import type { Token, TokenReader } from "./reader.ts";

/** The schema of a name that gives none: the owner of almost every object on SQL Server 2000. */
const defaultSchema = "dbo";

export interface ObjectName {
  readonly schema: string;
  readonly name: string;
  readonly id: TableName;
  /** As the script writes it. */
  readonly sql: string;
  /** The name's first token. */
  readonly at: Token;
}

/** A name as a clause of the script mentions it; whether it exists is held against the table once all is read. */
export interface Mention {
  readonly text: string;
  readonly at: Token;
}

/** `name`, `schema.name`, `database.schema.name`, `database..name`. The database is dropped. */
export function readObjectName(reader: TokenReader, what: string): ObjectName {
  const at = reader.expectName(what);
  const parts = [at.text];
  while (reader.takeSymbol(".")) {
    const omitted = reader.isSymbol(".");
    parts.push(omitted ? "" : reader.expectName(what).text);
  }
  if (parts.length > 3)
    throw reader.fault(`${what} has at most three parts`, "Take the server's name off the object's name", at);
  return { ...qualify(parts), sql: reader.textFrom(at.start), at };
}

/** Schema and name of a list of parts; what stands before the schema is dropped. */
export function qualify(parts: readonly string[]): Pick<ObjectName, "schema" | "name" | "id"> {
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2) || defaultSchema;
  return { schema, name, id: tableName(schema, name) };
}

const partForm = /\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|([^.[\]"]+)/g;

/** The parts of a name inside a string, as `sp_bindefault 'def', '[dbo].[Order Details].[Discount]'` has it. */
export function splitName(text: string): string[] {
  return [...text.matchAll(partForm)].map(
    ([, bracketed, quoted, plain]) =>
      bracketed?.replaceAll("]]", "]") ?? quoted?.replaceAll('""', '"') ?? (plain ?? "").trim(),
  );
}

/** `(a, b DESC)`: names of columns; the sort order says nothing about the data. */
export function readColumnList(reader: TokenReader): Mention[] {
  reader.expectSymbol("(");
  const columns: Mention[] = [];
  do {
    const at = reader.expectName("a column name");
    columns.push({ text: at.text, at });
    if (!reader.take("ASC")) reader.take("DESC");
  } while (reader.takeSymbol(","));
  reader.expectSymbol(")");
  return columns;
}
