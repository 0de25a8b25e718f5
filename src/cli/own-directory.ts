/** What a command writes goes into the incident's directory, and `out/` is replaced as a whole: nobody else's files may lie there. */
import fs from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";

const remedy = "Choose another place with --dir";

/** Throws UserError where writing into the incident's directory would destroy evidence, or what others keep there. */
export function requireOwnDirectory(incident: Incident): void {
  requireDirectory(incident.directory);
  requireNoEvidence(incident);
  requireSameIncident(incident);
  requireOwnScripts(incident.directory);
}

function requireDirectory(directory: string): void {
  const found = fs.statSync(directory, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return;
  throw new UserError({ what: "this is a file, not a directory", remedy, where: { file: directory } });
}

/** Promise 3: sources are only read. */
function requireNoEvidence({ recipe, directory }: Incident): void {
  const { out, report, staging } = { ...layoutOf(directory), staging: path.join(directory, "staging") };
  const named = recipe.sources.flatMap(({ options }) => [options["path"]].flat());
  const patterns = named.filter((name) => typeof name === "string").map((name) => path.resolve(recipe.folder, name));
  const { schema } = recipe.target;
  for (const file of [...(typeof schema === "string" ? [schema] : []), ...patterns]) {
    const folder = [out, report, staging].find((own) => file.startsWith(own + path.sep));
    if (folder === undefined) continue;
    const what = `evidence lies in the folder ${path.basename(folder)}, in which salvage replaces what it finds`;
    throw new UserError({ what, remedy: `${remedy}, or move the evidence`, where: { file } });
  }
}

function requireSameIncident({ recipe, directory }: Incident): void {
  const file = layoutOf(directory).recipe;
  if (!fs.existsSync(file)) return;
  const name: unknown = parseDocument(fs.readFileSync(file, "utf8")).toJS()?.incident;
  if (name === recipe.incident) return;
  const what = `this directory belongs to another incident, ${JSON.stringify(name ?? "")}; this one is ${recipe.incident}`;
  throw new UserError({ what, remedy, where: { file: directory } });
}

function requireOwnScripts(directory: string): void {
  const { out } = layoutOf(directory);
  const names = fs.existsSync(out) ? fs.readdirSync(out) : [];
  if (names.length === 0 || names.includes("manifest.json")) return;
  const what = "there are files here that salvage did not write, and it replaces this folder as a whole";
  throw new UserError({ what, remedy: `${remedy}, or move them`, where: { file: out } });
}
