/** The scripts of an emission: asked of the emitter, and put into their place as a whole. */
import fs from "node:fs";
import path from "node:path";
import type { EmitRequest, EmitResult } from "../../emit/emitter.ts";
import type { EmitOptions } from "../../emit/options.ts";
import { findEmitter } from "../../emit/registry.ts";
import { UserError } from "../../errors.ts";
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { Services } from "../services.ts";
import type { Wave } from "../wave.ts";

/** Throws UserError where the dialect has no such files. */
export function refuseBulk({ recipe }: Incident, { bulkFolder }: EmitOptions): void {
  if (bulkFolder === undefined || recipe.target.dialect === "sqlserver") return;
  throw new UserError({
    what: `files for BULK INSERT are SQL Server's, and the scripts are for ${recipe.target.dialect}`,
    remedy: "Leave out --bulk",
  });
}

type ScriptRequest = Omit<EmitRequest, "folder" | "signal" | "progress">;

export function requestOf(
  incident: Incident,
  { createsSchema, split, gzip, transaction, ifExists, bulkFolder }: EmitOptions,
  wave: Wave | undefined,
  said: Pick<EmitRequest, "warnings" | "verdict" | "evidence" | "tables">,
): ScriptRequest {
  const { target } = incident.recipe;
  return {
    ...said,
    createsSchema,
    split,
    gzip,
    transaction,
    ...(bulkFolder === undefined ? {} : { bulkFolder }),
    ...(wave === undefined ? {} : { tables: wave.tables }),
    ...(wave?.since === undefined ? {} : { since: wave.since }),
    incident: incident.recipe.incident,
    version: target.version,
    schema: incident.schema,
    collation: { name: target.collation, isGiven: target.collationIsGiven },
    // Where others are loaded, rows of theirs are there.
    ifExists: wave === undefined ? (ifExists ?? target.ifExists) : "skip",
    reseedMargin: target.reseedMargin,
  };
}

/** The scripts appear as a whole: written beside `out`, then put in its place. */
export async function writeScripts(
  incident: Incident,
  request: ScriptRequest,
  services: Services,
): Promise<EmitResult> {
  const { out } = layoutOf(incident.directory);
  const { dialect } = incident.recipe.target;
  const part = `${out}.part`;
  fs.rmSync(part, { recursive: true, force: true });
  fs.mkdirSync(part, { recursive: true });
  const task = services.reporter.task("emit", dialect);
  try {
    const result = await findEmitter(dialect).emit({
      ...request,
      folder: part,
      signal: services.signal,
      progress: (done, total) => task.update(done, total, done),
    });
    replaceScripts(incident, part);
    task.finish(`${result.files.length} files`);
    return {
      ...result,
      files: result.files.map((file) => ({ ...file, path: path.join(out, path.relative(part, file.path)) })),
    };
  } catch (error) {
    fs.rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

/**
 * At every moment `out` holds all scripts or is not there, and a summary speaks of the scripts that lie beside it, so
 * that no kill leaves half of them.
 */
function replaceScripts(incident: Incident, part: string): void {
  const { out, summary } = layoutOf(incident.directory);
  const old = `${part}.old`;
  fs.rmSync(old, { recursive: true, force: true });
  fs.rmSync(summary, { force: true });
  if (fs.existsSync(out)) fs.renameSync(out, old);
  fs.renameSync(part, out);
  fs.rmSync(old, { recursive: true, force: true });
}
