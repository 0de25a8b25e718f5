/** How far an incident has come. Reads no records, and no evidence but its hashes. */
import fs from "node:fs";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { SourceSummary, Summary } from "../report/summary.ts";
import { Catalog } from "../stage/catalog.ts";
import { requireStaged } from "./reconcile.ts";
import { prepareSource } from "./sources.ts";

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
  readonly emitted: boolean;
  readonly verdict: Summary["verdict"] | null;
}

export async function status(incident: Incident): Promise<Status> {
  const layout = layoutOf(incident.directory);
  const sources: SourceStatus[] = [];
  for (const source of incident.recipe.sources) sources.push(await sourceStatus(incident, source));
  const summary = fs.existsSync(layout.summary)
    ? (JSON.parse(fs.readFileSync(layout.summary, "utf8")) as Summary)
    : null;
  return {
    incident: incident.recipe.incident,
    directory: incident.directory,
    sources,
    reconciled: isReconciled(incident),
    emitted: fs.existsSync(layout.out),
    verdict: summary?.verdict ?? null,
  };
}

function withCatalog<Result>(incident: Incident, use: (catalog: Catalog) => Result): Result {
  const catalog = new Catalog(layoutOf(incident.directory).catalog);
  try {
    return use(catalog);
  } finally {
    catalog.close();
  }
}

async function sourceStatus(incident: Incident, source: Incident["recipe"]["sources"][number]): Promise<SourceStatus> {
  const staged = withCatalog(incident, (catalog) => catalog.source(source.id));
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

function isReconciled(incident: Incident): boolean {
  try {
    return requireStaged(incident) === withCatalog(incident, (catalog) => catalog.state("reconciled"));
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
