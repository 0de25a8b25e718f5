/** From the paths and patterns of a recipe to the files that are evidence, each with its hash. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import { companionSuffixes, hasSignature } from "../files/sqlite.ts";
import { nearest } from "../recipe/suggest.ts";
import type { EvidenceFile } from "./extractor.ts";

const wildcard = /[*?]/;
const chunkBytes = 1 << 20;
const listedEntries = 8;

/**
 * The files that `patterns` (paths, or paths with `*` and `?`, relative to `folder`) stand for, by pattern and then by
 * name, each once. The write-ahead log or rollback journal beside a SQLite database is evidence too and follows it.
 * Throws UserError for a pattern without a file, a folder, and what cannot be read.
 */
export async function resolveInputs(patterns: readonly string[], folder: string): Promise<EvidenceFile[]> {
  const paths = new Set(patterns.flatMap((pattern) => expand(pattern, folder)));
  const files = new Map<string, EvidenceFile>();
  for (const file of paths) await addEvidence(file, folder, files);
  return [...files.values()];
}

async function addEvidence(file: string, folder: string, files: Map<string, EvidenceFile>): Promise<void> {
  if (files.has(file)) return;
  const { isDatabase, ...evidence } = await readEvidence(file, nameOf(file, folder));
  files.set(file, evidence);
  if (!isDatabase) return;
  for (const suffix of companionSuffixes) {
    if (suffix !== "-shm" && fs.existsSync(file + suffix)) await addEvidence(file + suffix, folder, files);
  }
}

/** As people see it. */
export function nameOf(file: string, folder: string): string {
  return path.relative(folder, file).replaceAll(path.sep, "/");
}

/** Absolute paths. A name that stands there literally is that file, whatever characters it has. */
function expand(pattern: string, folder: string): string[] {
  const literal = path.resolve(folder, pattern);
  if (fs.existsSync(literal)) return [literal];
  if (!wildcard.test(pattern)) throw missing(pattern, literal, folder);
  const { parent, segments } = splitAtWildcard(pattern, folder);
  const found = segments.reduce<string[]>((folders, segment) => folders.flatMap((at) => step(at, segment)), [parent]);
  const files = found.filter((file) => !isFolder(file));
  if (files.length === 0) throw withoutMatch(pattern, parent, folder);
  return files.toSorted(byCodeUnits);
}

/** The folder before the first segment with a wildcard, and the segments from there. */
function splitAtWildcard(pattern: string, folder: string): { parent: string; segments: string[] } {
  const segments = path.normalize(pattern).split(path.sep);
  const first = segments.findIndex((segment) => wildcard.test(segment));
  const before = segments.slice(0, first).map((segment) => segment + path.sep);
  return { parent: path.resolve(folder, before.join("")), segments: segments.slice(first) };
}

/** The entries of `folder` that one segment of a pattern stands for. */
function step(folder: string, segment: string): string[] {
  const matches = matcher(segment);
  return entriesOf(folder)
    .filter((entry) => matches.test(entry))
    .map((entry) => path.join(folder, entry));
}

/** A link that leads nowhere is none: it is told of when it is read. */
function isFolder(file: string): boolean {
  try {
    return fs.statSync(file).isDirectory();
  } catch {
    return false;
  }
}

/** As in a shell: `*` is any run of characters, `?` one; a hidden file needs its dot written. */
function matcher(segment: string): RegExp {
  const source = segment.replaceAll(/[\\^$.*+?()[\]{}|]/g, (char) =>
    char === "*" ? ".*" : char === "?" ? "." : `\\${char}`,
  );
  return new RegExp(`^${segment.startsWith(".") ? "" : "(?!\\.)"}${source}$`, "su");
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** By name; none where there is no such folder. */
function entriesOf(folder: string): string[] {
  try {
    return fs.readdirSync(folder).toSorted(byCodeUnits);
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code ?? "")) return [];
    throw unreadableFile(folder, cause);
  }
}

function missing(pattern: string, file: string, folder: string): UserError {
  const { parent, child } = deepestExisting(file);
  const entries = entriesOf(parent);
  const near = nearest(child, entries);
  return new UserError({
    what: "there is no such file",
    where: { file: pattern },
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}${correction("path", parent, folder, entries)}`,
  });
}

function withoutMatch(pattern: string, parent: string, folder: string): UserError {
  const existing = fs.existsSync(parent) ? parent : deepestExisting(parent).parent;
  return new UserError({
    what: "no file matches this pattern",
    where: { file: pattern },
    remedy: correction("pattern", existing, folder, entriesOf(existing)),
  });
}

/** The nearest folder above that exists, and the name in it that does not. */
function deepestExisting(file: string): { parent: string; child: string } {
  let child = file;
  while (!fs.existsSync(path.dirname(child))) child = path.dirname(child);
  return { parent: path.dirname(child), child: path.basename(child) };
}

function correction(given: "path" | "pattern", parent: string, folder: string, entries: readonly string[]): string {
  const more = entries.length > listedEntries ? ` and ${entries.length - listedEntries} more` : "";
  const holds = entries.length === 0 ? "is empty" : `holds ${entries.slice(0, listedEntries).join(", ")}${more}`;
  return `Correct the ${given}, which is relative to the recipe's folder; ${nameOf(parent, folder) || "that folder"} ${holds}`;
}

async function readEvidence(file: string, name: string): Promise<EvidenceFile & { isDatabase: boolean }> {
  try {
    const state = fs.statSync(file);
    if (!state.isFile()) throw notAFile(file, name, state.isDirectory());
    return { path: file, name, modified: Math.floor(state.mtimeMs), ...(await digest(file)) };
  } catch (cause) {
    throw cause instanceof UserError ? cause : unreadableFile(name, cause);
  }
}

/** Size and hash of one and the same reading. */
async function digest(file: string): Promise<{ bytes: number; sha256: string; isDatabase: boolean }> {
  const hash = createHash("sha256");
  let bytes = 0;
  let isDatabase = false;
  for await (const chunk of fs.createReadStream(file, { highWaterMark: chunkBytes })) {
    const data = chunk as Buffer;
    if (bytes === 0) isDatabase = hasSignature(data);
    hash.update(data);
    bytes += data.length;
  }
  return { bytes, sha256: hash.digest("hex"), isDatabase };
}

function notAFile(file: string, name: string, isDirectory: boolean): UserError {
  if (!isDirectory)
    return new UserError({
      what: "this is not a regular file",
      where: { file: name },
      remedy: "Copy what it gives into a file, and name that",
    });
  return new UserError({
    what: "this is a folder, not a file",
    where: { file: name },
    remedy: `Name one of its files, or a pattern such as ${name === "" ? "" : `${name}/`}*${path.extname(entriesOf(file)[0] ?? "")}`,
  });
}

function unreadableFile(name: string, cause: unknown): UserError {
  const message = cause instanceof Error ? cause.message.replace(/^(\w+: [^,]*),.*$/s, "$1") : String(cause);
  return new UserError({
    what: `the file cannot be read (${message})`,
    where: { file: name },
    remedy: "Give this user permission to read it, or name a copy of it",
    cause,
  });
}
