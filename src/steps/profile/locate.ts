/** From the paths that somebody typed to files. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import type { EvidenceFile } from "../../extract/extractor.ts";
import { nearest } from "../../recipe/suggest.ts";

const shownEntries = 8;

/** Nothing is hashed: what is only looked at is no evidence yet. Throws UserError for what is not there, and for folders. */
export function locateExports(paths: readonly string[], folder: string): EvidenceFile[] {
  return [...new Set(paths.map((given) => path.resolve(folder, given)))].map((file) => locate(file, folder));
}

function locate(file: string, folder: string): EvidenceFile {
  const relative = path.relative(folder, file);
  const name = (relative.startsWith("..") ? file : relative).replaceAll(path.sep, "/");
  const state = fs.statSync(file, { throwIfNoEntry: false });
  if (state === undefined) throw missing(file, name);
  if (state.isDirectory()) throw isFolder(file, name);
  if (!state.isFile())
    throw new UserError({
      what: "this is not a regular file",
      where: { file: name },
      remedy: "Copy what it gives into a file, and name that",
    });
  return { path: file, name, bytes: state.size, sha256: "" };
}

function entriesOf(folder: string): string[] {
  try {
    return fs.readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function missing(file: string, name: string): UserError {
  const near = nearest(path.basename(file), entriesOf(path.dirname(file)));
  return new UserError({
    what: "there is no such file",
    where: { file: name },
    remedy: near === undefined ? "Check the path" : `Did you mean ${near}? Check the path`,
  });
}

function isFolder(file: string, name: string): UserError {
  const entries = entriesOf(file);
  const more = entries.length > shownEntries ? ` and ${entries.length - shownEntries} more` : "";
  return new UserError({
    what: "this is a folder",
    where: { file: name === "" ? "." : name },
    remedy:
      entries.length === 0
        ? "It is empty; name files"
        : `Name files in it: ${entries.slice(0, shownEntries).join(", ")}${more}`,
  });
}
