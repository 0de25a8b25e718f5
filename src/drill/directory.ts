/** Where things lie in a drill's directory. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";

export function drillLayout(directory: string) {
  return {
    /** The plan that ran: the mark by which the directory is known for a drill's. */
    plan: path.join(directory, "drill.yaml"),
    /** Of every drill that was held here: never written over, only added to. */
    journal: path.join(directory, "journal.ndjson"),
    truth: path.join(directory, "truth"),
    production: path.join(directory, "sandbox", "production.db"),
    evidence: path.join(directory, "evidence"),
    variations: path.join(directory, "variations"),
    /** Every row and cell that is not as it was. */
    mistakes: path.join(directory, "mistakes.csv"),
    timings: path.join(directory, "timings.json"),
    ...rescueLayout(directory, "incident"),
  };
}

/** One rescue from the evidence: `name` is that of its incident's directory. */
export function rescueLayout(directory: string, name: string) {
  return {
    recipe: path.join(directory, name === "incident" ? "recipe.yaml" : `${name}.yaml`),
    incident: path.join(directory, name),
    rebuilt: path.join(directory, name === "incident" ? "rebuilt.db" : `${name}.db`),
  };
}

/** Everything but the journal goes: a drill begins anew. Throws UserError where the directory is not a drill's own. */
export function clearDirectory(directory: string): void {
  const layout = drillLayout(directory);
  const found = fs.statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) return;
  const names = found.isDirectory() ? fs.readdirSync(directory) : [""];
  if (names.length > 0 && !fs.existsSync(layout.plan))
    throw new UserError({
      what: "there is something here that no drill wrote, and a drill replaces what it finds",
      where: { file: directory },
      remedy: "Choose another place with --dir",
    });
  for (const name of names)
    if (path.join(directory, name) !== layout.journal) fs.rmSync(path.join(directory, name), { recursive: true });
}
