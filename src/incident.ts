/** An incident: its recipe, its directory and what lies where in it, and the tables that were lost. */
import fs from "node:fs";
import path from "node:path";
import { findEmitter } from "./emit/registry.ts";
import { UserError } from "./errors.ts";
import type { CapturePlace } from "./extract/capture/folder.ts";
import type { Extractor } from "./extract/extractor.ts";
import { findExtractor } from "./extract/registry.ts";
import { extractorsFor } from "./extract/own.ts";
import { parseRecipe, readRecipe } from "./recipe/load.ts";
import { checkNames, resolveTable } from "./recipe/names.ts";
import type { Recipe, RecipeRules, RecipeSource } from "./recipe/recipe.ts";
import { production } from "./reconcile/moment.ts";
import { targetSchema } from "./target-schema.ts";
import type { DatabaseSchema, Table } from "./schema/model.ts";
import { withPeriods } from "./schema/periods.ts";
import { Catalog } from "./stage/catalog.ts";

/** One disaster being worked. */
export interface Incident {
  readonly recipe: Recipe;
  /** Absolute. */
  readonly directory: string;
  readonly schema: DatabaseSchema;
  /** Those that the recipe may name: salvage's own, and its own. */
  readonly extractors: readonly Extractor[];
  /** The target tables, in the recipe's order. */
  readonly tables: readonly Table[];
  /** What people decided, as one run takes it; undefined: as `decisions.yaml` stands when it is asked for. */
  readonly decided?: string | undefined;
}

export interface OpenOptions {
  /** Path of a recipe; without it the copy in the incident's directory is worked with. */
  readonly recipe?: string | undefined;
  /** The incident's directory; default `incidents/<incident>`, or the only one below `incidents`. */
  readonly directory?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Nothing is asked of servers and programs: what was captured of them has to do. */
  readonly offline?: boolean;
  /** By path as the recipe writes it, where that is now, relative to the recipe's folder: for an incident that was packed. */
  readonly moved?: Readonly<Record<string, string>>;
}

/** Where things lie in an incident's directory. */
export function layoutOf(directory: string) {
  return {
    recipe: path.join(directory, "recipe.yaml"),
    evidence: path.join(directory, "evidence.json"),
    catalog: path.join(directory, "staging", "catalog.db"),
    lock: path.join(directory, "staging", "lock"),
    /** Where what a server or a program gave is kept, and what people call that place. */
    captured: (source: string): CapturePlace => ({
      folder: path.join(directory, "evidence", "captured", source),
      shown: `evidence/captured/${source}`,
    }),
    /** A capture that is to take the place of the one above once it is whole. */
    recapturing: (source: string) => path.join(directory, "evidence", "recapturing", source),
    /** Captures whose place another one took, by number. */
    earlier: (source: string) => path.join(directory, "evidence", "earlier", source),
    staged: (source: string) => path.join(directory, "staging", `${source}.db`),
    crosswalks: path.join(directory, "staging", "crosswalks"),
    /** The staged source with the target's keys in place of its own. */
    crosswalk: (source: string) => path.join(directory, "staging", "crosswalks", `${source}.db`),
    reconciled: path.join(directory, "staging", "reconciled.db"),
    /** Conflicts and withheld rows by pattern. */
    review: path.join(directory, "staging", "review.db"),
    /** What the scripts of a manifest (its SHA-256) hold, and of which tables: for the wave after. */
    wave: (manifest: string) => ({
      file: path.join(directory, "staging", "waves", `${manifest}.db`),
      tables: path.join(directory, "staging", "waves", `${manifest}.json`),
    }),
    /** Parts of tables while they are reconciled. */
    parts: path.join(directory, "staging", "parts"),
    /** What is read of a database that is verified, as long as that takes. */
    verifying: path.join(directory, "staging", "verify"),
    /** What people decided: never written over, only added to. */
    decisions: path.join(directory, "decisions.yaml"),
    /** The cells of groups that were decided as a whole. */
    members: path.join(directory, "decisions"),
    deciding: path.join(directory, "staging", "decisions.lock"),
    summary: path.join(directory, "summary.json"),
    /** How the rebuild compares with the truth, where a drill ran the incident. */
    drill: path.join(directory, "drill.json"),
    report: path.join(directory, "report"),
    /** The key of the hashes that stand for masked values. */
    maskKey: path.join(directory, "staging", "mask.key"),
    out: path.join(directory, "out"),
    /** How far scripts have been run, and where. */
    applied: path.join(directory, "applied.json"),
    timings: path.join(directory, "timings.json"),
    log: path.join(directory, "run.log"),
    /** Who did what here, when and with what: only ever added to. */
    journal: path.join(directory, "journal.ndjson"),
  };
}

