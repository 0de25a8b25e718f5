import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import sqlLog from "../../../src/extract/sql-log/index.ts";
import { withRowTime } from "../../../src/schema/model.ts";
import { readTsqlSchema } from "../../../src/schema/tsql/read.ts";
import { mapTable } from "../../extract/harness.ts";
import { filesIn } from "../fixtures.ts";
import { defineFormat, type Seed } from "../format.ts";
import { tokenMutator } from "../tokens.ts";

const fixtures = path.join(import.meta.dirname, "../../../fixtures/extract/sql-log");

const words = [
  "INSERT",
  "INTO",
  "VALUES",
  "UPDATE",
  "SET",
  "WHERE",
  "DELETE",
  "FROM",
  "(",
  ")",
  "((((((((",
  ",",
  ";",
  "'",
  "''",
  "N'",
  '"',
  "`",
  "[",
  "]",
  "[[[[[[[[",
  "{",
  "}",
  "{ a: ",
  "null",
  "undefined",
  "NULL",
  "?",
  "$1",
  "$999999999",
  "@p0",
  "@__p_0",
  ":",
  "= ",
  "COMMIT",
  "ROLLBACK",
  "BEGIN",
  "SAVEPOINT",
  "ERROR: ",
  "Parameters: [",
  "parameters: $1 = ",
  "<Event>",
  "</Event>",
  "&#0;",
  "0x",
  "1e999",
  "-1",
  "99999999999999999999",
  "\\",
  "\n",
  "\r",
  "\u0000",
  ".",
  "--",
  "/*",
  "\u001b[32m",
  "knex:bindings ",
  "binding parameter [1] as [VARCHAR] - [",
  "Executed DbCommand (1ms) [Parameters=[",
];

function seeds(): Seed[] {
  const schema = readTsqlSchema(readFileSync(path.join(fixtures, "schema.sql"), "utf8"), { file: "schema.sql" });
  const mappings = schema.tables.map((table) => mapTable(withRowTime(table)));
  return readdirSync(fixtures, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const folder = path.join(fixtures, name);
      const options = parse(readFileSync(path.join(folder, "options.yaml"), "utf8")) as Seed["options"];
      return {
        name,
        files: filesIn(folder, (file) => file !== "options.yaml"),
        options: { path: "*", ...options },
        mappings,
      };
    });
}

export default defineFormat({
  extractor: sqlLog,
  seeds,
  mutators: [tokenMutator(/'(?:[^']|'')*'|\w+|\s+|[^]/g, words)],
});
