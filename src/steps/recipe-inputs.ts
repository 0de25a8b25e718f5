/** What a recipe is made of besides its sources: the file of its schema, its own rules and extractors, and what these import by path. */
import fs from "node:fs";
import path from "node:path";
import { nameOf } from "../extract/inputs.ts";
import { moduleFile } from "../extract/own.ts";
import { extractors as registered } from "../extract/registry.ts";
import { digestOf } from "../files/digest.ts";
import type { Digest } from "../files/digest.ts";
import type { Incident } from "../incident.ts";
import { allUses } from "../recipe/recipe.ts";

/** Its path is relative to the recipe's folder; values of variables stand there by their names. */
export interface RecipeInput extends Digest {
  readonly path: string;
}

/** Absolute paths, each once; what is not there is left out. */
function recipeFiles({ recipe }: Incident): string[] {
  const { schema } = recipe.target;
  const known = new Set(registered.map(({ id }) => id));
  const own = recipe.sources.flatMap(({ extractor }) => (known.has(extractor) ? [] : extractor));
  const modules = [
    ...allUses(recipe.rules).flatMap(({ module }) => module ?? []),
    ...own.flatMap((name) => moduleFile(name, recipe.folder) ?? []),
  ];
  const files = new Set(typeof schema === "string" ? [schema] : []);
  for (const file of modules) addModule(file, files);
  return [...files].filter((file) => fs.existsSync(file));
}

/** With their hashes, as they stand now. */
export function recipeInputs(incident: Incident): RecipeInput[] {
  const { recipe } = incident;
  return recipeFiles(incident).map((file) => ({ path: recipe.redact(nameOf(file, recipe.folder)), ...digestOf(file) }));
}

const imported = /\b(?:from|import|require)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

/** A module, what it imports by path, and the description of the package that it is a part of. */
function addModule(file: string, files: Set<string>): void {
  if (files.has(file) || !fs.existsSync(file) || !fs.statSync(file).isFile()) return;
  files.add(file);
  const [, packaged] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file) ?? [];
  if (packaged !== undefined) files.add(path.join(packaged, "package.json"));
  for (const [, name = ""] of fs.readFileSync(file, "utf8").matchAll(imported))
    addModule(path.resolve(path.dirname(file), name), files);
}
