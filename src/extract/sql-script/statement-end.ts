/**
 * Where a statement ends. T-SQL needs no terminator, so a statement ends where the next one begins: at a reserved word that
 * begins statements, unless this statement is one that such a word belongs to.
 * Facts: Transact-SQL reference, "Reserved keywords" and each statement's syntax.
 */
import type { Scanner } from "../../tsql/scanner.ts";

/** Reserved words that begin a statement. THROW, ENABLE and DISABLE are none: they need a `;` before them. */
export const starters = new Set(
  (
    "ALTER BACKUP BEGIN BREAK BULK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE DELETE DENY DROP ELSE END " +
    "EXEC EXECUTE FETCH GOTO GRANT IF INSERT KILL MERGE OPEN PRINT RAISERROR READTEXT RECONFIGURE RESTORE RETURN REVERT " +
    "REVOKE ROLLBACK SAVE SELECT SET SETUSER SHUTDOWN TRUNCATE UPDATE UPDATETEXT USE WAITFOR WHILE WRITETEXT"
  ).split(" "),
);

/** Words that may begin a statement's second half, once: `INSERT … SELECT`, `UPDATE … SET`. */
const secondHalves: Readonly<Record<string, readonly string[]>> = {
  INSERT: ["SELECT", "EXEC", "EXECUTE"],
  UPDATE: ["SET"],
  WITH: ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"],
  ALTER: ["ALTER", "DROP", "SET"],
  BULK: ["INSERT"],
};

/** Clauses of ALTER behind which no second half comes. */
const alterClauses = new Set([
  "ADD",
  "CHECK",
  "NOCHECK",
  "ENABLE",
  "DISABLE",
  "REBUILD",
  "SWITCH",
  "COLLATE",
  "MODIFY",
]);
const objectWords = new Set(
  (
    "TABLE VIEW PROCEDURE PROC FUNCTION TRIGGER INDEX SCHEMA COLUMN CONSTRAINT DATABASE TYPE SEQUENCE SYNONYM USER ROLE RULE " +
    "DEFAULT LOGIN STATISTICS ASSEMBLY AGGREGATE POLICY"
  ).split(" "),
);
const permissionVerbs = new Set(["GRANT", "DENY", "REVOKE"]);
const unions = new Set(["UNION", "ALL", "EXCEPT", "INTERSECT", "FOR"]);

/** Follows one statement token by token, in any dialect. */
export interface Ending {
  /** The verb, or what took its place: `WITH x AS (…) DELETE` is a DELETE. */
  readonly verb: string;
  /** Do the statement's parentheses stand closed? */
  readonly isOutside: boolean;
  /** How often FROM stands outside of parentheses. */
  readonly fromCount: number;
  /** Takes the current token for a part of the statement. */
  accept(lexer: Scanner): void;
  /** Does the current token belong to the statement still? */
  continues(lexer: Scanner): boolean;
}

/** The end of a statement of T-SQL. */
export class StatementEnd implements Ending {
  #verb: string;
  #secondHalves: readonly string[];
  /** The token before in upper case; the mark itself for symbols, empty for names in quotes and literals. */
  #previous: string;
  /** The word behind the verb: TABLE, DATABASE. */
  #object: string | undefined;
  #parentheses = 0;
  #cases = 0;
  /** GRANT SELECT, INSERT ON … : until TO or FROM the statement lists what it permits. */
  #listsPermissions: boolean;
  fromCount = 0;

  constructor(verb: string) {
    this.#verb = verb;
    this.#secondHalves = secondHalves[verb] ?? [];
    this.#listsPermissions = permissionVerbs.has(verb);
    this.#previous = verb;
  }

  get verb(): string {
    return this.#verb;
  }

  get isOutside(): boolean {
    return this.#parentheses === 0;
  }

  accept(lexer: Scanner): void {
    if (lexer.kind === "symbol") this.#acceptSymbol(lexer.text);
    else if (lexer.kind === "word") this.#acceptWord(lexer.upper);
    this.#previous = lexer.kind === "symbol" ? lexer.text : lexer.upper;
    this.#object ??= this.#previous;
  }

  #acceptSymbol(mark: string): void {
    if (mark === "(") this.#parentheses++;
    else if (mark === ")" && this.#parentheses > 0) this.#parentheses--;
  }

  #acceptWord(word: string): void {
    if (word === "CASE") this.#cases++;
    else if (word === "END" && this.#cases > 0) this.#cases--;
    if (this.#parentheses > 0) return;
    if (word === "FROM") this.fromCount++;
    if (word === "TO" || word === "FROM") this.#listsPermissions = false;
    if (this.#secondHalves.includes(word)) this.#takeSecondHalf(word);
    else if (this.#verb === "ALTER" && alterClauses.has(word)) this.#secondHalves = [];
  }

  #takeSecondHalf(word: string): void {
    const isCommonTable = this.#verb === "WITH";
    if (isCommonTable) this.#verb = word;
    this.#secondHalves = isCommonTable ? (secondHalves[word] ?? []) : [];
  }

  continues(lexer: Scanner): boolean {
    if (lexer.kind === "end" || lexer.kind === "go" || lexer.kind === "directive") return false;
    if (lexer.isSymbol(";")) return this.#parentheses > 0;
    if (lexer.kind !== "word" || !starters.has(lexer.upper)) return true;
    return this.#owns(lexer.upper);
  }

  #owns(word: string): boolean {
    const previous = this.#previous;
    // An INSERT inside of parentheses is none of theirs: they were never closed.
    if (this.#parentheses > 0) return word !== "INSERT" || ["(", ",", "ON", "FOR"].includes(previous);
    if (this.#verb === "MERGE" || this.#listsPermissions || this.#secondHalves.includes(word)) return true;
    if (this.#cases > 0 && (word === "END" || word === "ELSE")) return true;
    if (word === "SELECT") return unions.has(previous);
    if (word === "IF") return objectWords.has(previous) && (this.#verb === "DROP" || this.#verb === "ALTER");
    if (word === "ROLLBACK") return previous === "WITH";
    if (word === "FETCH") return previous === "ROWS" || previous === "ROW";
    return this.#isReferentialAction(word) || (word === "UPDATE" && previous === "FOR");
  }

  /** `ON DELETE SET NULL` of a foreign key, outside of the parentheses of a CREATE TABLE. */
  #isReferentialAction(word: string): boolean {
    if ((this.#verb !== "ALTER" && this.#verb !== "CREATE") || this.#object === "DATABASE") return false;
    if (word === "SET") return this.#previous === "DELETE" || this.#previous === "UPDATE";
    return (word === "DELETE" || word === "UPDATE") && this.#previous === "ON";
  }
}
