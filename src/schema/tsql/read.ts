/**
 * The target schema from a T-SQL script: as SSMS and Enterprise Manager generate them, or written by hand.
 * Facts: Transact-SQL reference, CREATE TABLE, ALTER TABLE, CREATE INDEX, and the system procedures named in calls.ts.
 */
import type { DatabaseSchema } from "../model.ts";
import { Catalog } from "./draft.ts";
import { finishSchema } from "./finish.ts";
import { TokenReader } from "./reader.ts";
import { StatementReader } from "./statements.ts";

/**
 * Reads the tables of a script, and what dies with them. Statements that no table needs are counted in `skipped`.
 * `file` names the script in faults. Throws UserError for a script that is cut short, for unknown types, for names declared
 * twice or never, and for a script without CREATE TABLE.
 */
export function readTsqlSchema(text: string, options: { readonly file: string }): DatabaseSchema {
  const reader = new TokenReader(text, options.file);
  const catalog = new Catalog();
  new StatementReader(reader, catalog).readAll();
  if (catalog.tables.length === 0)
    throw reader.fault(
      "the script creates no table",
      "Name a script that holds the CREATE TABLE statements of the lost tables",
    );
  return finishSchema(reader, catalog);
}
