/** Step: the rebuild scripts are run in a database. */
import fs from "node:fs";
import path from "node:path";
import { applyScripts, rehearse, scriptsToRun } from "../apply/apply.ts";
import type { Applied } from "../apply/apply.ts";
import { Journal } from "../apply/journal.ts";
import { readScripts } from "../apply/manifest.ts";
import { loaderFor } from "../apply/registry.ts";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import type { Services } from "./services.ts";

export interface ApplyReport {
  /** Never with a password. */
  readonly target: string;
  /** In the order of running. */
  readonly files: readonly Applied[];
  /** All was rolled back. */
  readonly isRehearsal: boolean;
}

/** What is about to happen, for whoever has to agree to it. */
export interface ApplyPlan {
  readonly target: string;
  /** The database's own name, or that of the file. */
  readonly database: string;
  readonly scripts: number;
  readonly rows: number;
  readonly isResumed: boolean;
  readonly isRehearsal: boolean;
}

export interface ApplyOptions {
  readonly target: TargetDatabase;
  /** Throws UserError where nobody agrees. */
  /** All in one transaction that is rolled back. */
  readonly isRehearsal: boolean;
  readonly confirm: (plan: ApplyPlan) => Promise<void>;
}

/** Throws UserError where there are no scripts, they are for other databases, nobody agrees, or one does not run to its end. */
export async function apply(
  incident: Incident,
  services: Services,
  { target, confirm, isRehearsal }: ApplyOptions,
): Promise<ApplyReport> {
  const layout = layoutOf(incident.directory);
  const scripts = readScripts(layout.out);
  const loader = loaderFor(scripts.dialect, target);
  requireOutOfTheWay(incident, target);
  const journal = new Journal(layout.applied, target.location, scripts.sha256);
  const files = scriptsToRun(scripts);
  const rows = files.reduce((sum, file) => sum + (file.rows ?? 0), 0);
  const database = databaseOf(target);
  const isResumed = journal.isResumed && !isRehearsal;
  await confirm({ target: target.location, database, scripts: files.length, rows, isResumed, isRehearsal });
  services.signal.throwIfAborted();
  const task = services.reporter.task("apply", target.location);
  const progress = (done: number, total: number, loaded: number): void => task.update(done, total, loaded);
  const load = { scripts, target, loader, signal: services.signal, progress };
  if (isRehearsal) await rehearse(load);
  const tried = files.map(({ file, purpose, rows: own = 0 }) => ({ file, purpose, rows: own, wasThere: false }));
  const applied = isRehearsal ? tried : await applyScripts({ ...load, journal });
  task.finish(`${applied.length} scripts${isRehearsal ? ", rolled back" : ""}`);
  return { target: target.location, files: applied, isRehearsal };
}

/** `db.example:1433/Shop` → `Shop`; of a file its name. */
function databaseOf({ location }: TargetDatabase): string {
  return location.slice(Math.max(location.lastIndexOf("/"), location.lastIndexOf(path.sep)) + 1);
}

/** Sources are only read: a file that is evidence is no target. */
function requireOutOfTheWay({ recipe, directory }: Incident, { location, extractor }: TargetDatabase): void {
  if (extractor.id !== "sqlite" || !fs.existsSync(location)) return;
  const file = fs.realpathSync(location);
  const evidence = recipe.sources.flatMap(({ options }) =>
    typeof options["path"] === "string" ? path.resolve(recipe.folder, options["path"]) : [],
  );
  const isEvidence = evidence.some((each) => fs.existsSync(each) && fs.realpathSync(each) === file);
  if (!isEvidence && !file.startsWith(fs.realpathSync(directory) + path.sep)) return;
  throw new UserError({
    what: "the target is evidence, or part of the incident",
    where: { file: location },
    remedy: "Sources are only read: name another file",
  });
}
