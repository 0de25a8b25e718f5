/** Every output of an incident against those of its replay, byte for byte. */
import fs from "node:fs";
import path from "node:path";
import { digestOf } from "../files/digest.ts";
import { byCodeUnits, filesBelow, staysBelow } from "../files/tree.ts";
import { layoutOf } from "../incident.ts";
import { firstDifference } from "./first-difference.ts";
import type { DifferentLine } from "./first-difference.ts";
import { jsonOf } from "./recorded.ts";

interface OutputDifference {
  /** Relative to the incident's directory. */
  readonly path: string;
  /** `missing`: only the replay wrote it; `additional`: only the incident has it. */
  readonly what: "changed" | "missing" | "additional";
  /** SHA-256 of the incident's; null where it has none. */
  readonly recorded: string | null;
  /** SHA-256 of the replay's; null where it has none. */
  readonly now: string | null;
  /** Of texts: the first line that differs. */
  readonly first: DifferentLine | null;
}

export interface Comparison {
  readonly identical: number;
  readonly different: readonly OutputDifference[];
}

const notCompared = [
  ["report/by", "packs"],
  ["report/verify.csv", "a comparison with a database"],
  ["run.log", "what was told while it ran"],
  ["timings.json", "how long it took"],
  ["applied.json", "how far scripts have run"],
  ["journal.ndjson", "who ran it, and when"],
  ["drill.json", "what a drill made"],
] as const;

/** What is there, and is not compared: no run makes it, or no two runs alike. */
export function passedOver(directory: string): string[] {
  return notCompared
    .filter(([name]) => fs.existsSync(path.join(directory, name)))
    .map(([name, what]) => `${name} (${what})`);
}

/** What the summaries list, the summaries themselves, and what lies beside. */
export function compareOutputs(incident: string, replayed: string): Comparison {
  const names = new Set([...outputsOf(incident), ...outputsOf(replayed)]);
  const differences = [...names].toSorted(byCodeUnits).flatMap((name) => difference(name, incident, replayed) ?? []);
  return { identical: names.size - differences.length, different: differences };
}

function outputsOf(directory: string): string[] {
  const found = ["out", "report"].flatMap((folder) =>
    filesBelow(path.join(directory, folder)).map((name) => `${folder}/${name}`),
  );
  const compared = found.filter((name) =>
    notCompared.every(([other]) => name !== other && !name.startsWith(`${other}/`)),
  );
  return ["summary.json", ...listedOutputs(directory), ...compared];
}

function listedOutputs(directory: string): string[] {
  const { summary } = layoutOf(directory);
  if (!fs.existsSync(summary)) return [];
  const { outputs } = (jsonOf(fs.readFileSync(summary, "utf8")) ?? {}) as { outputs?: unknown };
  const listed = Array.isArray(outputs) ? (outputs as { readonly path?: unknown }[]) : [];
  return listed.flatMap((each) => (typeof each?.path === "string" && staysBelow(each.path) ? each.path : []));
}

function difference(name: string, incident: string, replayed: string): OutputDifference | undefined {
  const [ours, theirs] = [path.join(incident, name), path.join(replayed, name)];
  const [recorded, now] = [hashOf(ours), hashOf(theirs)];
  if (recorded === null) return { path: name, what: "missing", recorded, now, first: null };
  if (now === null) return { path: name, what: "additional", recorded, now, first: null };
  if (recorded === now) return undefined;
  return { path: name, what: "changed", recorded, now, first: firstDifference(ours, theirs) ?? null };
}

function hashOf(file: string): string | null {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true ? digestOf(file).sha256 : null;
}
