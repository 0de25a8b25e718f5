/** Why a replay may have come to something else. */
import fs from "node:fs";
import { knownDecisions } from "../decisions/append.ts";
import { layoutOf } from "../incident.ts";
import { readJournal, versionsNow } from "../report/journal.ts";
import type { JournaledRun } from "../report/journal.ts";
import { counted } from "../text.ts";
import type { Comparison } from "./compare.ts";
import type { EvidenceCheck } from "./evidence-check.ts";

/** Likely causes of what differs, the likeliest first. */
export function likelyCauses(
  directory: string,
  { changed, missing, added }: EvidenceCheck,
  { different }: Comparison,
): string[] {
  const layout = layoutOf(directory);
  const last = readJournal(layout.journal).findLast(({ kind }) => kind === "run" || kind === "drill");
  const touched = changed.length + missing.length + added.length;
  const causes = [
    ...(touched > 0
      ? [`${counted(touched, "file")} of the evidence ${touched === 1 ? "is" : "are"} not as recorded`]
      : []),
    ...(last === undefined ? [] : [...otherVersions(last), ...unfinished(last), ...otherRecipe(last, layout.recipe)]),
    ...laterDecisions(last, layout.decisions),
  ];
  return causes.length > 0 || different.length === 0 ? causes : [...otherCommands(different)];
}

function otherVersions({ versions }: JournaledRun): string[] {
  const now = versionsNow();
  const others = Object.entries(versions).filter(([name, version]) => now[name] !== undefined && now[name] !== version);
  return others.map(([name, version]) => `the last run was made by ${name} ${version}; this is ${name} ${now[name]}`);
}

function unfinished({ status }: JournaledRun): string[] {
  return status === "completed" ? [] : ["the last run did not come to its end, or is still at work"];
}

function otherRecipe({ recipe }: JournaledRun, file: string): string[] {
  return fs.readFileSync(file, "utf8") === recipe ? [] : ["recipe.yaml is not the recipe of the last run"];
}

function laterDecisions(last: JournaledRun | undefined, file: string): string[] {
  if (last === undefined || !fs.existsSync(file)) return [];
  const decisions = knownDecisions(fs.readFileSync(file, "utf8"), file);
  const later = decisions.filter(({ at }) => at !== undefined && Date.parse(at) > Date.parse(last.began)).length;
  if (later === 0) return [];
  return [
    `${counted(later, "decision")} noted since the last run: \`salvage run\` applies ${later === 1 ? "it" : "them"}`,
  ];
}

function otherCommands(different: Comparison["different"]): string[] {
  const others = different.filter(({ path }) => path !== "summary.json");
  if (others.length === 0) return ["summary.json was changed by hand"];
  if (others.every(({ path }) => path.startsWith("report/")))
    return ["the report was written again by `salvage report`, with other masks; or these files were changed by hand"];
  return ["the scripts were written by `salvage emit` with other options; or these files were changed by hand"];
}