/** Loads recipe and target schema and holds every name in the recipe against the schema. */
export async function openIncident(options: OpenOptions): Promise<Incident> {
  const { text, file } =
    options.recipe === undefined
      ? recipeThatRan(options.directory ?? onlyIncident())
      : { text: readRecipe(options.recipe), file: options.recipe };
  const { moved = {} } = options;
  const extractors = await extractorsFor(text, path.dirname(path.resolve(file)), moved);
  const withoutSources = options.offline ?? false;
  const recipe = parseRecipe(text, file, options.environment, extractors, { withoutSources, moved });
  const directory = path.resolve(options.directory ?? path.join("incidents", recipe.incident));
  const { signal = new AbortController().signal, offline = false } = options;
  const sources = recipe.sources.map((source) => onItsLine(source, extractors));
  const loaded = await targetSchema(recipe, { extractors, placeOf: layoutOf(directory).captured, signal, offline });
  const collated = withCollation(loaded, recipe.target.collation);
  const schema = hasTemporalTables(recipe.target) ? withPeriods(collated) : collated;
  checkNames(recipe, schema);
  const tables = recipe.target.tables?.map((name) => resolveTable(schema, name)) ?? schema.tables;
  findEmitter(recipe.target.dialect).check(tables, recipe.target.version);
  return {
    recipe: { ...recipe, sources, rules: rulesByTable(recipe.rules, schema) },
    directory,
    schema,
    extractors,
    tables,
  };
}

/** Records that say their own times are production's, as those of a source with `asOf` are. */
function onItsLine(source: RecipeSource, extractors: readonly Extractor[]): RecipeSource {
  const { timesRows } = findExtractor(source.extractor, extractors);
  return timesRows === true && source.line === undefined ? { ...source, line: production } : source;
}

/** The rules under the tables' own names, however the recipe writes them. */
function rulesByTable(rules: RecipeRules, schema: DatabaseSchema): RecipeRules {
  const tables = Object.entries(rules.tables).map(([name, own]) => [resolveTable(schema, name).id, own] as const);
  return { ...rules, tables: Object.fromEntries(tables) };
}

/** The copy that ran, and where the recipe lay: its paths are relative to that place. */
export function recipeThatRan(directory: string): { text: string; file: string } {
  const layout = layoutOf(path.resolve(directory));
  if (!fs.existsSync(layout.recipe) || !fs.existsSync(layout.catalog))
    throw new UserError({
      what: "no incident lies here: recipe.yaml or staging/catalog.db is missing",
      where: { file: directory },
      remedy: "Name the incident's directory with --dir, or start one with `salvage run RECIPE`",
    });
  const catalog = new Catalog(layout.catalog);
  const recorded = catalog.state("recipeFile");
  catalog.close();
  const file = path.resolve(path.dirname(layout.recipe), recorded ?? layout.recipe);
  return { text: fs.readFileSync(layout.recipe, "utf8"), file };
}

/** The one incident below `folder`. Throws UserError where there is none, or more than one. */
export function onlyIncident(folder = "incidents"): string {
  const found = fs.existsSync(folder)
    ? fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const [only, another] = found;
  if (only !== undefined && another === undefined) return path.join(folder, only.name);
  throw new UserError({
    what:
      only === undefined
        ? "there is no incident below ./incidents"
        : `there are ${found.length} incidents below ./incidents`,
    remedy:
      only === undefined
        ? "Start one with `salvage run RECIPE`, or name its directory with --dir"
        : "Name one with --dir incidents/NAME",
  });
}

const temporalVersions = new Set(["2016", "2022", "azure"]);

function hasTemporalTables({ dialect, version }: Recipe["target"]): boolean {
  return dialect === "sqlserver" && temporalVersions.has(version);
}

const textTypes = new Set(["char", "varchar", "text", "nchar", "nvarchar", "ntext"]);

/** Columns whose DDL names no collation have the database's. */
function withCollation(schema: DatabaseSchema, collation: string): DatabaseSchema {
  const tables = schema.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) =>
      column.collation === undefined && textTypes.has(column.type.name)
        ? { ...column, collation, inheritsCollation: true as const }
        : column,
    ),
  }));
  return { ...schema, tables };
}
