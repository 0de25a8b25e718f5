/** What the report says of the sources: what each covers, what was read of it, how far others agree with it. */
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { QuarantineGroup, ReportModel, ReportedSource } from "../../report/model.ts";
import type { Masks } from "../../report/masks.ts";
import type { Summary } from "../../report/summary.ts";
import type { IndexReader } from "../../review/index-reader.ts";
import { rowTime } from "../../schema/model.ts";
import { withCatalog } from "../../stage/catalog.ts";
import { quoteName } from "../../stage/database.ts";
import type { QuarantinedRecord } from "../../stage/kept-records.ts";
import type { SourceReader } from "../../stage/source-reader.ts";
import { instantOf } from "../../values/zone.ts";
import type { RecipeSource } from "../../recipe/recipe.ts";
import type { OpenSource } from "../standings.ts";
import { reportedRecord } from "./records.ts";

/** `rescued`: the sources as the summary has them, in the recipe's order. */
export function reportedSources(
  incident: Incident,
  sources: readonly OpenSource[],
  index: IndexReader,
  rescued: Summary["sources"],
): ReportedSource[] {
  const claimants = index.claimants();
  const accuracies = accuraciesOf(incident);
  return sources.flatMap(({ source, reader }) => {
    const summary = rescued.find(({ id }) => id === source.id);
    if (summary === undefined) return [];
    const { line, branchedAt, trust, coverage, copyOf } = source;
    return {
      ...summary,
      ...timesOf(incident, source, reader),
      line,
      branchedAt,
      trust,
      coverage,
      copyOf,
      rowTimes: rowTimesOf(incident, reader, source.timezone ?? incident.recipe.target.timezone ?? "UTC"),
      agreement: claimants.get(source.id) ?? { checkable: 0, right: 0 },
      losses: reader.notes().losses,
      accuracy: accuracies.get(source.id),
    };
  });
}

function timesOf(
  { recipe: { recoverTo } }: Incident,
  source: RecipeSource,
  reader: SourceReader,
): Pick<ReportedSource, "asOf" | "editions"> {
  if (source.fileTimes === undefined) return { asOf: source.asOf, editions: undefined };
  const times = reader.editions();
  const counting = times.filter((time) => recoverTo === undefined || time <= recoverTo);
  const [first] = times;
  return { asOf: counting.at(-1), editions: first === undefined ? undefined : { count: times.length, first } };
}

function accuraciesOf({ directory }: Incident): ReadonlyMap<string, number> {
  const text = withCatalog(layoutOf(directory).catalog, (catalog) => catalog.state("accuracies")) ?? "[]";
  const known = JSON.parse(text) as readonly { readonly source: string; readonly accuracy: number }[];
  return new Map(known.map(({ source, accuracy }) => [source, accuracy]));
}

function rowTimesOf({ tables }: Incident, { store }: SourceReader, zone: string): ReportedSource["rowTimes"] {
  const times = tables.flatMap((table) => {
    if (store.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").get(table.id, rowTime) === undefined)
      return [];
    const time = quoteName(rowTime);
    const row = store
      .prepare<[], { first: string | null; last: string | null }>(
        `SELECT min(${time}) AS first, max(${time}) AS last FROM ${quoteName(table.id)}`,
      )
      .get();
    return [row?.first, row?.last].flatMap((text) => (typeof text === "string" ? instantOf(text, zone).at : []));
  });
  return times.length === 0 ? undefined : { first: Math.min(...times), last: Math.max(...times) };
}

const samplesOfReason = 5;
const mostReasons = 100;

/** Records that could not be read, by source and reason. */
export function quarantineOf(sources: readonly OpenSource[], masks: Masks): QuarantineGroup[] {
  const groups = sources.flatMap(({ source, reader }) => {
    const own = new Map<string, { records: number; samples: QuarantinedRecord[] }>();
    for (const record of reader.kept.quarantined()) {
      const known = own.get(record.reason) ?? { records: 0, samples: [] };
      known.records++;
      if (known.samples.length < samplesOfReason) known.samples.push(record);
      own.set(record.reason, known);
    }
    return [...own].map(([reason, { records, samples }]) => ({
      source: source.id,
      reason,
      records,
      samples: samples.map((record) => reportedRecord(record, masks)),
    }));
  });
  return groups.toSorted((left, right) => right.records - left.records).slice(0, mostReasons);
}

export function unparsedOf(sources: readonly OpenSource[]): ReportModel["unparsed"] {
  return sources.flatMap(({ source, reader }) =>
    reader.notes().unparsed.map((each) => ({ source: source.id, ...each })),
  );
}
