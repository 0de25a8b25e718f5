/** Where things lie in a drill's directory. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";

export function drillLayout(directory: string) {
  return {
    /** The plan that ran. */
    plan: path.join(directory, "drill.yaml"),
    /** Of every drill that was held here: never written over, only added to; the mark of a drill's directory. */
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

const own =
  /^(?:drill\.yaml|scorecard\.json|junit\.xml|mistakes\.csv|timings\.json|truth|sandbox|evidence|variations|recipe\.yaml|incident|rebuilt\.db|incident-[a-z]+(?:\.yaml)?)$/;

/**
 * Everything but the journal goes: a drill begins anew. The journal is the mark by which a directory is known for a drill's, and nothing is
 * removed that a drill does not write. Throws UserError where something else is there.
 */
export function clearDirectory(directory: string): void {
  const { journal } = drillLayout(directory);
  const found = fs.statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) return;
  const names = found.isDirectory() ? fs.readdirSync(directory) : [path.basename(directory)];
  const others = names.filter((name) => path.join(directory, name) !== journal);
  const foreign = others.find((name) => !own.test(name)) ?? (fs.existsSync(journal) ? undefined : others[0]);
  if (foreign !== undefined)
    throw new UserError({
      what: `here is ${foreign}, which no drill wrote, and a drill replaces what it finds`,
      where: { file: directory },
      remedy: "Choose another place with --dir",
    });
  for (const name of others) fs.rmSync(path.join(directory, name), { recursive: true });
}
