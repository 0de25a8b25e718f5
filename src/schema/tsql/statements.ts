/** The statements of a script: which change the schema, which stay verbatim with a table, and which are passed over. */
import { tableName } from "../model.ts";
import type { ModuleSetting } from "../model.ts";
import { readAlterTable } from "./alter-table.ts";
import { readOnTable, readPermission, readTrigger, readUniqueIndex } from "./attachments.ts";
import { readCall } from "./calls.ts";
import { readCreateTable } from "./create-table.ts";
import type { Catalog } from "./draft.ts";
import { readObjectName } from "./names.ts";
import type { Token, TokenReader } from "./reader.ts";
import { isStarter, skipBatch, skipStatement } from "./skip.ts";
import { readCreateType } from "./user-types.ts";

/** Statements counted under their own first word; all others count as `other`. */
const countedStatements = new Set(
  (
    "BACKUP BULK CHECKPOINT DBCC DECLARE DELETE INSERT MERGE PRINT RAISERROR RECONFIGURE RESTORE RETURN SELECT SET " +
    "THROW TRUNCATE UPDATE USE WAITFOR"
  ).split(" "),
);
const transactions = new Set(["COMMIT", "ROLLBACK", "SAVE"]);

/** What CREATE and ALTER are counted under, by the object's word. */
const objectKinds: Readonly<Record<string, string>> = {
  PROC: "procedure",
  PROCEDURE: "procedure",
  FUNCTION: "function",
  VIEW: "view",
  DATABASE: "database",
  SCHEMA: "schema",
  USER: "user",
  LOGIN: "login",
  ROLE: "role",
  SYNONYM: "synonym",
  SEQUENCE: "sequence",
  XML: "xml schema collection",
};
/** Objects whose definition goes on to the end of the batch. */
const wholeBatch = new Set(["PROC", "PROCEDURE", "FUNCTION", "VIEW"]);

/** Reads a script's statements one by one into a catalog. */
export class StatementReader {
  readonly #reader: TokenReader;
  readonly #catalog: Catalog;
  /** Open BEGIN … END blocks. */
  #depth = 0;
  /** An IF, ELSE or WHILE stands before the statement. */
  #isBranch = false;
  #isBatchStart = true;

  constructor(reader: TokenReader, catalog: Catalog) {
    this.#reader = reader;
    this.#catalog = catalog;
  }

