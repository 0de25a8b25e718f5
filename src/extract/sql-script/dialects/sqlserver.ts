/** T-SQL, which needs no terminators. */
import { Lexer } from "../../../tsql/lexer.ts";
import { scriptTable } from "../names.ts";
import { StatementEnd, starters } from "../statement-end.ts";
import { readOtherTsql, tsqlReaders } from "../statements.ts";
import { TsqlCells } from "../tsql-cells.ts";
import type { Dialect } from "./dialect.ts";

/** Words that a value's parentheses cannot hold: behind them a row is over, whatever its parentheses say. */
const rowBreakers = new Set([...starters].filter((word) => !["SELECT", "ELSE", "END", "FETCH"].includes(word)));

export const sqlserver: Dialect = {
  id: "sqlserver",
  title: "T-SQL",
  settings: { backslashes: false, ansiQuotes: true, delimiter: ";" },
  lexer: (text, _, final) => new Lexer(text, { final }),
  cells: (lexer, session) => new TsqlCells(lexer, session),
  ending: (verb) => new StatementEnd(verb),
  endsRow: ({ upper }) => rowBreakers.has(upper),
  reserved: starters,
  insertWords: new Set(["INTO"]),
  readers: tsqlReaders,
  readOther: readOtherTsql,
  nameTable: (parts, { schema }) => scriptTable(parts, schema),
  findsByName: false,
  listsIdentity: false,
};
