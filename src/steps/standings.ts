/** How each source stands to each table: what the recipe says of it, and whether it was read without loss. */
import { hasCrosswalk } from "../crosswalk/write.ts";
import type { Incident } from "../incident.ts";
import { layoutOf } from "../incident.ts";
import type { SourceStanding } from "../reconcile/claims.ts";
import type { StandingSource } from "../reconcile/table.ts";
import { resolveTable } from "../recipe/names.ts";
import type { RecipeSource, RecipeTable } from "../recipe/recipe.ts";
import type { Table } from "../schema/model.ts";
import { SourceReader } from "../stage/source-reader.ts";

/** A staged source, open for reading. */
export interface OpenSource {
  readonly source: RecipeSource;
  readonly reader: SourceReader;
}

export function openSources(incident: Incident): OpenSource[] {
  return incident.recipe.sources.map((source) => ({ source, reader: new SourceReader(stagedFile(incident, source)) }));
}

/** The staging file that a source is read from, with the target's keys. */
export function stagedFile({ directory }: Incident, source: RecipeSource): string {
  const layout = layoutOf(directory);
  return hasCrosswalk(source) ? layout.crosswalk(source.id) : layout.staged(source.id);
}

export function closeSources(sources: readonly OpenSource[]): void {
  for (const { reader } of sources) reader.close();
}

export function standingsOf(incident: Incident, sources: readonly OpenSource[], table: Table): StandingSource[] {
  return sources.map(({ source, reader }) => ({ standing: standingOf(incident, source, reader, table), reader }));
}

function standingOf(incident: Incident, source: RecipeSource, reader: SourceReader, table: Table): SourceStanding {
  const own = ownMapping(incident, source, table);
  return {
    id: source.id,
    origin: originOf(incident, source),
    trust: source.trust,
    time: source.asOf,
    line: source.line,
    branchedAt: source.branchedAt,
    skew: source.clockSkew,
    zone: source.timezone ?? incident.recipe.target.timezone ?? "UTC",
    keepsDeleted: own?.keepsDeleted ?? source.keepsDeleted,
    isComplete: isDeclaredComplete(incident, source, table) && whyNotComplete(source, reader, table) === undefined,
  };
}

function isDeclaredComplete(incident: Incident, source: RecipeSource, table: Table): boolean {
  return (ownMapping(incident, source, table)?.coverage ?? source.coverage) === "complete";
}

/** Why a source says nothing by what it lacks, whatever the recipe declares (GOTCHAS 39); undefined: it does. */
function whyNotComplete(source: RecipeSource, reader: SourceReader, table: Table): string | undefined {
  if (source.asOf === undefined) return "it has no asOf";
  if (reader.count(table) === 0) return "it has no row of the table";
  if (!reader.isWhole(table)) return "records of it are missing, in quarantine or not of one moment";
  // Any key that seems to be missing may be theirs.
  return reader.keyless(table).length > 0 ? "it has rows without a key of the target's" : undefined;
}

/** Sources that the recipe declares complete, and that delete nothing: `export: dbo.Orders: what it lacks deletes nothing, …`. */
export function coverageNotes(incident: Incident, sources: readonly OpenSource[]): string[] {
  return incident.tables.flatMap((table) =>
    sources.flatMap(({ source, reader }) => {
      const isAlone = sources.every((other) => other.source === source || other.reader.count(table) === 0);
      const why = whyNotComplete(source, reader, table);
      if (isAlone || why === undefined || !isDeclaredComplete(incident, source, table)) return [];
      return `${source.id}: ${table.id}: what it lacks deletes nothing, though it is declared complete: ${why}`;
    }),
  );
}

/** Where a chain of copies begins; the recipe has no circles of them. */
export function originOf(incident: Incident, source: RecipeSource): string {
  const copied = incident.recipe.sources.find(({ id }) => id === source.copyOf);
  return copied === undefined ? source.id : originOf(incident, copied);
}

function ownMapping(incident: Incident, source: RecipeSource, table: Table): RecipeTable | undefined {
  return Object.entries(source.tables).find(([name]) => resolveTable(incident.schema, name) === table)?.[1];
}
