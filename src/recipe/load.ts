import fs from "node:fs";
import path from "node:path";
import { isMap } from "yaml";
import type { z } from "zod";
import type { Extractor } from "../extract/extractor.ts";
import { extractors as registered } from "../extract/registry.ts";
import { Fault, UserError } from "../errors.ts";
import { buildRecipe } from "./build.ts";
import { crossFaults } from "./cross-checks.ts";
import { Substitution, redactor } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { placed, throwFaults } from "./faults.ts";
import type { PathFault } from "./faults.ts";
import { explainIssue, pathFaults } from "./issues.ts";
import { Places, formatPath } from "./places.ts";
import type { Recipe } from "./recipe.ts";
import { recipeSchema } from "./schema.ts";
import type { RecipeData } from "./schema.ts";
import { anySource } from "./source-schema.ts";
import { parseYaml } from "./structure.ts";
import type { YamlFile } from "./structure.ts";
import { didYouMean } from "./suggest.ts";

/** Far beyond any recipe: a backup given in its place is refused before it is read. */
const largestRecipe = 4 << 20;

/**
 * Reads and validates a recipe.
 * @param file its path; faults show it as it is given here
 * @param environment what `${env:NAME}` is taken from
 * @throws RecipeError with all faults at once; UserError where the file cannot be read
 */
export function loadRecipe(file: string, environment: Environment, extractors = registered): Recipe {
  return parseRecipe(readRecipe(file), file, environment, extractors);
}

/** {@link loadRecipe} for a text that is at hand; its relative paths start at the folder of `file`. */
export function parseRecipe(
  text: string,
  file: string,
  environment: Environment,
  extractors: readonly Extractor[] = registered,
  options: ParseOptions = {},
): Recipe {
  const yaml = parseYaml(text.replace(/^\uFEFF/, ""));
  const places = new Places(yaml.document, yaml.lines, file);
  const read = yaml.readable ? validate(yaml, environment, extractors, options) : nothingRead;
  throwFaults(file, [
    ...yaml.faults.map(({ offset, message }) => placed({ path: [], part: "value", message }, places.atOffset(offset))),
    ...read.faults.map((fault) => redactFault(placed(fault, places.at(fault.path, fault.part)), read.redact)),
  ]);
  if (read.data === undefined) throw new Fault(`${file}: invalid, and nobody said why`);
  return buildRecipe(read.data, { text, file, places, raw: read.raw, redact: read.redact });
}

export interface ParseOptions {
  /** Nothing is read of the sources: variables that are not set stay as they are written. */
  readonly withoutSources?: boolean;
  /** By path as the recipe writes it, where that is now, relative to the recipe's folder. */
  readonly moved?: Readonly<Record<string, string>>;
}

interface ReadRecipe {
  /** As it is written, before the environment was put in. */
  readonly raw: unknown;
  /** Undefined where there are faults. */
  readonly data: RecipeData | undefined;
  readonly faults: readonly PathFault[];
  readonly redact: (text: string) => string;
}

const nothingRead: ReadRecipe = { raw: {}, data: undefined, faults: [], redact: (text) => text };

function redactFault<T extends { readonly message: string }>(fault: T, redact: (text: string) => string): T {
  return { ...fault, message: redact(fault.message) };
}

function validate(
  yaml: YamlFile,
  environment: Environment,
  extractors: readonly Extractor[],
  { withoutSources = false, moved = {} }: ParseOptions,
): ReadRecipe {
  const raw: unknown = isMap(yaml.document.contents) ? yaml.document.toJS() : {};
  const substitution = new Substitution(environment, moved);
  const data = substitution.apply(raw);
  const parsed = recipeSchema(extractors).safeParse(data, { error: explainIssue });
  const unsaid = withoutSources && parsed.success ? [] : substitution.faults;
  const missing = unsaid.map((fault): PathFault => ({ ...fault, part: "value" }));
  const unset = new Set(missing.map((fault) => formatPath(fault.path)));
  const others = [...schemaFaults(parsed.error, data), ...crossFaults(data, raw)];
  const faults = [...missing, ...others.filter((fault) => !unset.has(formatPath(fault.path)))];
  return { raw, data: parsed.data, faults, redact: redactor(substitution.values) };
}

function schemaFaults(error: z.ZodError | undefined, data: unknown): PathFault[] {
  const faults = (error?.issues ?? []).flatMap((issue) => pathFaults(issue));
  return [...faults, ...faults.flatMap((fault) => commonFaults(fault, data))];
}

/** A source of an unknown extractor is still held against what all sources have in common. */
function commonFaults(fault: PathFault, data: unknown): PathFault[] {
  const [area, id, key] = fault.path;
  if (area !== "sources" || key !== "extractor" || fault.path.length !== 3) return [];
  const source = (data as { sources: Readonly<Record<string, unknown>> }).sources[String(id)];
  const { error } = anySource().omit({ extractor: true }).safeParse(source, { error: explainIssue });
  return (error?.issues ?? []).flatMap((issue) => pathFaults(issue, fault.path.slice(0, 2)));
}

/** The text of a recipe, as it stands in the file. Throws UserError where it cannot be read. */
export function readRecipe(file: string): string {
  const bytes = readBytes(file);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const remedy = "Save it as UTF-8; backups and exports belong under `sources`";
    throw new UserError({ what: "the recipe is not UTF-8 text", remedy, where: { file }, cause });
  }
}

function readBytes(file: string): Buffer {
  try {
    const size = fs.statSync(file).size;
    if (size <= largestRecipe) return fs.readFileSync(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  const remedy = "Give the path of a recipe; backups and exports belong under `sources`";
  throw new UserError({
    what: `this is no recipe: it is larger than ${largestRecipe >> 20} MiB`,
    remedy,
    where: { file },
  });
}

function unreadable(file: string, cause: unknown): UserError {
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  const where = { file };
  if (code === "ENOENT")
    return new UserError({ what: "there is no such recipe", remedy: whatIsThere(file), where, cause });
  if (code === "EISDIR")
    return new UserError({ what: "this is a folder", remedy: "Give the path of a recipe in it", where, cause });
  const remedy = "Give yourself the right to read it, or give the path of another recipe";
  return new UserError({ what: `the recipe cannot be read (${code})`, remedy, where, cause });
}

/** What may have been meant: a file of nearly that name in that folder. */
function whatIsThere(file: string): string {
  const folder = path.dirname(file);
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => /\.ya?ml$/i.test(name)) : [];
  return `Give the path of a recipe${didYouMean(path.basename(file), names.toSorted())}`;
}
