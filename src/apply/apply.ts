/** Runs the rebuild scripts, one after the other, each in a session of its own; goes on behind those that ran before. */
import path from "node:path";
import { UserError } from "../errors.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import type { Journal } from "./journal.ts";
import { LoadFailure } from "./loader.ts";
import type { Loader, LoadSession } from "./loader.ts";
import { readScript } from "./manifest.ts";
import type { ListedFile, ScriptFolder } from "./manifest.ts";

export interface Load {
  readonly scripts: ScriptFolder;
  readonly target: TargetDatabase;
  readonly loader: Loader;
  readonly journal: Journal;
  readonly signal: AbortSignal;
  /** `done` of `total` bytes of scripts; `rows` that are loaded. */
  progress(done: number, total: number, rows: number): void;
}

export interface Applied {
  readonly file: string;
  readonly purpose: string;
  readonly rows: number;
  /** It ran before, or had been kept although the connection broke. */
  readonly wasThere: boolean;
}

const besides = new Set(["rollback", "loader", "bulk"]);

/** Those that belong to the load; the others are for when it has to be undone. */
export function scriptsToRun({ files }: ScriptFolder): ListedFile[] {
  return files.filter(({ purpose }) => !besides.has(purpose));
}

/** Throws UserError at the first script that does not run to its end. */
export async function applyScripts(load: Load): Promise<Applied[]> {
  const files = scriptsToRun(load.scripts);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const applied: Applied[] = [];
  let [done, rows] = [0, 0];
  for (const file of files) {
    load.signal.throwIfAborted();
    const wasThere = load.journal.hasFinished(file.file) || (await applyScript(load, file));
    done += file.bytes;
    rows += file.rows ?? 0;
    applied.push({ file: file.file, purpose: file.purpose, rows: file.rows ?? 0, wasThere });
    load.progress(done, total, rows);
  }
  return applied;
}

/** True where its rows turn out to be there: it was kept when the connection broke. */
async function applyScript({ scripts, target, loader, journal, signal }: Load, file: ListedFile): Promise<boolean> {
  const statements = loader.statements(readScript(scripts, file));
  const wasBegun = journal.wasBegun(file.file);
  journal.begin(file.file);
  const session = await loader.open(target);
  try {
    await runAll(session, statements, signal);
  } catch (error) {
    if (!(error instanceof LoadFailure)) throw error;
    if (error.kind !== "loaded" || !wasBegun) throw stopped(error, file, { scripts, target });
    journal.finish(file.file);
    return true;
  } finally {
    await session.close();
  }
  journal.finish(file.file);
  return false;
}

/** Runs all scripts in one transaction and rolls it back: what stops it would stop the load. Throws UserError as {@link applyScripts} does. */
export async function rehearse(load: Omit<Load, "journal">): Promise<void> {
  const { scripts, target, loader, signal } = load;
  const { rehearsal } = loader;
  if (rehearsal === undefined) throw cannotRehearse(target);
  const files = scriptsToRun(scripts);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let [done, rows] = [0, 0];
  const session = await loader.open(target);
  try {
    await session.run(rehearsal.begin);
    for (const file of files) {
      const statements = loader.statements(readScript(scripts, file)).map((statement) => rehearsal.within(statement));
      await runAll(session, statements, signal).catch((error: unknown) => {
        throw error instanceof LoadFailure ? stopped(error, file, load) : error;
      });
      load.progress((done += file.bytes), total, (rows += file.rows ?? 0));
    }
  } finally {
    // What is closed without a COMMIT is rolled back as well.
    await session.run(rehearsal.rollback).catch(() => undefined);
    await session.close();
  }
}

async function runAll(session: LoadSession, statements: readonly string[], signal: AbortSignal): Promise<void> {
  for (const [at, statement] of statements.entries()) {
    signal.throwIfAborted();
    if (statement.trim() === "") continue;
    try {
      await session.run(statement);
    } catch (error) {
      const isNoted = notesFailure.test(statements[at + 1] ?? "");
      if (!(isNoted && error instanceof LoadFailure && error.kind === "refused")) throw error;
    }
  }
}

/** Scripts for SQL Server 2000 note what may fail without the rest, and say so at their end: no TRY is there to do it. */
const notesFailure = /^IF @@ERROR <> 0 INSERT INTO #tablesalvage_failures /;

function cannotRehearse({ location }: TargetDatabase): UserError {
  return new UserError({
    what: `${location} keeps what CREATE TABLE does, whatever becomes of the transaction: nothing can be tried there`,
    remedy: "Load into a database of its own first, and hold it against the reconciled rows with `salvage verify`",
  });
}

const again = "run the same command again: it goes on with this script";

function stopped(
  failure: LoadFailure,
  file: ListedFile,
  { scripts, target }: Pick<Load, "scripts" | "target">,
): UserError {
  const remedies: Record<LoadFailure["kind"], string> = {
    refused: `Nothing of this script was kept. Put right what is said above, then ${again}`,
    loaded:
      "Somebody loaded it before. Compare the database with `salvage verify`, or emit scripts with `ifExists: skip`",
    lost: `When the database answers, ${again}, and finds out whether it was kept`,
  };
  return new UserError({
    what: `${target.location} stopped at this script: ${failure.message}`,
    where: { file: path.join(scripts.folder, file.file) },
    remedy: remedies[failure.kind],
    cause: failure,
  });
}
