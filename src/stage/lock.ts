/** One command at a time writes into an incident's directory: two would take each other's half-written files for whole ones. */
import Database from "better-sqlite3";
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";

/**
 * Takes the lock and returns what gives it back. SQLite's own lock on an empty database: the system gives it back when
 * a process dies, so no killed run keeps the next one out.
 * Throws UserError while another command holds it, after `patience` milliseconds.
 */
export function lockDirectory(directory: string, file: string, patience = 0): () => void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const store = new Database(file, { timeout: patience });
  try {
    store.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    store.close();
    if (!(cause instanceof Database.SqliteError) || !cause.code.startsWith("SQLITE_BUSY")) throw cause;
    throw new UserError({
      what: "another salvage command is writing to this incident",
      where: { file: directory },
      remedy: "Wait until it has ended, or give this one a directory of its own with --dir",
      cause,
    });
  }
  return () => void store.close();
}
