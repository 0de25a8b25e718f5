/** Where a statement ends that is not read: T-SQL needs no terminator, so the next statement's first word tells. */
import type { TokenReader } from "./reader.ts";

/** Words that begin a statement. WITH is none of them: far more often it begins an option. */
const starters = new Set(
  (
    "ALTER BACKUP BEGIN BREAK BULK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE DELETE DENY DROP ELSE END " +
    "EXEC EXECUTE FETCH GOTO GRANT IF INSERT KILL MERGE OPEN PRINT RAISERROR RECONFIGURE RESTORE RETURN REVOKE ROLLBACK " +
    "REVERT SAVE SELECT SET SETUSER SHUTDOWN THROW TRUNCATE UPDATE USE WAITFOR WHILE"
  ).split(" "),
);

/** Words that begin no statement of their own inside these. */
const inner: Readonly<Record<string, readonly string[]>> = {
  ALTER: ["SET", "DELETE", "UPDATE"],
  CREATE: ["SET"],
  DROP: ["IF"],
  INSERT: ["SELECT", "EXEC", "EXECUTE"],
  MERGE: [...starters],
  UPDATE: ["SET"],
};

/** Words that go on with the statement after these: queries joined by UNION, cursors FOR a query, WITH GRANT OPTION. */
const continued: Readonly<Record<string, readonly string[]>> = {
  ALL: ["SELECT"],
  UNION: ["SELECT"],
  EXCEPT: ["SELECT"],
  INTERSECT: ["SELECT"],
  FOR: ["SELECT", "UPDATE"],
  WITH: ["GRANT"],
};

/** Does this word (upper case) begin a statement? */
export function isStarter(word: string): boolean {
  return starters.has(word);
}

/** Does the statement that began with the word `first` end before the current token? */
export function isStatementEnd(reader: TokenReader, first: string, previous: string): boolean {
  const { kind, upper } = reader.token;
  if (kind === "end" || kind === "go" || kind === "directive" || reader.isSymbol(";")) return true;
  return starters.has(upper) && !continued[previous]?.includes(upper) && !inner[first]?.includes(upper);
}

/** Moves to the end of a statement whose first word is read already. */
export function skipStatement(reader: TokenReader, first: string): void {
  let depth = 0;
  for (let previous = first; !isBatchEnd(reader); reader.next()) {
    if (depth === 0 && isStatementEnd(reader, first, previous)) return;
    if (reader.isSymbol("(")) depth++;
    else if (reader.isSymbol(")")) depth--;
    previous = reader.token.upper;
  }
}

/** Moves to the end of the batch: procedures, views, triggers and the like fill one. */
export function skipBatch(reader: TokenReader): void {
  while (!isBatchEnd(reader)) reader.next();
}

function isBatchEnd(reader: TokenReader): boolean {
  return reader.token.kind === "end" || reader.token.kind === "go";
}
