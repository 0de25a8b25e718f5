/** SQLite files. */
import Database from "better-sqlite3";
import { UserError } from "../errors.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import { LoadFailure } from "./loader.ts";
import type { Loader, LoadSession } from "./loader.ts";

/** A script is run as a whole: SQLite finds its statements itself. */
async function open({ location }: TargetDatabase): Promise<LoadSession> {
  const database = openFile(location);
  return {
    run: async (script) => {
      try {
        database.exec(script);
      } catch (error) {
        throw LoadFailure.of("refused", error instanceof Error ? error.message : String(error), error);
      }
    },
    close: async () => void database.close(),
  };
}

function openFile(file: string): Database.Database {
  try {
    return new Database(file);
  } catch (cause) {
    throw new UserError({
      what: "the SQLite file cannot be opened",
      where: { file },
      remedy: "Check the path and your rights to it",
      cause,
    });
  }
}

export const sqliteLoader: Loader = {
  dialect: "sqlite",
  extractor: "sqlite",
  rehearsal: {
    begin: "BEGIN",
    rollback: "ROLLBACK",
    within: (script) => script.replaceAll(/^(?:BEGIN|COMMIT)(?: IMMEDIATE| EXCLUSIVE)?;$/gm, ""),
  },
  statements: (script) => [script.toString("utf8")],
  open,
};
