/**
 * The whole story on one page: load recipe → load target schema → extract → reconcile → verify → emit → report.
 */
import { Fault } from "./errors.ts";
import type { EmitResult } from "./emit/emitter.ts";
import type { Reporter } from "./progress.ts";
import type { Recipe } from "./recipe/recipe.ts";
import type { SourceSummary, Summary, TableSummary } from "./report/summary.ts";
import type { DatabaseSchema, Table } from "./schema/model.ts";

/** One disaster being worked: its recipe, its directory, the tables that were lost. */
export interface Incident {
  readonly recipe: Recipe;
  /** Absolute. */
  readonly directory: string;
  readonly schema: DatabaseSchema;
  /** The target tables, in the recipe's order. */
  readonly tables: readonly Table[];
}

export interface Services {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

export interface OpenOptions {
  /** Path of a recipe; without it the copy in the incident's directory is worked with. */
  readonly recipe?: string | undefined;
  /** The incident's directory; default `incidents/<incident>`, or the only one below `incidents`. */
  readonly directory?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface CheckedSource {
  readonly id: string;
  readonly extractor: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** What the recovery of one table drew on, for the closing table on the terminal. */
export interface RunReport {
  readonly summary: Summary;
  readonly tables: readonly {
    readonly table: string;
    readonly from: readonly { readonly source: string; readonly rows: number }[];
  }[];
  /** Sources that were not read again since their evidence is unchanged. */
  readonly unchanged: readonly string[];
  /** Absolute path of the folder with the scripts. */
  readonly scripts: string;
  /** What people should know: warnings of sources, columns left out, fields that fed nothing. */
  readonly notes: readonly string[];
}

export interface ExplainedClaim {
  readonly source: string;
  /** ISO 8601, or null where unknown. */
  readonly time: string | null;
  readonly value: string | null;
  /** `backup.sql.gz line 812`. */
  readonly locator: string;
  /** `won`, or why it lost: `superseded by …`, `lost by latest`. */
  readonly outcome: string;
}

export interface ExplainedCell {
  readonly column: string;
  /** As people read it; null is NULL. */
  readonly value: string | null;
  readonly class: string;
  /** The rule that decided, or `none`. */
  readonly rule: string;
  readonly claims: readonly ExplainedClaim[];
}

export interface Explanation {
  readonly table: string;
  readonly key: string;
  readonly verdict: string;
  readonly cells: readonly ExplainedCell[];
}

export interface Status {
  readonly incident: string;
  readonly directory: string;
  readonly sources: readonly {
    readonly id: string;
    readonly state: "staged" | "changed" | "missing" | "not-read";
    readonly summary: SourceSummary | null;
  }[];
  readonly reconciled: boolean;
  readonly emitted: boolean;
  readonly verdict: Summary["verdict"] | null;
}

export async function openIncident(_options: OpenOptions): Promise<Incident> {
  throw new Fault("to be written");
}

/** Probes every source; reads no records. Throws UserError at the first that fails. */
export async function checkIncident(_incident: Incident, _services: Services): Promise<CheckedSource[]> {
  throw new Fault("to be written");
}

export interface ExtractReport {
  readonly sources: readonly SourceSummary[];
  readonly unchanged: readonly string[];
  readonly notes: readonly string[];
}

/** Reads every source whose evidence changed since it was staged; `only` limits it to some sources, `again` reads all anew. */
export async function extract(
  _incident: Incident,
  _services: Services,
  _options?: { only?: readonly string[]; again?: boolean },
): Promise<ExtractReport> {
  throw new Fault("to be written");
}

export async function reconcile(_incident: Incident, _services: Services): Promise<readonly TableSummary[]> {
  throw new Fault("to be written");
}

export async function emit(_incident: Incident, _services: Services): Promise<EmitResult> {
  throw new Fault("to be written");
}

/** The whole pipeline; writes `summary.json`, `timings.json`, `evidence.json` and the scripts. */
export async function run(_incident: Incident, _services: Services): Promise<RunReport> {
  throw new Fault("to be written");
}

/** Why a row, or one of its cells, is what it is. `key` has one text for each key column. */
export async function explain(
  _incident: Incident,
  _table: string,
  _key: readonly string[],
  _column?: string,
): Promise<Explanation> {
  throw new Fault("to be written");
}

export async function status(_incident: Incident): Promise<Status> {
  throw new Fault("to be written");
}
