/** What emitted T-SQL makes, as the reader of DDL understands it. */
import type { DatabaseSchema } from "../../src/schema/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { batchesOf, sqlScripts } from "./reading.ts";
import type { Script } from "./reading.ts";

/** What a SQL Server would have after it ran the statements that stand in a script, read by the reader of DDL. */
export function made(scripts: readonly Script[]): DatabaseSchema {
  const statements = sqlScripts(scripts).flatMap(({ text }) => batchesOf(text).flatMap((batch) => statementsIn(batch)));
  const schema = readTsqlSchema(statements.join("\nGO\n"), { file: "made.sql" });
  return { ...schema, tables: schema.tables.filter(({ name }) => !name.startsWith("tablesalvage")) };
}

/** Statements that make something: plain ones, and those in a text that EXEC runs. */
function statementsIn(batch: string): string[] {
  const literal = /(?:N'(?:[^']|'')*'|NCHAR\(\d+\)|\+)+/.source;
  const direct = [...batch.matchAll(new RegExp(`EXEC \\((${literal})\\)`, "g"))].map(([, text = ""]) => valueOf(text));
  const pieces = [...batch.matchAll(new RegExp(`SET @sql\\d* = (?:@sql \\+ )?(${literal})`, "g"))];
  const dynamic = pieces.length === 0 ? [] : [pieces.map(([, text = ""]) => valueOf(text)).join("")];
  const plain = [...batch.matchAll(/^ *((?:CREATE TABLE|ALTER TABLE)[^]*?)(?=\n *(?:END|ALTER)\b|$(?![^]))/gm)];
  const called = [...batch.matchAll(/^ *(EXEC sp_addtype .*)$/gm)];
  return [...plain.map(([, sql = ""]) => sql), ...called.map(([, sql = ""]) => sql), ...direct, ...dynamic];
}

/** The text that an expression of literals and characters stands for. */
export function valueOf(literal: string): string {
  const parts = literal.matchAll(/N'((?:[^']|'')*)'|NCHAR\((\d+)\)/g);
  return [...parts]
    .map(([, text, code]) =>
      code === undefined ? (text ?? "").replaceAll("''", "'") : String.fromCodePoint(Number(code)),
    )
    .join("");
}
