/** The target schema: from the file that the recipe names, or from the catalog of one of its sources. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "./errors.ts";
import type { CapturePlace } from "./extract/capture/folder.ts";
import type { Extractor } from "./extract/extractor.ts";
import { resolveInputs } from "./extract/inputs.ts";
import { findExtractor } from "./extract/registry.ts";
import { writeFileAtomic } from "./files/atomic.ts";
import type { Recipe, RecipeSource } from "./recipe/recipe.ts";
import { loadSchema } from "./schema/load.ts";
import type { DatabaseSchema } from "./schema/model.ts";

interface Means {
  readonly extractors: readonly Extractor[];
  readonly placeOf: (source: string) => CapturePlace;
  readonly signal: AbortSignal;
  readonly offline: boolean;
}

/** A catalog that was asked for once is kept with the source's capture: later commands do without the server. */
export const capturedSchema = "schema.json";

/** Throws UserError where the schema cannot be had. */
export async function targetSchema(recipe: Recipe, means: Means): Promise<DatabaseSchema> {
  const { schema } = recipe.target;
  if (typeof schema === "string") return loadSchema(schema);
  const source = recipe.sources.find(({ id }) => id === schema.source) as RecipeSource;
  const extractor = findExtractor(source.extractor, means.extractors);
  if (extractor.schema === undefined) throw withoutCatalog(recipe, source);
  const files = await resolveInputs(extractor.inputs(source.options), recipe.folder);
  const { signal } = means;
  if (extractor.captures !== true) return extractor.schema(source.options, { files, signal });
  const file = path.join(means.placeOf(source.id).folder, capturedSchema);
  const location = means.offline ? undefined : extractor.locate?.(source.options);
  const captured = readCaptured(file);
  if (captured !== undefined && (means.offline || captured.location === location)) return captured.schema;
  if (means.offline) throw notCaptured(source, file);
  const asked = await extractor.schema(source.options, { files, signal });
  writeFileAtomic(file, `${JSON.stringify({ location, schema: asked }, null, 2)}\n`);
  return asked;
}

/** Undefined where the source was never asked. */
function readCaptured(file: string): { location?: string; schema: DatabaseSchema } | undefined {
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as { schema: DatabaseSchema }) : undefined;
}

function withoutCatalog(recipe: Recipe, { id, extractor }: RecipeSource): UserError {
  return new UserError({
    what: `the source ${id} is read by ${extractor}, which knows no schema`,
    where: recipe.place(["target", "schema"]),
    remedy: "Name a server or a database file, or give the DDL as a file",
  });
}

function notCaptured({ id }: RecipeSource, file: string): UserError {
  return new UserError({
    what: "the source's schema was never captured",
    where: { source: id, file },
    remedy: "Run `salvage run` while the server answers",
  });
}
