/** From what the file says to the plan: defaults filled in, spans and shares as numbers. */
import { readComparison, readShare } from "../../recipe/quantities.ts";
import type { Strike } from "../disaster/model.ts";
import { barIds } from "./model.ts";
import type { Bar, BarId, Damage, DrillPlan, SurvivorPlan, TruthPlan } from "./model.ts";
import type { PlanOptions } from "./load.ts";
import type { DrillData } from "./schema.ts";

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `104d` → milliseconds. */
export function readSpan(written: string): number {
  return Number(written.slice(0, -1)) * (units[written.slice(-1)] ?? Number.NaN);
}

interface Given extends PlanOptions {
  readonly text: string;
  readonly folder: string;
}

export function buildPlan(data: DrillData, { text, folder, seed, scale }: Given): DrillPlan {
  const { history = {}, disaster, rescue = {}, people = {} } = data;
  return {
    drill: data.drill,
    about: data.about,
    seed: seed ?? data.seed ?? 1,
    truth: truthOf(data.truth, scale),
    history: {
      days: history.days ?? 120,
      inserted: readShare(history.inserted ?? 0.15),
      updated: readShare(history.updated ?? 0.3),
      deleted: readShare(history.deleted ?? 0.04),
      modifiedAt: history.modifiedAt ?? {},
      together: togetherOf(rescue.rules),
    },
    at: Math.floor(Date.parse(disaster.at) / 1000) * 1000,
    strikes: disaster.strikes.map(strikeOf),
    survivors: Object.entries(data.survivors).map(([id, survivor]) => survivorOf(id, survivor)),
    rescue: { target: rescue.target ?? {}, rules: rescue.rules, assert: rescue.assert },
    bars: barsOf(data.bars ?? {}),
    people: {
      start: readSpan(people.start ?? "20m"),
      cell: readSpan(people.cell ?? "1m"),
      row: readSpan(people.row ?? "2m"),
      record: readSpan(people.record ?? "1m"),
    },
    folder,
    text,
  };
}

function truthOf(data: DrillData["truth"], scale: number | undefined): TruthPlan {
  if ("generate" in data) return { generate: "shop", scale: scale ?? (data.scale as number | undefined) ?? 1 };
  const { schema, tables, ...source } = data as { extractor: string; schema?: string; tables?: string[] };
  return { source, schema, tables };
}

/** What the rules keep together changes together. */
function togetherOf(rules: Readonly<Record<string, unknown>> | undefined): DrillPlan["history"]["together"] {
  const tables = (rules?.["tables"] ?? {}) as Readonly<Record<string, { together?: string[][] }>>;
  return Object.fromEntries(Object.entries(tables).map(([table, { together = [] }]) => [table, together]));
}

function strikeOf(data: DrillData["disaster"]["strikes"][number]): Strike {
  if ("delete" in data) return { delete: { ...data.delete, share: readShare(data.delete.share) } };
  if ("nullify" in data) return { nullify: { ...data.nullify, share: readShare(data.nullify.share ?? 1) } };
  if ("garble" in data) return { garble: { ...data.garble, share: readShare(data.garble.share ?? 1) } };
  return data;
}

type SurvivorData = DrillData["survivors"][string];

function survivorOf(id: string, data: SurvivorData): SurvivorPlan {
  return {
    id,
    of: data.of ?? "production",
    before: readSpan(data.before ?? "0s"),
    since: data.since === undefined ? undefined : readSpan(data.since),
    format: data.format,
    timezone: data.timezone ?? "UTC",
    server: data.server,
    tables: data.tables,
    damage: damageOf(data.damage ?? {}),
    source: data.source ?? {},
  };
}

const shares = ["sampleRows", "duplicates", "conflictRate", "foreignRows", "cutAt", "corrupt"] as const;

function damageOf(data: NonNullable<SurvivorData["damage"]>): Damage {
  const read = Object.fromEntries(
    shares.flatMap((each) => (data[each] === undefined ? [] : [[each, readShare(data[each])]])),
  );
  const skew = data.clockSkew === undefined ? {} : { clockSkew: readSpan(data.clockSkew) };
  return { ...data, ...read, ...skew } as Damage;
}

const spans = new Set<BarId>(["recoveryPoint", "peopleTime", "recoveryTime"]);
const leastShares = new Set<BarId>(["rowsRecovered", "rowRecall", "cellsRight", "cellRecall"]);

type Written = string | number;

/** Nothing is invented: that bar is always there. */
function barsOf(data: NonNullable<DrillData["bars"]>): Bar[] {
  const given: Partial<Record<BarId, Written | Readonly<Record<string, Written | undefined>> | undefined>> = {
    fabricated: 0,
    ...data,
  };
  return barIds.flatMap((id): Bar[] => {
    const written = given[id];
    if (written === undefined) return [];
    if (typeof written !== "object") return [barOf(id, written)];
    return Object.entries(written).flatMap(([of, each]) => (each === undefined ? [] : [{ ...barOf(id, each), of }]));
  });
}

function barOf(id: BarId, given: Written): Bar {
  const bare = leastShares.has(id) ? ">=" : "<=";
  const [, said, rest = ""] = /^([<>=]+)?\s*(.*)$/.exec(String(given)) ?? [];
  const comparison = spans.has(id)
    ? { operator: (said ?? bare) as ">=", value: readSpan(rest) }
    : readComparison(given, bare);
  return { id, comparison, written: `${said ?? bare} ${rest}` };
}
