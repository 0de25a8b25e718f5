/**
 * What stands behind the tests' TDS server: tables in SQLite, and the catalog views and functions that reading a SQL Server asks for. It takes SELECT and
 * SET and refuses every other statement, so that nothing else goes unnoticed.
 */
import Database from "better-sqlite3";
import type { Backend, Login, Session } from "../tds/backend.ts";
import { ServerError } from "../tds/backend.ts";
import { fillCatalog } from "./catalog.ts";
import { addFunctions } from "./functions.ts";
import type { EngineOptions } from "./options.ts";
import { execute } from "./statements.ts";
import { fillTable } from "./tables.ts";

export function createEngine(options: EngineOptions): Backend {
  const db = new Database(":memory:");
  fillCatalog(db, options);
  addFunctions(db, options);
  for (const table of options.schema.tables) fillTable(db, table, options.rows.get(table.id) ?? []);
  return {
    version: options.version ?? [16, 0, 4135],
    connect(login: Login): Session {
      if (!isKnown(login)) throw new ServerError(18_456, `Login failed for user '${login.user}'.`, 14);
      if (login.database !== "Shop") throw new ServerError(4060, `Cannot open database "${login.database}".`, 11);
      return {
        execute: (statement, parameters) => execute(db, options, statement, parameters),
        transaction: () => undefined,
        close: () => undefined,
      };
    },
  };
}

/** Everybody's password is `secret`, and so is everybody's token. */
function isKnown({ password, token }: Login): boolean {
  return (token ?? password) === "secret";
}
