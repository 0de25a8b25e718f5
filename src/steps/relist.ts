/** The lists of the last emission once more, with other masks. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import type { WrittenFile } from "../files/atomic.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { Masks } from "../report/masks.ts";
import type { Summary } from "../report/summary.ts";
import { ReconciledReader } from "../stage/reconciled-reader.ts";
import { writeLists } from "./emit.ts";
import { masksOfPacks } from "./packs.ts";
import { requireReconciled } from "./state.ts";
import { closeSources, openSources } from "./standings.ts";

/**
 * What was written with fewer masks does not stay beside them: a comparison that only the database could give again, and packs of
 * an earlier report, are removed and told.
 * @throws UserError where nothing is emitted, or it is out of date
 */
export function rewriteLists(
  incident: Incident,
  masks: Masks,
): { readonly lists: WrittenFile[]; readonly notes: readonly string[] } {
  requireReconciled(incident);
  const layout = layoutOf(incident.directory);
  if (!fs.existsSync(layout.summary))
    throw new UserError({
      what: "nothing is emitted yet, so there are no lists",
      where: { file: incident.directory },
      remedy: "Run `salvage emit` first",
    });
  const reader = new ReconciledReader(layout.reconciled);
  const sources = openSources(incident);
  try {
    const lists = writeLists(incident, reader, sources, masks);
    renewSummary(incident, lists);
    return { lists, notes: masks.isActive ? removeEarlier(incident, masks) : [] };
  } finally {
    reader.close();
    closeSources(sources);
  }
}

function removeEarlier(incident: Incident, masks: Masks): string[] {
  const { report } = layoutOf(incident.directory);
  const verified = path.join(report, "verify.csv");
  const isBeyondRecipe = masks.names.some((name) => !incident.recipe.report.mask.includes(name));
  const notes = removePacks(report, masks);
  if (!isBeyondRecipe || !fs.existsSync(verified)) return notes;
  fs.rmSync(verified);
  return [...notes, removed("report/verify.csv", "salvage verify writes it again, with the masks of the recipe")];
}

function removePacks(report: string, masks: Masks): string[] {
  const by = path.join(report, "by");
  const folders = fs.existsSync(by) ? fs.readdirSync(by).toSorted() : [];
  return folders.flatMap((name) => {
    const known = masksOfPacks(path.join(by, name));
    if (masks.names.every((mask) => known.includes(mask))) return [];
    fs.rmSync(path.join(by, name), { recursive: true });
    return [removed(`report/by/${name}`, "salvage report --by TABLE writes packs again")];
  });
}

function removed(file: string, remedy: string): string {
  return `${file} may show what is masked now, and is removed: ${remedy}`;
}

/** The summary vouches for the bytes of what lies beside it. */
function renewSummary({ directory }: Incident, lists: readonly WrittenFile[]): void {
  const file = layoutOf(directory).summary;
  const summary = JSON.parse(fs.readFileSync(file, "utf8")) as Summary;
  const written = new Map(
    lists.map(({ path: list, ...rest }) => [path.relative(directory, list).split(path.sep).join("/"), rest]),
  );
  const outputs = summary.outputs.map((output) => ({ ...output, ...written.get(output.path) }));
  writeFileAtomic(file, `${JSON.stringify({ ...summary, outputs }, null, 2)}\n`);
}
