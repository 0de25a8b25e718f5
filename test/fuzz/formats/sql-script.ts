import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import sqlScript from "../../../src/extract/sql-script/index.ts";
import { readTsqlSchema } from "../../../src/schema/tsql/read.ts";
import { mapTable } from "../../extract/harness.ts";
import { filesIn } from "../fixtures.ts";
import { defineFormat, type Seed } from "../format.ts";
import { tokenMutator } from "../tokens.ts";

const fixtures = path.join(import.meta.dirname, "../../../fixtures/extract/sql-script");

const words = [
  "INSERT",
  "INTO",
  "VALUES",
  "(",
  ")",
  ",",
  ";",
  "GO",
  "\nGO\n",
  "'",
  "''",
  "N'",
  '"',
  "[",
  "]",
  "--",
  "/*",
  "*/",
  "NULL",
  "0x",
  "0xFF",
  "1e400",
  "-",
  "+",
  "SELECT",
  "UNION ALL",
  "UPDATE",
  "SET",
  "WHERE",
  "DELETE",
  "=",
  "DECLARE @x int",
  "@x",
  "CAST(",
  "CREATE TABLE",
  "$",
  "\\",
  "\n",
  "\0",
  ".",
  "BEGIN TRAN",
  "ROLLBACK",
  "IF",
  "ELSE",
  "EXEC",
  "GETDATE()",
];

function seeds(): Seed[] {
  const schema = readTsqlSchema(readFileSync(path.join(fixtures, "schema.sql"), "utf8"), { file: "schema.sql" });
  const mappings = schema.tables.map((table) => mapTable(table));
  return readdirSync(fixtures)
    .map((name) => path.join(fixtures, name))
    .filter((folder) => statSync(folder).isDirectory())
    .map((folder) => {
      const files = filesIn(folder, (file) => file.includes(".sql"));
      return { name: path.basename(folder), files, options: { path: "*" }, mappings };
    });
}

export default defineFormat({
  extractor: sqlScript,
  seeds,
  mutators: [tokenMutator(/'(?:[^']|'')*'|\w+|\s+|[^]/g, words)],
});
