/** Extractors from outside of the project: a recipe names a module, by its path or as a package, as a source's `extractor`. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseDocument } from "yaml";
import { UserError } from "../errors.ts";
import type { Extractor } from "./extractor.ts";
import { extractors as registered } from "./registry.ts";

const isPath = /^\.{0,2}[\\/]|\.[cm]?[jt]s$/;
const remedy =
  "Export by default what `defineExtractor({ id, summary, options, example, inputs, extract })` returns (docs/extractors.md)";

/**
 * Those of salvage's own, and those that the recipe names beside them; what is neither a path nor an installed package is left for the recipe's validation
 * to complain of. `moved`: what stands for the paths of the recipe that are not where it says. Throws UserError for a module that cannot be loaded or is no extractor.
 */
export async function extractorsFor(
  recipeText: string,
  folder: string,
  moved: Readonly<Record<string, string>> = {},
): Promise<readonly Extractor[]> {
  const known = new Set(registered.map(({ id }) => id));
  const names = new Set(namedExtractors(recipeText).filter((name) => !known.has(name)));
  const own: Extractor[] = [];
  for (const name of names) {
    const file = moduleFile(moved[name] ?? name, folder);
    if (file !== undefined) own.push(await loadExtractor(name, file));
  }
  return [...registered, ...own];
}

/** The recipe need not be valid. */
function namedExtractors(recipeText: string): string[] {
  const recipe = parseDocument(recipeText, { logLevel: "silent" }).toJS({ maxAliasCount: 0 }) as {
    readonly sources?: Readonly<Record<string, { readonly extractor?: unknown } | null>>;
  } | null;
  const sources = typeof recipe?.sources === "object" && recipe.sources !== null ? Object.values(recipe.sources) : [];
  return sources.flatMap((source) => (typeof source?.extractor === "string" ? source.extractor : []));
}

/** Absolute path of the module; undefined where the name is no path and no package that is installed beside the recipe. */
export function moduleFile(name: string, folder: string): string | undefined {
  if (isPath.test(name)) return path.resolve(folder, name);
  try {
    return createRequire(path.join(folder, "recipe.yaml")).resolve(name);
  } catch {
    return undefined;
  }
}

async function loadExtractor(name: string, file: string): Promise<Extractor> {
  try {
    const revision = hashOf(file);
    // Under its revision, since a process that loaded another one before would else be given that again.
    const { href } = new URL(`?${revision}`, pathToFileURL(file));
    const { default: loaded } = (await import(href)) as { default?: Partial<Extractor> };
    // In the recipe, and in all that is told of it, it is called as the recipe calls it.
    if (isExtractor(loaded)) return { ...loaded, id: name, revision };
  } catch (cause) {
    throw notLoaded(file, cause);
  }
  throw new UserError({ what: "the module's default export is no extractor", where: { file }, remedy });
}

function notLoaded(file: string, cause: unknown): UserError {
  const isTypeScript = (cause as NodeJS.ErrnoException | undefined)?.code === "ERR_UNKNOWN_FILE_EXTENSION";
  return new UserError({
    what: `the extractor's module cannot be loaded (${cause instanceof Error ? cause.message : String(cause)})`,
    where: { file },
    remedy: isTypeScript
      ? `Node ${process.versions.node} reads no TypeScript: compile the module to JavaScript, or take Node 22.18 or newer`
      : remedy,
    cause,
  });
}

function isExtractor(loaded: Partial<Extractor> | undefined): loaded is Extractor {
  return (
    typeof loaded?.extract === "function" &&
    typeof loaded.inputs === "function" &&
    typeof loaded.options?.safeParse === "function" &&
    typeof loaded.summary === "string"
  );
}

function hashOf(file: string): string {
  return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}
