/** Which paths of a recipe say something else than where the files lie from its folder: absolute ones, and those with variables. */
import path from "node:path";
import { parseDocument } from "yaml";
import { nameOf } from "../../extract/inputs.ts";
import { findExtractor } from "../../extract/registry.ts";
import { moduleFile } from "../../extract/own.ts";
import type { Incident } from "../../incident.ts";
import { allUses } from "../../recipe/recipe.ts";

/** By path or pattern as the recipe writes it, the same relative to its folder, variables by their names. */
export function movedPaths(incident: Incident): Record<string, string> {
  const { recipe } = incident;
  const pairs = [...sourcePaths(incident), ...schemaPath(incident), ...modulePaths(incident)];
  const named = pairs.map(
    ([written, actual]) =>
      [written, recipe.redact(nameOf(path.resolve(recipe.folder, actual), recipe.folder))] as const,
  );
  const moved = named.filter(([written, shown]) => path.posix.normalize(written) !== shown);
  return Object.fromEntries(moved.map(([written, shown]) => [written, shown.startsWith("../") ? shown : `./${shown}`]));
}

type Pair = readonly [written: string, actual: string];

function sourcePaths({ recipe, extractors }: Incident): Pair[] {
  return recipe.sources.flatMap(({ extractor: name, options, written }) => {
    const extractor = findExtractor(name, extractors);
    const actual = extractor.inputs(options);
    return extractor.inputs(written).flatMap((text, index): Pair[] => [[text, actual[index] ?? text]]);
  });
}

function schemaPath({ recipe }: Incident): Pair[] {
  const { schema } = recipe.target;
  const written: unknown = parseDocument(recipe.text).getIn(["target", "schema"]);
  return typeof schema === "string" && typeof written === "string" ? [[written, schema]] : [];
}

/** A module that is named by its path from the recipe is found in the bag; one that is named by where it lies is not. */
function modulePaths({ recipe }: Incident): Pair[] {
  const rules = allUses(recipe.rules).flatMap(({ module }) => module ?? []);
  const own = recipe.sources.flatMap(({ extractor }) => (path.isAbsolute(extractor) ? [extractor] : []));
  return [...rules, ...own].map((file) => [file, moduleFile(file, recipe.folder) ?? file]);
}
