/** Programs of others that write survivors as they write them for everybody. */
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../../errors.ts";

const run = promisify(execFile);
const mostOutput = 2 ** 31 - 1;

export interface ProgramCall {
  /** The first of these that is installed. */
  readonly names: readonly string[];
  readonly args: readonly string[];
  /** Beside this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What brings it: `the package sqlite3`. */
  readonly source: string;
}

/** What it prints. Throws UserError where it is not installed, and where it fails. */
export async function outputOf({ names, args, environment, source }: ProgramCall): Promise<Buffer> {
  const options = { encoding: "buffer", maxBuffer: mostOutput, env: { ...process.env, ...environment } } as const;
  for (const name of names) {
    try {
      return (await run(name, args, options)).stdout;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw failed(name, cause);
    }
  }
  throw new UserError({
    what: `${names.join(" or ")} is not installed, which writes this survivor`,
    remedy: `Install ${source}, or take another format`,
  });
}

function failed(name: string, cause: unknown): UserError {
  const said = String((cause as { readonly stderr?: unknown }).stderr ?? cause).trim();
  return new UserError({ what: `${name} failed: ${said}`, remedy: "Correct what it complains of", cause });
}

/** Runs `use` with a folder that is gone afterwards. */
export async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-drill-"));
  try {
    return await use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
