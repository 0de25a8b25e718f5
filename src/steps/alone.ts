/** What each source alone gives, over all tables of an incident. */
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { Summary } from "../report/summary.ts";
import { withCatalog } from "../stage/catalog.ts";
import type { ReconciledReader } from "../stage/reconciled-reader.ts";
import { countAlone, describeAlone, totalAlone } from "../verify/recovery-alone.ts";
import type { SourceAlone } from "../verify/recovery-alone.ts";
import { originOf } from "./standings.ts";

/** By source, in the order of the recipe. */
type AloneBySource = ReadonlyMap<string, readonly SourceAlone[]>;

export function aloneBySource(incident: Incident, reader: ReconciledReader): AloneBySource {
  const { sources } = incident.recipe;
  const origins = new Map(sources.map((source) => [source.id, originOf(incident, source)]));
  const all = incident.tables.flatMap((table) => countAlone(reader.store, table, (id) => origins.get(id) ?? id));
  return new Map(sources.map(({ id }) => [id, all.filter(({ source }) => source === id)]));
}

/** One sentence a source; none where there is only one, without which nothing would be left. */
export function aloneNotes(alone: AloneBySource): string[] {
  return alone.size < 2 ? [] : [...alone].map(([source, given]) => describeAlone(source, given));
}

/** The staged sources' own summaries, and what each alone gives. */
export function rescuedSources(incident: Incident, alone: AloneBySource): Summary["sources"] {
  return withCatalog(layoutOf(incident.directory).catalog, (catalog) =>
    incident.recipe.sources.flatMap(({ id }) => {
      const summary = catalog.source(id)?.summary;
      return summary === undefined ? [] : { ...summary, alone: totalAlone(alone.get(id) ?? []) };
    }),
  );
}
