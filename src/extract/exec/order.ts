/** What is to be run, and how: the options with their paths and the environment filled in. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { readByteSize, readDuration } from "../../recipe/quantities.ts";
import type { ExecOptions } from "./options.ts";

export interface ProgramOrder {
  /** As the recipe names it. */
  readonly name: string;
  /** Absolute path of the program. */
  readonly file: string;
  readonly arguments: readonly string[];
  /** Absolute. */
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeLimit: number;
  /** Bytes of stdout and stderr together. */
  readonly outputLimit: number;
}

/** What a program needs to run at all, and to find its user's settings; no secret of salvage's environment is among them. */
const inherited = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR"];
const inheritedOnWindows = ["SystemRoot", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PATHEXT"];

/** Throws UserError where the program or its working directory is not there. `folder` is the recipe's. */
export function orderOf(options: ExecOptions, folder: string): ProgramOrder {
  const [name = "", ...programArguments] = options.command;
  const environment = { ...inheritedEnvironment(), ...options.env };
  return {
    name,
    file: locate(name, folder, environment["PATH"] ?? ""),
    arguments: programArguments,
    workingDirectory: requireFolder(path.resolve(folder, options.workingDirectory ?? ".")),
    environment,
    timeLimit: readDuration(options.timeLimit),
    outputLimit: readByteSize(options.outputLimit),
  };
}

/** What was asked of the program, for telling captures apart; a hash, since arguments and environment may hold secrets. */
export function questionOf({ command, env, workingDirectory }: ExecOptions): string {
  return createHash("sha256").update(JSON.stringify({ command, env, workingDirectory })).digest("hex");
}

function inheritedEnvironment(): Record<string, string> {
  const names = process.platform === "win32" ? [...inherited, ...inheritedOnWindows] : inherited;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function locate(name: string, folder: string, searchPath: string): string {
  if (/[\\/]/.test(name)) return requireProgram(path.resolve(folder, name), name);
  const suffixes = process.platform === "win32" ? ["", ".exe", ".com"] : [""];
  const places = searchPath.split(path.delimiter).filter((place) => place !== "");
  const found = places
    .flatMap((place) => suffixes.map((suffix) => path.resolve(folder, place, name + suffix)))
    .find((file) => isProgram(file));
  if (found !== undefined) return found;
  throw new UserError({
    what: `there is no program ${JSON.stringify(name)} in any folder of PATH`,
    remedy: "Install it, or give its path in `command`: with a slash it is relative to the recipe",
  });
}

function requireProgram(file: string, name: string): string {
  if (isProgram(file)) return file;
  const isThere = fs.existsSync(file);
  throw new UserError({
    what: isThere ? `${name} is no program that this user may run` : `there is no program ${name}`,
    where: { file },
    remedy: isThere
      ? "Make it executable (`chmod +x`), or name its interpreter first: `command: [python3, tap.py]`"
      : "Correct `command`: a program with a slash in its name is relative to the recipe's folder",
  });
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function requireFolder(folder: string): string {
  if (fs.existsSync(folder) && fs.statSync(folder).isDirectory()) return folder;
  throw new UserError({
    what: "the folder in which the program is to run is not there",
    where: { file: folder },
    remedy: "Correct `workingDirectory`, which is relative to the recipe's folder",
  });
}
