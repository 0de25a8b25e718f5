/** How far an incident has come. Reads no records, and no evidence but its hashes. */
import fs from "node:fs";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { SourceSummary, Summary } from "../report/summary.ts";
import { withCatalog } from "../stage/catalog.ts";
import { prepareSource } from "./sources.ts";
import { emissionFingerprint, hasOnlyNewDecisions, requireReconciled } from "./state.ts";
import type { Reconciled } from "./state.ts";

export interface SourceStatus {
  readonly id: string;
  /** `changed`: the evidence or its mapping is not what was staged; `missing`: an input is not there any more. */
  readonly state: "staged" | "changed" | "missing" | "not-read";
  readonly summary: SourceSummary | null;
}

export interface Status {
  readonly incident: string;
  readonly directory: string;
  readonly sources: readonly SourceStatus[];
  /** Is the reconciliation that of the staged sources and today's rules? */
  readonly reconciled: boolean;
  /** It is, but for decisions that were noted since. */
  readonly hasNewDecisions: boolean;
  /** Are the scripts those of this reconciliation and today's target? */
  readonly emitted: boolean;
  /** Of the scripts; null without such scripts. */
  readonly verdict: Summary["verdict"] | null;
}

export async function status(incident: Incident): Promise<Status> {
  const layout = layoutOf(incident.directory);
  const sources: SourceStatus[] = [];
  for (const source of incident.recipe.sources) sources.push(await sourceStatus(incident, source));
  const reconciled = upToDate(incident);
  const emitted = reconciled !== undefined && isEmitted(incident, reconciled);
  const summary = emitted ? (JSON.parse(fs.readFileSync(layout.summary, "utf8")) as Summary) : null;
  return {
    incident: incident.recipe.incident,
    directory: incident.directory,
    sources,
    reconciled: reconciled !== undefined,
    hasNewDecisions: reconciled === undefined && waitsForDecisions(incident),
    emitted,
    verdict: summary?.verdict ?? null,
  };
}

async function sourceStatus(incident: Incident, source: Incident["recipe"]["sources"][number]): Promise<SourceStatus> {
  const staged = withCatalog(layoutOf(incident.directory).catalog, (catalog) => catalog.source(source.id));
  const summary = staged?.summary ?? null;
  try {
    const { fingerprint } = await prepareSource(incident, source);
    if (staged === undefined) return { id: source.id, state: "not-read", summary };
    return { id: source.id, state: staged.fingerprint === fingerprint ? "staged" : "changed", summary };
  } catch (error) {
    if (error instanceof UserError) return { id: source.id, state: "missing", summary };
    throw error;
  }
}

/** Undefined where reconciliation has not run, or is out of date. */
function upToDate(incident: Incident): Reconciled | undefined {
  try {
    return requireReconciled(incident);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function waitsForDecisions(incident: Incident): boolean {
  try {
    return hasOnlyNewDecisions(incident);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function isEmitted(incident: Incident, reconciled: Reconciled): boolean {
  const { catalog, out, summary } = layoutOf(incident.directory);
  const made = withCatalog(catalog, (opened) => opened.state("emitted"));
  return made === emissionFingerprint(incident, reconciled) && fs.existsSync(out) && fs.existsSync(summary);
}
