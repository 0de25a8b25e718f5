/** Runs a finished incident again from what it was given, and compares what comes out, byte for byte. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import { findExtractor } from "../extract/registry.ts";
import { layoutOf, openIncident } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { Environment } from "../recipe/environment.ts";
import type { Services } from "../steps/services.ts";
import { isBag } from "./bag/layout.ts";
import { verifyBag } from "./bag/verify.ts";
import type { BagCheck } from "./bag/verify.ts";
import { likelyCauses } from "./causes.ts";
import { compareOutputs, passedOver } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import { checkEvidence } from "./evidence-check.ts";
import type { EvidenceCheck } from "./evidence-check.ts";
import { originOf } from "./origin.ts";
import type { Origin } from "./origin.ts";
import { jsonOf } from "./recorded.ts";
import { fillScratch, openScratch } from "./scratch.ts";
import type { Scratch } from "./scratch.ts";

export interface ReplayOptions {
  /** An incident's directory, or a bag; absolute. */
  readonly directory: string;
  /** Where the replay stays; absolute. Undefined: it is removed. */
  readonly keep: string | undefined;
  readonly environment: Environment;
}

export interface ReplayReport {
  readonly directory: string;
  /** `impossible`: evidence is missing, or the run stopped. */
  readonly result: "same" | "different" | "impossible";
  /** Null: it is no bag. */
  readonly bag: BagCheck | null;
  /** Null: the bag is damaged, and was not looked into. */
  readonly evidence: EvidenceCheck | null;
  /** Null: it was not replayed. */
  readonly outputs: Comparison | null;
  readonly causes: readonly string[];
  readonly notCompared: readonly string[];
  /** Why it was not replayed; null: it was. */
  readonly stopped: string | null;
  /** Where the replay stays; absolute. */
  readonly kept: string | null;
}

/** The whole pipeline, on an incident that is open. */
export type RunAgain = (
  incident: Incident,
  services: Services,
  options: { readonly offline: boolean },
) => Promise<unknown>;

/**
 * The incident is only read. Throws UserError where there is none, it did not come to its end, or it cannot run again although its
 * evidence is what it was.
 */
export async function replayIncident(options: ReplayOptions, services: Services, run: RunAgain): Promise<ReplayReport> {
  const { directory } = options;
  const bag = isBag(directory) ? verifyBag(directory) : null;
  const nothing = { directory, bag, evidence: null, outputs: null, causes: [], notCompared: [], kept: null };
  if (bag !== null && bag.faults.length > 0)
    return { ...nothing, result: "different", stopped: "the bag is not as it was packed" };
  const origin = originOf(directory, options.environment);
  const evidence = checkEvidence(origin.files);
  if (evidence.missing.length > 0)
    return { ...nothing, evidence, result: "impossible", stopped: "evidence is missing" };
  const scratch = openScratch(options.keep);
  try {
    const stopped = await runIn(scratch, origin, { options, services, run, evidence });
    const kept = options.keep ?? null;
    if (stopped !== null) return { ...nothing, evidence, result: "different", stopped, kept };
    const added = addedFiles(origin.directory, scratch.incident);
    const checked = { ...evidence, added };
    const outputs = compareOutputs(origin.directory, scratch.incident);
    const isSame = outputs.different.length === 0 && checked.changed.length === 0 && added.length === 0;
    return {
      ...nothing,
      evidence: checked,
      result: isSame ? "same" : "different",
      outputs,
      causes: isSame ? [] : likelyCauses(origin.directory, checked, outputs),
      notCompared: passedOver(origin.directory),
      stopped: null,
      kept,
    };
  } finally {
    scratch.close();
  }
}

interface Means {
  readonly options: ReplayOptions;
  readonly services: Services;
  readonly run: RunAgain;
  readonly evidence: EvidenceCheck;
}

/** Null where it ran; else why changed evidence does not run. */
async function runIn(
  scratch: Scratch,
  origin: Origin,
  { options, services, run, evidence }: Means,
): Promise<string | null> {
  const { recipe, moved = {} } = origin.place(scratch);
  fillScratch(scratch, origin.directory, recipe);
  try {
    const { environment } = options;
    const { signal } = services;
    const opened = { directory: scratch.incident, environment, signal, offline: true, moved };
    const incident = await openIncident(opened);
    requireVariables(incident);
    await run(incident, services, { offline: true });
    return null;
  } catch (error) {
    if (!(error instanceof UserError) || evidence.changed.length === 0) throw error;
    return `with the evidence as it is now it does not run: ${error.message}`;
  }
}

/** A server's variables are not needed, since it is not asked; those of paths are. */
function requireVariables({ recipe, extractors }: Incident): void {
  for (const { id, extractor: name, options } of recipe.sources) {
    const extractor = findExtractor(name, extractors);
    const patterns = extractor.captures === true ? [] : extractor.inputs(options);
    const unset = patterns.flatMap((pattern) => /\$\{env:([^}]*)\}/.exec(pattern)?.[1] ?? []);
    if (unset.length === 0) continue;
    throw new UserError({
      what: `the path of its evidence needs the variable ${unset[0]}, which is not set`,
      where: { source: id },
      remedy: "Set it as it was for the run",
    });
  }
}

/** What the replay read, and the run did not. */
function addedFiles(recorded: string, replayed: string): EvidenceCheck["added"] {
  const known = new Set(listed(recorded).map((each) => JSON.stringify(each)));
  return listed(replayed).filter((each) => !known.has(JSON.stringify(each)));
}

function listed(directory: string): { source: string; path: string }[] {
  const file = path.join(directory, path.basename(layoutOf(directory).evidence));
  const entries = (jsonOf(fs.readFileSync(file, "utf8")) ?? []) as { source: string; path: string }[];
  return entries.map(({ source, path: name }) => ({ source, path: name }));
}
