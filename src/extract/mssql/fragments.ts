/** SQL that stands in a recipe (`where`, `query`), looked at before it is put into a statement: it may read, and nothing else. */
import { UserError } from "../../errors.ts";
import { Lexer } from "../../tsql/lexer.ts";

/** What a fragment must not hold, as words outside of quotes: all that is not reading, and reading from elsewhere. */
const refused = new Set(
  "INSERT UPDATE DELETE MERGE TRUNCATE DROP CREATE ALTER GRANT REVOKE DENY EXEC EXECUTE INTO OPENQUERY OPENROWSET OPENDATASOURCE OPENXML BACKUP RESTORE SHUTDOWN KILL DBCC BULK WAITFOR DECLARE SET USE GO WRITETEXT UPDATETEXT READTEXT RECONFIGURE BEGIN COMMIT ROLLBACK SAVE PRINT RAISERROR THROW".split(
    " ",
  ),
);

/** Ends a sentence that begins with the fragment; undefined where nothing is wrong. */
function faultOf(sql: string, first: "SELECT" | undefined): string | undefined {
  if (/--|\/\*/.test(withoutQuotes(sql))) return "holds a comment";
  const lexer = new Lexer(sql);
  let depth = 0;
  let isFirst = true;
  for (lexer.next(); lexer.kind !== "end"; lexer.next()) {
    const { kind, text, upper } = lexer;
    if (kind === "go" || kind === "directive") return "holds a line that scripts are cut at";
    if (kind === "broken") return "holds a quote that is not closed";
    if (kind === "variable") return `holds ${text}, which is not given`;
    if (text === ";" && kind === "symbol") return "holds a `;`, which would end the statement";
    if (refused.has(upper)) return `holds ${upper}, and only reading is allowed`;
    if (isFirst && first !== undefined && upper !== first) return `begins with ${text}, and only SELECT is allowed`;
    isFirst = false;
    if (kind === "symbol" && text === "(") depth++;
    if (kind === "symbol" && text === ")" && --depth < 0) return "holds a `)` that nothing opens";
  }
  if (isFirst) return "is empty";
  return depth > 0 ? "lacks a `)`" : undefined;
}

function withoutQuotes(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\[(?:[^\]]|\]\])*\]/g, "·");
}

/** Throws UserError unless the recipe's `where` is one condition. */
export function checkWhere(where: string): void {
  const fault = faultOf(where, undefined);
  if (fault === undefined) return;
  const remedy = "Write one condition, as it would stand in parentheses behind WHERE";
  throw new UserError({ what: `\`where\` (${where.trim()}) ${fault}`, remedy });
}

/** Throws UserError unless the recipe's `query` is one SELECT that can stand in parentheses behind FROM. */
export function checkQuery(query: string): void {
  const fault = faultOf(query, "SELECT");
  if (fault === undefined) return;
  throw new UserError({
    what: `\`query\` ${fault}`,
    remedy: "Write exactly one SELECT, without comments, ORDER BY and `;`",
  });
}
