/** The target schema from a file: a T-SQL script in any encoding, plain or gzipped, a SQLite database, or a package (.bacpac, .dacpac). */
import { constants, isUtf8 } from "node:buffer";
import { open, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import iconv from "iconv-lite";
import { UserError } from "../errors.ts";
import { zipMark } from "../files/zip.ts";
import { readPackageSchema } from "./dacpac/read.ts";
import type { DatabaseSchema } from "./model.ts";
import { readSqliteSchema } from "./sqlite.ts";
import { readTsqlSchema } from "./tsql/read.ts";

const sqliteMagic = Buffer.from("SQLite format 3\0", "latin1");
const gzipMagic = Buffer.from([0x1f, 0x8b]);
const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);
const utf16LittleMark = Buffer.from([0xff, 0xfe]);
const utf16BigMark = Buffer.from([0xfe, 0xff]);

/** Throws UserError for a file that is missing, unreadable, of no known encoding, or whose script does not hold up. */
export async function loadSchema(file: string): Promise<DatabaseSchema> {
  const head = await tryRead(file, readHead);
  if (startsWith(head, sqliteMagic)) return readSqliteSchema(file);
  if (startsWith(head, zipMark)) return readPackageSchema(file);
  const bytes = await tryRead(file, readFile);
  const script = startsWith(bytes, gzipMagic) ? await unzip(bytes, file) : bytes;
  return readTsqlSchema(decode(script, file), { file });
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark);
}

/** A package may be longer than memory has room for. */
async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sqliteMagic.length), 0, sqliteMagic.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function tryRead(file: string, read: (file: string) => Promise<Buffer>): Promise<Buffer> {
  try {
    return await read(file);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new UserError({
      what: isMissing ? "the schema file does not exist" : `the schema file cannot be read (${message(cause)})`,
      remedy: "Correct target.schema in the recipe, or make the file readable",
      where: { file },
      cause,
    });
  }
}

async function unzip(bytes: Buffer, file: string): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes);
  } catch (cause) {
    throw new UserError({
      what: `the gzipped schema file cannot be unpacked (${message(cause)})`,
      remedy: "Take a complete copy of the file",
      where: { file },
      cause,
    });
  }
}

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** A byte order mark decides; else UTF-8 where the bytes are, and windows-1252 where they are not. */
function decode(bytes: Buffer, file: string): string {
  if (bytes.length > constants.MAX_STRING_LENGTH)
    throw new UserError({
      what: "the schema file is too large to read at once",
      remedy: "Cut the data out of it and keep the CREATE and ALTER statements",
      where: { file },
    });
  if (startsWith(bytes, utf8Mark)) return bytes.toString("utf8", utf8Mark.length);
  if (startsWith(bytes, utf16LittleMark) || startsWith(bytes, utf16BigMark)) return iconv.decode(bytes, "utf-16");
  // UTF-16 without its mark passes for UTF-8 in ASCII text; no script holds NUL characters.
  if (bytes.includes(0))
    throw new UserError({
      what: "the schema file is neither text nor a SQLite database",
      remedy: "Save the script as UTF-8, or as UTF-16 with a byte order mark",
      where: { file },
    });
  return isUtf8(bytes) ? bytes.toString("utf8") : iconv.decode(bytes, "windows-1252");
}
