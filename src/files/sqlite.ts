/** Opens a SQLite database that is evidence: nothing is written to it or beside it. */
import Database from "better-sqlite3";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { UserError } from "../errors.ts";

/** What stands beside a database and belongs to it: the write-ahead log, the rollback journal, the log's shared index. */
export const companionSuffixes = ["-wal", "-journal", "-shm"] as const;

/** The first 16 bytes of every SQLite 3 database (https://www.sqlite.org/fileformat.html#magic_header_string). */
const signature = Buffer.from("SQLite format 3\0", "latin1");
const headerBytes = 100;
const readVersionOffset = 19;
const writeAheadLogging = 2;

export interface OpenedDatabase {
  readonly db: Database.Database;
  /** The file that was opened: the evidence itself, or its copy. */
  readonly file: string;
  /** What stood beside the database and was read with it: `-wal`, `-journal`. */
  readonly readWith: readonly string[];
  /** SQLite calls the file malformed as a whole; what can still be read of it is. */
  readonly isDamaged: boolean;
  /** Closes the database; a copy is removed. */
  readonly close: () => void;
}

/**
 * Opens a database for reading. In WAL mode SQLite would write beside the file, and a journal left by a crash would
 * be rolled back into it; such a database is copied with its companions, and the copy is opened.
 * Throws UserError (where: `name`) for what is not a readable database.
 */
export function openEvidence(file: string, name: string): OpenedDatabase {
  const header = readHeader(file, name);
  const readWith = companionSuffixes.filter((suffix) => suffix !== "-shm" && holdsBytes(file + suffix));
  const wouldWrite = readWith.length > 0 || header[readVersionOffset] === writeAheadLogging;
  try {
    return wouldWrite ? openCopy(file, readWith) : openInPlace(file);
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

function openInPlace(file: string): OpenedDatabase {
  const { db, isDamaged } = prepare(new Database(file, { readonly: true, fileMustExist: true }));
  return { db, file, readWith: [], isDamaged, close: () => void db.close() };
}

function openCopy(file: string, readWith: readonly string[]): OpenedDatabase {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-sqlite-"));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  try {
    const copy = path.join(folder, "copy.db");
    for (const suffix of ["", ...readWith]) {
      fs.copyFileSync(file + suffix, copy + suffix, fs.constants.COPYFILE_FICLONE);
      // A copy keeps the mode of its original, and the copy of a read-only file could not be recovered.
      fs.chmodSync(copy + suffix, 0o600);
    }
    const { db, isDamaged } = prepare(new Database(copy, { fileMustExist: true }));
    return { db, file: copy, readWith, isDamaged, close: () => (db.close(), remove()) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A database is data of unknown origin: its schema may call no function with side effects, its cells are checked. */
function prepare(db: Database.Database): { db: Database.Database; isDamaged: boolean } {
  try {
    db.pragma("trusted_schema = OFF");
    db.pragma("cell_size_check = ON");
    return { db, isDamaged: !catalogOpens(db) && tolerate(db) };
  } catch (error) {
    db.close();
    throw error;
  }
}

function catalogOpens(db: Database.Database): boolean {
  try {
    db.prepare("SELECT count(*) FROM sqlite_master").get();
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_CORRUPT")) return false;
    throw error;
  }
}

/**
 * Makes SQLite go on with a file that is cut short or has a malformed entry in its catalog: it stops at neither when the
 * schema is writable. The connection itself stays unable to write to the evidence.
 */
function tolerate(db: Database.Database): true {
  db.unsafeMode(true);
  db.pragma("writable_schema = ON");
  db.prepare("SELECT count(*) FROM sqlite_master").get();
  return true;
}

function readHeader(file: string, name: string): Buffer {
  const header = Buffer.alloc(headerBytes);
  try {
    const descriptor = fs.openSync(file, "r");
    try {
      fs.readSync(descriptor, header, 0, headerBytes, 0);
    } finally {
      fs.closeSync(descriptor);
    }
  } catch (cause) {
    throw unreadable(name, cause);
  }
  if (!hasSignature(header)) throw notADatabase(name);
  return header;
}

/** Does the file begin as a SQLite 3 database does? */
export function hasSignature(start: Uint8Array): boolean {
  return signature.equals(start.subarray(0, signature.length));
}

function holdsBytes(file: string): boolean {
  return (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function notADatabase(name: string, cause?: unknown): UserError {
  return new UserError({
    what: "this is not a SQLite 3 database",
    where: { file: name },
    remedy: "Name a database file; one that is compressed or encrypted has to be unpacked first",
    cause,
  });
}

/** The UserError for what SQLite or the system said when a database was opened or its catalog read. */
export function unreadable(name: string, cause: unknown): unknown {
  if (cause instanceof UserError) return cause;
  if (!(cause instanceof Error)) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  if (code === "SQLITE_NOTADB") return notADatabase(name, cause);
  return new UserError({
    what: `the database cannot be read (${message})`,
    where: { file: name },
    remedy: remedyFor(code),
    cause,
  });
}

function remedyFor(code: string): string {
  if (code.startsWith("SQLITE_CORRUPT"))
    return "Its catalog is damaged: make a readable copy with the .recover command of the sqlite3 shell, and name that copy";
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))
    return "Another program is writing to it: copy the file once that program has stopped, and name the copy";
  if (code === "ENOSPC") return "Free some space in the folder for temporary files, or set TMPDIR to a larger one";
  return "Check that the file can be read by this user, or name a copy of it";
}

/** Is it the state of the file that keeps SQLite from reading on, rather than its use or its surroundings? */
export function isDamage(error: unknown): error is Error & { code: string } {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB|ERROR|TOOBIG)/.test(error.code);
}

/** A double-quoted SQLite identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