  readAll(): void {
    while (this.#reader.token.kind !== "end") this.#readOne();
  }

  #readOne(): void {
    const reader = this.#reader;
    const at = reader.token;
    if (at.kind === "go") return this.#endBatch();
    if (reader.takeSymbol(";")) return;
    const isBatchStart = this.#isBatchStart;
    this.#isBatchStart = false;
    if (isBatchStart && reader.isName() && !isStarter(at.upper) && isCall(reader))
      return readCall(reader, this.#catalog, at);
    reader.next();
    if (this.#readFlow(at)) return;
    this.#readStatement(at);
    this.#isBranch = false;
  }

  #endBatch(): void {
    this.#reader.next();
    this.#depth = 0;
    this.#isBranch = false;
    this.#isBatchStart = true;
  }

  /** Control flow is looked through: the statements inside are read as if they ran. */
  #readFlow(at: Token): boolean {
    const { upper } = at;
    if (upper === "IF" || upper === "WHILE") {
      skipStatement(this.#reader, upper);
      this.#isBranch = true;
    } else if (upper === "ELSE") this.#isBranch = true;
    else if (upper === "BEGIN" && !this.#reader.is("TRAN", "TRANSACTION", "DISTRIBUTED")) this.#openBlock();
    else if (upper === "END") this.#closeBlock();
    else return false;
    return true;
  }

  #openBlock(): void {
    if (!this.#reader.take("TRY")) this.#reader.take("CATCH");
    this.#depth++;
    this.#isBranch = false;
  }

  #closeBlock(): void {
    if (!this.#reader.take("TRY")) this.#reader.take("CATCH");
    this.#depth = Math.max(0, this.#depth - 1);
  }

  #readStatement(at: Token): void {
    const reader = this.#reader;
    const catalog = this.#catalog;
    if (at.upper === "CREATE") return this.#readCreate(at);
    if (at.upper === "ALTER") return this.#readAlter(at);
    if (at.upper === "DROP") return this.#readDrop();
    if (at.upper === "EXEC" || at.upper === "EXECUTE") return readCall(reader, catalog, at);
    if (["GRANT", "DENY", "REVOKE"].includes(at.upper)) return readPermission(reader, catalog, at);
    if (["ENABLE", "DISABLE"].includes(at.upper) && reader.is("TRIGGER"))
      return readOnTable(reader, catalog, "trigger", at);
    if (at.upper === "SET") readSetting(reader, catalog);
    skipStatement(reader, at.upper);
    catalog.skip(statementKind(at));
  }

  #readCreate(at: Token): void {
    const reader = this.#reader;
    if (reader.is("OR") && reader.peek().upper === "ALTER") {
      reader.next();
      reader.next();
    }
    if (reader.take("TABLE")) return readCreateTable(reader, this.#catalog);
    if (reader.take("TYPE")) return readCreateType(reader, this.#catalog, at);
    if (reader.is("DEFAULT", "RULE")) return this.#readBoundObject(at);
    this.#readObject(at);
  }

  #readAlter(at: Token): void {
    if (this.#reader.take("TABLE")) readAlterTable(this.#reader, this.#catalog, at);
    else this.#readObject(at);
  }

  /** An index, statistics or a trigger; all other objects are passed over. */
  #readObject(at: Token): void {
    const reader = this.#reader;
    const catalog = this.#catalog;
    const isUnique = reader.is("UNIQUE");
    while (reader.is("UNIQUE", "CLUSTERED", "NONCLUSTERED", "COLUMNSTORE", "PRIMARY", "SPATIAL", "SELECTIVE"))
      reader.next();
    const second = reader.token.upper;
    const third = reader.peek().upper;
    if (second === "TRIGGER") return readTrigger(reader, catalog, at);
    if (second === "FULLTEXT" && third === "INDEX") return readOnTable(reader, catalog, "full-text", at);
    if (second === "INDEX" && isUnique) return readUniqueIndex(reader, catalog, at);
    if (second === "INDEX" || (second === "XML" && third === "INDEX")) return readOnTable(reader, catalog, "index", at);
    if (second === "STATISTICS") return readOnTable(reader, catalog, "statistics", at);
    if (wholeBatch.has(second)) skipBatch(reader);
    else skipStatement(reader, at.upper);
    catalog.skip(objectKinds[second] ?? "other");
  }

  /** CREATE DEFAULT and CREATE RULE of SQL Server 2000: each fills its batch. */
  #readBoundObject(at: Token): void {
    const reader = this.#reader;
    reader.next();
    const { schema, name } = readObjectName(reader, "a name");
    while (reader.token.kind !== "end" && reader.token.kind !== "go" && !reader.isSymbol(";")) reader.next();
    this.#catalog.boundObjects.push({ name: tableName(schema, name), sql: reader.textFrom(at.start) });
  }

  #readDrop(): void {
    const reader = this.#reader;
    if (reader.take("TABLE")) this.#readDropTable();
    skipStatement(reader, "DROP");
    this.#catalog.skip("drop");
  }

  #readDropTable(): void {
    const reader = this.#reader;
    if (reader.take("IF")) reader.expect("EXISTS");
    do {
      const table = this.#catalog.table(readObjectName(reader, "a table's name").id);
      if (table !== undefined) table.dropped = this.#isBranch || this.#depth > 0 ? "maybe" : "yes";
    } while (reader.takeSymbol(","));
  }
}

const moduleSettings = new Set(["QUOTED_IDENTIFIER", "ANSI_NULLS"]);

/** `SET QUOTED_IDENTIFIER, ANSI_NULLS ON | OFF`, whose SET is read already. */
function readSetting(reader: TokenReader, catalog: Catalog): void {
  const named: ModuleSetting[] = [];
  do {
    const { upper } = reader.token;
    if (!moduleSettings.has(upper)) return;
    named.push(upper as ModuleSetting);
    reader.next();
  } while (reader.takeSymbol(","));
  for (const name of named)
    if (reader.is("OFF")) catalog.settingsOff.add(name);
    else catalog.settingsOff.delete(name);
}

/** At the beginning of a batch a procedure is called by its name alone; a name before a colon is a label. */
function isCall(reader: TokenReader): boolean {
  return !reader.is("WITH", "ENABLE", "DISABLE") && reader.peek().text !== ":";
}

function statementKind(at: Token): string {
  if (at.kind === "directive") return "directive";
  if (transactions.has(at.upper) || at.upper === "BEGIN") return "transaction";
  return countedStatements.has(at.upper) ? at.upper.toLowerCase() : "other";
}
