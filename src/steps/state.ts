/**
 * How far an incident has come. Each step records a fingerprint of what it worked from, and the next one holds it against
 * today's recipe, schema and staging: nothing is made from what is out of date.
 */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import type { EmitOptions } from "../emit/options.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { allocates } from "../crosswalk/write.ts";
import { nameOf } from "../extract/inputs.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { allUses } from "../recipe/recipe.ts";
import type { RecipeRules, RecipeSource } from "../recipe/recipe.ts";
import type { TableSummary } from "../report/summary.ts";
import type { Table } from "../schema/model.ts";
import { withCatalog } from "../stage/catalog.ts";
import type { Catalog } from "../stage/catalog.ts";
import { reconciledFormat } from "../stage/reconciled-writer.ts";
import { decidedState } from "./decisions.ts";
import { recipeInputs } from "./recipe-inputs.ts";
import { hashOf, settingsFingerprint } from "./sources.ts";
import type { Wave } from "./wave.ts";

/** Keeps the recipe as it runs, where it came from (its paths are relative to that place), and the hashes of what belongs to it. */
export function recordRecipe(incident: Incident): void {
  const layout = layoutOf(incident.directory);
  const origin = path.relative(incident.directory, incident.recipe.file);
  const inputs = JSON.stringify(recipeInputs(incident));
  withCatalog(layout.catalog, (catalog) => {
    catalog.setState("recipeFile", origin.split(path.sep).join("/"));
    catalog.setState("recipeInputs", inputs);
  });
  writeFileAtomic(layout.recipe, incident.recipe.text);
}

/** What `reconciled.db` depends on. Throws UserError where a source is not staged as the recipe says. */
export function requireStaged(incident: Incident, decided = decidedState(incident)): string {
  return withCatalog(layoutOf(incident.directory).catalog, (catalog) => {
    const { sources, recoverTo, target, rules, assertions } = incident.recipe;
    const staged = sources.map((source) => {
      // What is read of a source is in its own fingerprint.
      const { options: _read, written: _written, ...standing } = source;
      return [standing, requireSource(incident, source, catalog)];
    });
    const tables = incident.tables.map(shapeOf);
    // Keys that are allocated begin behind the margin.
    const margin = sources.some(allocates) ? target.reseedMargin : 0;
    const settings = [recoverTo, target.timezone, margin, placeless(incident), modulesOf(rules), assertions, decided];
    return hashOf([reconciledFormat, staged, tables, ...settings]);
  });
}

/** The rules, those of the user's own by their path from the recipe: where all of it lies shows in no output. */
function placeless({ recipe }: Incident): unknown {
  const named = JSON.stringify(recipe.rules, (key, value: unknown) =>
    key === "module" && typeof value === "string" ? recipe.redact(nameOf(value, recipe.folder)) : value,
  );
  return JSON.parse(named);
}

/** The user's own rules as they stand today. */
function modulesOf(rules: RecipeRules): readonly string[] {
  const paths = new Set(allUses(rules).flatMap(({ module }) => module ?? []));
  return [...paths].map((file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : ""));
}

function requireSource(incident: Incident, source: RecipeSource, catalog: Catalog): string {
  const isThere = fs.existsSync(layoutOf(incident.directory).staged(source.id));
  const staged = isThere ? catalog.source(source.id) : undefined;
  if (staged?.fingerprint.startsWith(settingsFingerprint(incident, source)) === true) return staged.fingerprint;
  throw new UserError({
    what:
      staged === undefined
        ? "the source is not staged yet"
        : "the source is staged by other options, mappings or tables than recipe and schema now say",
    where: { source: source.id },
    remedy: "Run `salvage extract` first",
  });
}

/** What of a table bears on its reconciliation. */
function shapeOf({ id, columns, primaryKey, unique, foreignKeys, checks }: Table) {
  return { id, columns, primaryKey, unique, foreignKeys, checks };
}

export interface Reconciled {
  readonly fingerprint: string;
  readonly tables: TableSummary[];
}

/** Throws UserError where reconciliation has not run, or is out of date. */
export function requireReconciled(incident: Incident): Reconciled {
  const fingerprint = requireStaged(incident);
  const layout = layoutOf(incident.directory);
  const [made, tables] = withCatalog(layout.catalog, (catalog) => [
    catalog.state("reconciled"),
    catalog.state("tables"),
  ]);
  if (made === fingerprint && tables !== undefined && fs.existsSync(layout.reconciled))
    return { fingerprint, tables: JSON.parse(tables) as TableSummary[] };
  throw outOfDate(incident, made);
}

/**
 * The last reconciliation, whatever was decided since: what a review looks at. Throws UserError where there is none, or where
 * sources, schema or rules changed since.
 */
export function requireReviewable(incident: Incident): Reconciled {
  const undecided = requireStaged(incident, "");
  const layout = layoutOf(incident.directory);
  const [made, tables, fingerprint] = withCatalog(layout.catalog, (catalog) => [
    catalog.state("undecided"),
    catalog.state("tables"),
    catalog.state("reconciled"),
  ]);
  if (made === undecided && tables !== undefined && fingerprint !== undefined && fs.existsSync(layout.reconciled))
    return { fingerprint, tables: JSON.parse(tables) as TableSummary[] };
  throw outOfDate(incident, fingerprint);
}

function outOfDate(incident: Incident, made: string | undefined): UserError {
  const where = { file: incident.directory };
  if (made !== undefined && hasOnlyNewDecisions(incident))
    return new UserError({
      what: "decisions were noted since the last reconciliation",
      where,
      remedy: "Run `salvage run` (or `salvage reconcile`) to apply them",
    });
  const what =
    made === undefined ? "nothing is reconciled yet" : "sources, schema or rules changed since the last reconciliation";
  return new UserError({ what, where, remedy: "Run `salvage reconcile` first" });
}

/** Is what was reconciled last out of date for nothing but what people decided since? */
export function hasOnlyNewDecisions(incident: Incident): boolean {
  const layout = layoutOf(incident.directory);
  const made = withCatalog(layout.catalog, (catalog) => catalog.state("undecided"));
  return made !== undefined && fs.existsSync(layout.reconciled) && made === requireStaged(incident, "");
}

/** What the scripts say they were made from: all evidence, the recipe, and how they are written. */
export function evidenceHash(
  incident: Incident,
  reconciled: Reconciled,
  options: EmitOptions,
  wave: Pick<Wave, "since" | "tables"> | undefined,
): string {
  const { tables, ifExists, createsSchema, split, gzip, transaction, provenance = null, bulkFolder = null } = options;
  const chosen = [
    tables ?? null,
    ifExists ?? null,
    createsSchema,
    split.rows,
    split.bytes,
    gzip,
    transaction,
    provenance,
    bulkFolder,
  ];
  const left = wave?.tables.map(({ table, rowCount, changedCells }) => [table.id, rowCount, changedCells ?? 0]);
  return hashOf([emissionFingerprint(incident, reconciled), ...chosen, wave?.since ?? null, left ?? null]);
}

/** What the scripts depend on. */
export function emissionFingerprint(incident: Incident, reconciled: Reconciled): string {
  const { dialect, version, ifExists, reseedMargin } = incident.recipe.target;
  return hashOf([reconciled.fingerprint, incident.recipe.incident, dialect, version, ifExists, reseedMargin]);
}
