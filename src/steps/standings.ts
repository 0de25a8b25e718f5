/** How each source stands to each table: what the recipe says of it, and whether it was read without loss. */
import { hasCrosswalk } from "../crosswalk/write.ts";
import type { Incident } from "../incident.ts";
import { layoutOf } from "../incident.ts";
import type { SourceStanding, Standing } from "../reconcile/claims.ts";
import { production } from "../reconcile/moment.ts";
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
  return sources.map((open) => {
    const { source, reader } = open;
    const standing = sourceStanding(incident, open, table);
    return {
      ...(source.fileTimes === undefined ? { standing } : withEditions(incident, open, table, standing)),
      reader,
    };
  });
}

/** Files of one time make one edition. The source as a whole is as old as the newest of them that counts. */
function withEditions(
  incident: Incident,
  { source, reader }: OpenSource,
  table: Table,
  standing: SourceStanding,
): Standing {
  const { recoverTo } = incident.recipe;
  const places = reader.fileTimes(table);
  const isDeclared = isDeclaredComplete(incident, source, table);
  // What is not there any more after the last good moment is what is to be recovered.
  const isInTime = (time: number): boolean =>
    source.line !== production || recoverTo === undefined || time <= recoverTo;
  const editionOf = (time: number): SourceStanding => {
    const isComplete = isDeclared && isInTime(time) && whyNotComplete(source, reader, table, time) === undefined;
    return { ...standing, time, isEdition: true, isComplete };
  };
  const byTime = new Map([...new Set(places.values())].map((time) => [time, editionOf(time)]));
  const editions = new Map([...places].map(([place, time]) => [place, byTime.get(time) as SourceStanding]));
  const counting = [...byTime.keys()].filter(isInTime);
  return { standing: counting.length === 0 ? standing : { ...standing, time: Math.max(...counting) }, editions };
}

function sourceStanding(incident: Incident, { source, reader }: OpenSource, table: Table): SourceStanding {
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

/** Why a source, or its edition of a time, says nothing by what it lacks, whatever the recipe declares (GOTCHAS 39); undefined: it does. */
function whyNotComplete(
  source: RecipeSource,
  reader: SourceReader,
  table: Table,
  fileTime?: number,
): string | undefined {
  if (source.asOf === undefined && source.fileTimes === undefined) return "it has no asOf";
  if (reader.count(table) === 0) return "it has no row of the table";
  if (!reader.isWhole(table, fileTime)) return "records of it are missing, in quarantine or not of one moment";
  // Any key that seems to be missing may be theirs.
  return reader.keyless(table).length > 0 ? "it has rows without a key of the target's" : undefined;
}

/** Sources that the recipe declares complete, and that delete nothing: `export: dbo.Orders: what it lacks deletes nothing, …`. */
export function coverageNotes(incident: Incident, sources: readonly OpenSource[]): string[] {
  return incident.tables.flatMap((table) =>
    sources.flatMap(({ source, reader }) => {
      const isAlone = sources.every((other) => other.source === source || other.reader.count(table) === 0);
      const isDeclared = isDeclaredComplete(incident, source, table);
      if (source.fileTimes !== undefined) return isDeclared ? editionCoverageNotes({ source, reader }, table) : [];
      const why = whyNotComplete(source, reader, table);
      if (isAlone || why === undefined || !isDeclared) return [];
      return `${source.id}: ${table.id}: what it lacks deletes nothing, though it is declared complete: ${why}`;
    }),
  );
}

/** Files of one time have the whole table, or not: each says so by itself. */
function editionCoverageNotes({ source, reader }: OpenSource, table: Table): string[] {
  const times = [...new Set(reader.fileTimes(table).values())];
  return times.flatMap((time) => {
    const why = whyNotComplete(source, reader, table, time);
    if (why === undefined) return [];
    const edition = `what its files of ${new Date(time).toISOString()} lack deletes nothing`;
    return `${source.id}: ${table.id}: ${edition}, though the source is declared complete: ${why}`;
  });
}

/** Files of after the last good moment. */
export function lateFileNotes({ recipe: { recoverTo } }: Incident, sources: readonly OpenSource[]): string[] {
  return sources.flatMap(({ source, reader }) => {
    const late = source.line !== production ? [] : reader.editions().filter((time) => time > (recoverTo ?? Infinity));
    const [first] = late;
    if (first === undefined) return [];
    const what = late.length === 1 ? "files of 1 time are" : `files of ${late.length} times are`;
    return `${source.id}: its ${what} of after the last good moment and give no values (from ${new Date(first).toISOString()} on)`;
  });
}

/** Where a chain of copies begins; the recipe has no circles of them. */
export function originOf(incident: Incident, source: RecipeSource): string {
  const copied = incident.recipe.sources.find(({ id }) => id === source.copyOf);
  return copied === undefined ? source.id : originOf(incident, copied);
}

function ownMapping(incident: Incident, source: RecipeSource, table: Table): RecipeTable | undefined {
  return Object.entries(source.tables).find(([name]) => resolveTable(incident.schema, name) === table)?.[1];
}
