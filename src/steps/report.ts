/** Step: everything in `report/` once more from the last emission, with other masks. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import type { WrittenFile } from "../files/atomic.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { Masks } from "../report/masks.ts";
import type { Summary, Verdict } from "../report/summary.ts";
import type { IndexReader } from "../review/index-reader.ts";
import { withCatalog } from "../stage/catalog.ts";
import { ReconciledReader } from "../stage/reconciled-reader.ts";
import { masksOfPacks } from "./packs.ts";
import type { ToldNotes } from "./report/gather.ts";
import { listed } from "./report/outputs.ts";
import { writeReport } from "./report/write.ts";
import { openIndex } from "./review-index.ts";
import type { Services } from "./services.ts";
import { emissionFingerprint, requireReconciled } from "./state.ts";
import { closeSources, openSources } from "./standings.ts";

/**
 * What was written with fewer masks does not stay beside it: a comparison that only the database could give again, and packs of
 * an earlier report, are removed and told.
 * @throws UserError where nothing is emitted, or it is out of date
 */
export async function rewriteReport(
  incident: Incident,
  services: Services,
  masks: Masks,
): Promise<{ readonly files: WrittenFile[]; readonly verdict: Verdict; readonly notes: readonly string[] }> {
  const reconciled = requireReconciled(incident);
  const layout = layoutOf(incident.directory);
  const [emitted, told] = withCatalog(layout.catalog, (catalog) => [catalog.state("emitted"), catalog.state("notes")]);
  if (emitted !== emissionFingerprint(incident, reconciled) || told === undefined || !fs.existsSync(layout.summary))
    throw new UserError({
      what: "the scripts are not there, or not those of the last reconciliation: there is nothing to report of",
      where: { file: incident.directory },
      remedy: "Run `salvage emit` first",
    });
  const summary = JSON.parse(fs.readFileSync(layout.summary, "utf8")) as Summary;
  const { verdict, assertions } = summary;
  const outputs = summary.outputs.filter(({ path: file }) => !file.startsWith("report/"));
  const reader = new ReconciledReader(layout.reconciled);
  const sources = openSources(incident);
  let index: IndexReader | undefined;
  try {
    index = await openIndex(incident, { reconciled, reader, sources }, services);
    const notes = JSON.parse(told) as ToldNotes;
    const from = { reader, index, sources, summary, verdict, assertions, notes, outputs, masks };
    const files = await writeReport(incident, from);
    const renewed = { ...summary, outputs: [...outputs, ...listed(incident, files)] };
    writeFileAtomic(layout.summary, `${JSON.stringify(renewed, null, 2)}\n`);
    return { files, verdict, notes: masks.isActive ? removeEarlier(incident, masks) : [] };
  } finally {
    index?.close();
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
