/** Runs the rebuild scripts, one after the other, each in a session of its own; goes on behind those that ran before. */
import path from "node:path";
import { UserError } from "../errors.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import type { Journal } from "./journal.ts";
import { LoadFailure } from "./loader.ts";
import type { Loader } from "./loader.ts";
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

/** Those that belong to the load; the others are for when it has to be undone. */
export function scriptsToRun({ files }: ScriptFolder): ListedFile[] {
  return files.filter(({ purpose }) => purpose !== "rollback" && purpose !== "loader");
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
    for (const statement of statements) {
      signal.throwIfAborted();
      await session.run(statement);
    }
  } catch (error) {
    if (!(error instanceof LoadFailure)) throw error;
    if (error.kind !== "loaded" || !wasBegun) throw stopped(error, file, scripts, target);
    journal.finish(file.file);
    return true;
  } finally {
    await session.close();
  }
  journal.finish(file.file);
  return false;
}

const again = "run the same command again: it goes on with this script";

function stopped(failure: LoadFailure, file: ListedFile, { folder }: ScriptFolder, target: TargetDatabase): UserError {
  const remedies: Record<LoadFailure["kind"], string> = {
    refused: `Nothing of this script was kept. Put right what is said above, then ${again}`,
    loaded:
      "Somebody loaded it before. Compare the database with `salvage verify`, or emit scripts with `ifExists: skip`",
    lost: `When the database answers, ${again}, and finds out whether it was kept`,
  };
  return new UserError({
    what: `${target.location} stopped at this script: ${failure.message}`,
    where: { file: path.join(folder, file.file) },
    remedy: remedies[failure.kind],
    cause: failure,
  });
}
