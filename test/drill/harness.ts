/** Holds drills by the command that a user types. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readScorecard } from "../../src/drill/report/scorecard.ts";
import type { Score, Scorecard } from "../../src/drill/score/model.ts";
import { salvage } from "../cli/harness.ts";
import type { Outcome, RunOptions } from "../cli/harness.ts";

const ready = path.resolve(import.meta.dirname, "../../recipes/drills");

/** Those that need nothing but salvage itself. */
export const readyDrills = fs
  .readdirSync(ready)
  .map((name) => path.basename(name, ".yaml"))
  .filter((name) => name !== "other-programs")
  .toSorted();

export interface Held extends Outcome {
  readonly directory: string;
  readonly scorecard: Scorecard;
}

/** `plan`: the name of a ready drill, or a file. */
export async function hold(plan: string, argv: readonly string[] = [], options: RunOptions = {}): Promise<Held> {
  const directory = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "drill-")), "held");
  return { ...(await holdIn(directory, plan, argv, options)), directory };
}

export async function holdIn(
  directory: string,
  plan: string,
  argv: readonly string[] = [],
  options: RunOptions = {},
): Promise<Held> {
  const file = plan.includes(path.sep) ? plan : path.join(ready, `${plan}.yaml`);
  const outcome = await salvage(["drill", file, "--dir", directory, "--workers", "1", ...argv], options);
  const card = path.join(directory, "scorecard.json");
  if (!fs.existsSync(card)) throw new Error(outcome.stderr);
  return { ...outcome, directory, scorecard: readScorecard(card) };
}

/** Every file below a folder with what it holds; clock readings are left out, and what is rebuilt from the evidence. */
export function bytesOf(directory: string): Map<string, string> {
  const volatile = /(?:^|\/)(?:timings\.json|journal\.ndjson|run\.log|applied\.json|staging\/.*)$/;
  const names = fs
    .readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"));
  const files = names.filter((name) => !volatile.test(name) && fs.statSync(path.join(directory, name)).isFile());
  return new Map(files.toSorted().map((name) => [name, fs.readFileSync(path.join(directory, name), "latin1")]));
}

/** A plan of one's own, in a folder of its own. */
export function writePlan(text: string): string {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "plan-")), "plan.yaml");
  fs.writeFileSync(file, text);
  return file;
}

/** Throws where there is none. */
export function scoreOf(name: string, score: Score | null | undefined): Score {
  if (score === null || score === undefined) throw new Error(`${name} has no score`);
  return score;
}
