/** The one place that opens the staging store. */
import Database from "better-sqlite3";
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";

export type Store = Database.Database;

/** A double-quoted SQLite identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A new database that is thrown away if it does not become whole: no journal, no sync. It is rebuilt from evidence,
 * so only its final name counts (see {@link promote}).
 */
export function createScratch(file: string): Store {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.rmSync(file, { force: true });
  return openScratch(file);
}

/** A copy of a finished database that is worked on like a new one. */
export function copyScratch(original: string, file: string): Store {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.copyFileSync(original, file);
  return openScratch(file);
}

function openScratch(file: string): Store {
  const store = new Database(file);
  store.pragma("page_size = 16384");
  store.pragma("journal_mode = OFF");
  store.pragma("synchronous = OFF");
  store.pragma("locking_mode = EXCLUSIVE");
  store.pragma("temp_store = FILE");
  store.pragma("cache_size = -65536");
  return store;
}

/** Writes a database anew into a file, page after page: what was deleted, and in which order all of it came, leaves no trace. */
export function rewrite(store: Store, file: string): void {
  fs.rmSync(file, { force: true });
  store.prepare("VACUUM INTO ?").run(file);
}

/** Makes a finished scratch database durable under its final name. */
export function promote(scratch: string, file: string): void {
  const descriptor = fs.openSync(scratch, "r+");
  fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
  fs.renameSync(scratch, file);
}

export function openForReading(file: string): Store {
  try {
    const store = new Database(file, { readonly: true, fileMustExist: true });
    store.pragma("temp_store = FILE");
    store.pragma("cache_size = -32768");
    return store;
  } catch (cause) {
    throw new UserError({
      what: "the staging file cannot be opened",
      where: { file },
      remedy: "Run `salvage extract` again; staging is rebuilt from the evidence",
      cause,
    });
  }
}

/**
 * The catalog: small, not rebuildable without work, so journaled and synced. Not in WAL mode: it has one writer, and an
 * incident may lie on a medium that can only be read, where a WAL database does not open.
 */
export function openCatalogFile(file: string): Store {
  if (fs.existsSync(file) && !isWritable(file)) return new Database(file, { readonly: true });
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const store = new Database(file);
  store.pragma("journal_mode = DELETE");
  store.pragma("synchronous = FULL");
  return store;
}

function isWritable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.W_OK);
    fs.accessSync(path.dirname(file), fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
