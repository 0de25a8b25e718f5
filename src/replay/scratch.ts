/** The directory in which an incident runs again: what it was given and what people decided, and nothing that was made of it. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { UserError } from "../errors.ts";
import { filesBelow } from "../files/tree.ts";
import { layoutOf } from "../incident.ts";
import { withCatalog } from "../stage/catalog.ts";

export interface Scratch {
  /** Absolute. */
  readonly folder: string;
  /** Where the incident runs again. */
  readonly incident: string;
  /** Where the files of a bag lie as they lay for the run. */
  readonly files: string;
  /** Removes it, unless it is to be kept. */
  close(): void;
}

/** `keep`: an absolute path; the folder stays. Throws UserError where something is in it. */
export function openScratch(keep: string | undefined): Scratch {
  if (keep !== undefined) requireEmpty(keep);
  const folder = fs.realpathSync(keep ?? fs.mkdtempSync(path.join(os.tmpdir(), "salvage-replay-")));
  return {
    folder,
    incident: path.join(folder, "incident"),
    files: path.join(folder, "files"),
    close: () => {
      if (keep === undefined) fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function requireEmpty(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  if (fs.readdirSync(folder).length === 0) return;
  throw new UserError({
    what: "there are files in the folder in which the replay is to be kept",
    where: { file: folder },
    remedy: "Name an empty folder, or one that is not there yet, with --keep",
  });
}

/** `recipe`: where the recipe lay, absolute. */
export function fillScratch({ incident }: Pick<Scratch, "incident">, original: string, recipe: string): void {
  const [from, to] = [layoutOf(original), layoutOf(incident)];
  fs.mkdirSync(incident, { recursive: true });
  for (const name of ["recipe", "decisions", "drill", "maskKey"] as const) copy(from[name], to[name]);
  for (const name of filesBelow(from.members)) copy(path.join(from.members, name), path.join(to.members, name));
  const captured = path.join("evidence", "captured");
  for (const name of filesBelow(path.join(original, captured)))
    linkFile(path.join(original, captured, name), path.join(incident, captured, name));
  withCatalog(to.catalog, (catalog) =>
    catalog.setState("recipeFile", path.relative(incident, recipe).split(path.sep).join("/")),
  );
}

function copy(from: string, to: string): void {
  if (!fs.existsSync(from)) return;
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

/** A link where the system lets one be made, else a copy: evidence may be large. */
export function linkFile(from: string, to: string): void {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  try {
    fs.symlinkSync(from, to, "file");
  } catch (cause) {
    if (!["EPERM", "ENOTSUP", "ENOSYS"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
    fs.copyFileSync(from, to);
  }
}
