/** What the report says of the sources: what each covers, what was read of it, how far others agree with it. */
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { ProofGroup, QuarantineGroup, ReportModel, ReportedSource } from "../../report/model.ts";
import { shown } from "../../report/shown.ts";
import type { Masks } from "../../report/masks.ts";
import { showBytes } from "../../report/lists.ts";
import type { Summary } from "../../report/summary.ts";
import type { IndexReader } from "../../review/index-reader.ts";
import { rowTime } from "../../schema/model.ts";
import { withCatalog } from "../../stage/catalog.ts";
import { quoteName } from "../../stage/database.ts";
import type { QuarantinedRecord, SourceReader } from "../../stage/source-reader.ts";
import { instantOf } from "../../values/zone.ts";
import type { RecipeSource } from "../../recipe/recipe.ts";
import type { OpenSource } from "../standings.ts";

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
      rowTimes: rowTimesOf(incident, reader, zoneOf(incident, source)),
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

/** On whose clock the source's own times are. */
function zoneOf({ recipe }: Incident, { timezone }: RecipeSource): string {
  return timezone ?? recipe.target.timezone ?? "UTC";
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

interface Kept extends QuarantinedRecord {
  readonly source: string;
}

/** Records of one kind: how many, and the first few. */
interface KeptGroup<Each extends Kept> {
  readonly records: readonly Each[];
  readonly count: number;
}

/** By what `kindOf` says, the most records first. */
function grouped<Each extends Kept>(
  records: Iterable<Each>,
  kindOf: (record: Each) => readonly unknown[],
  note: (kind: string, record: Each) => void = () => undefined,
): (readonly [kind: string, group: KeptGroup<Each>])[] {
  const groups = new Map<string, { records: Each[]; count: number }>();
  for (const record of records) {
    const kind = JSON.stringify([record.source, ...kindOf(record)]);
    const known = groups.get(kind) ?? { records: [], count: 0 };
    known.count++;
    if (known.records.length < samplesOfReason) known.records.push(record);
    groups.set(kind, known);
    note(kind, record);
  }
  return [...groups].toSorted(([, left], [, right]) => right.count - left.count).slice(0, mostReasons);
}

function* keptOf<Record extends QuarantinedRecord>(
  sources: readonly OpenSource[],
  recordsOf: (reader: SourceReader) => Iterable<Record>,
): Generator<Record & { source: string }> {
  for (const { source, reader } of sources)
    for (const record of recordsOf(reader)) yield { ...record, source: source.id };
}

function groupOf({ records, count }: KeptGroup<Kept>, masks: Masks): QuarantineGroup {
  const [first] = records;
  return {
    source: first?.source ?? "",
    reason: first?.reason ?? "",
    records: count,
    samples: records.map((record) => sampleOf(record, masks)),
  };
}

/** Records that could not be read, by source and reason. */
export function quarantineOf(sources: readonly OpenSource[], masks: Masks): QuarantineGroup[] {
  const records = keptOf(sources, (reader) => reader.quarantined());
  return grouped(records, ({ reason }) => [reason]).map(([, group]) => groupOf(group, masks));
}

/** Evidence without a value, by source, table and reason. */
export function proofsOf(incident: Incident, sources: readonly OpenSource[], masks: Masks): ProofGroup[] {
  const zones = new Map(sources.map(({ source }) => [source.id, zoneOf(incident, source)]));
  const times = new Map<string, { first: number; last: number }>();
  const records = keptOf(sources, (reader) => reader.evidence());
  const groups = grouped(
    records,
    ({ table, reason }) => [table, reason],
    (kind, { at, source }) => {
      const time = at === null ? undefined : instantOf(at, zones.get(source) ?? "UTC").at;
      if (time === undefined) return;
      const known = times.get(kind) ?? { first: time, last: time };
      times.set(kind, { first: Math.min(known.first, time), last: Math.max(known.last, time) });
    },
  );
  return groups.map(([kind, group]) => ({
    ...groupOf(group, masks),
    table: group.records[0]?.table ?? null,
    times: times.get(kind),
  }));
}

function sampleOf(
  { file, part, line, row, offset, bytes, sha256, raw }: QuarantinedRecord,
  masks: Masks,
): QuarantineGroup["samples"][number] {
  const at = line === null ? (row === null ? ` byte ${offset ?? 0}` : ` row ${row}`) : ` line ${line}`;
  const place = `${file}${part === null ? "" : ` ${part}`}${at}`;
  return { place, bytes, sha256, raw: shown(masks.raw(raw === null ? null : showBytes(raw))) };
}

export function unparsedOf(sources: readonly OpenSource[]): ReportModel["unparsed"] {
  return sources.flatMap(({ source, reader }) =>
    reader.notes().unparsed.map((each) => ({ source: source.id, ...each })),
  );
}
