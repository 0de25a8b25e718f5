/** From valid data to the {@link Recipe}: defaults filled in, paths absolute, times in milliseconds. */
import path from "node:path";
import type { ServerVersion } from "../emit/emitter.ts";
import { assertionsOf } from "./build-assertions.ts";
import { rulesOf } from "./build-rules.ts";
import { fileTimesOf } from "./file-times.ts";
import type { Places } from "./places.ts";
import { readDuration } from "./quantities.ts";
import type { Crosswalk, Recipe, RecipeSource, RecipeTable } from "./recipe.ts";
import { ifGiven, mapValues, present } from "./records.ts";
import type { RecipeData } from "./schema.ts";
import { at } from "./untyped.ts";
import { commonSourceShape } from "./source-schema.ts";
import type { SourceData } from "./source-schema.ts";

interface Origin {
  readonly text: string;
  readonly file: string;
  readonly places: Places;
  readonly redact: (text: string) => string;
  /** The recipe as it is written, before the environment was put in. */
  readonly raw: unknown;
}

const defaultTrust = 50;
const defaultCollation = "SQL_Latin1_General_CP1_CI_AS";
const commonKeys = new Set(["extractor", ...Object.keys(commonSourceShape)]);

type TableData = NonNullable<SourceData["tables"]>[string];

function crosswalkOf({ match, allocate }: NonNullable<TableData["crosswalk"]>): Crosswalk {
  return { match, ...present({ allocate: ifGiven(allocate, present) }) };
}

/** None: it has the target's name. */
function nameOf(column: string | { readonly from?: string | undefined }): string[] {
  const from = typeof column === "string" ? column : column.from;
  return from === undefined ? [] : [from];
}

function sourceTableOf(table: TableData): RecipeTable {
  const given = { ...table, crosswalk: ifGiven(table.crosswalk, crosswalkOf) };
  const columns = Object.entries(table.columns ?? {});
  return {
    ...present(given),
    columns: Object.fromEntries(columns.flatMap(([name, column]) => nameOf(column).map((from) => [name, from]))),
    zones: Object.fromEntries(
      columns.flatMap(([name, column]) => (typeof column === "string" ? [] : [[name, column.zone]])),
    ),
    cutAt: table.cutAt ?? {},
  };
}

/** What is the extractor's own. */
function ownOptions(source: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(source).filter(([key]) => !commonKeys.has(key)));
}

function sourceOf(id: string, source: SourceData, raw: unknown): RecipeSource {
  const { extractor, asOf, branchedAt, copyOf, timezone } = source;
  return {
    id,
    extractor,
    ...present({
      asOf: typeof asOf === "string" ? Date.parse(asOf) : undefined,
      fileTimes: typeof asOf === "object" ? fileTimesOf(asOf) : undefined,
    }),
    // A source that equalled production at a known time was production then.
    line: source.line ?? (asOf === undefined ? undefined : "production"),
    ...present({ branchedAt: ifGiven(branchedAt, Date.parse), copyOf, timezone }),
    clockSkew: source.clockSkew === undefined ? 0 : readDuration(source.clockSkew),
    keepsDeleted: source.keepsDeleted ?? false,
    coverage: source.coverage ?? "partial",
    trust: source.trust ?? defaultTrust,
    tables: mapValues(source.tables, sourceTableOf),
    options: ownOptions(source),
    written: ownOptions(at(raw, "sources", id) as object),
  };
}

function targetOf(target: RecipeData["target"], folder: string): Recipe["target"] {
  return {
    dialect: target.dialect,
    // Of a SQL Server that is not named: the newest, whose identities leave gaps.
    version: String(target.version ?? "2022") as ServerVersion,
    schema: typeof target.schema === "string" ? path.resolve(folder, target.schema) : target.schema,
    collation: target.collation ?? defaultCollation,
    collationIsGiven: target.collation !== undefined,
    ...present({ tables: target.tables, timezone: target.timezone }),
    ifExists: target.ifExists ?? "stop",
    reseedMargin: target.reseedMargin ?? 0,
  };
}

export function buildRecipe(data: RecipeData, origin: Origin): Recipe {
  const file = path.resolve(origin.file);
  const folder = path.dirname(file);
  return {
    incident: data.incident,
    file,
    folder,
    text: origin.text,
    ...present({ recoverTo: ifGiven(data.recoverTo, Date.parse) }),
    target: targetOf(data.target, folder),
    sources: Object.entries(data.sources).map(([id, source]) => sourceOf(id, source, origin.raw)),
    rules: rulesOf(data.rules ?? {}, folder),
    assertions: assertionsOf(data.assert),
    report: { mask: data.report?.mask ?? [] },
    place: (steps, part) => origin.places.at(steps, part),
    redact: origin.redact,
  };
}
