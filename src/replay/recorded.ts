/** What an incident says it was made of: `evidence.json`, and the recipe's own files. */
import fs from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Environment } from "../recipe/environment.ts";
import type { RecipeInput } from "../steps/recipe-inputs.ts";

/** A file that the incident was made of. */
export interface RecordedFile {
  /** Undefined: it belongs to the recipe (schema, a rule, an extractor). */
  readonly source: string | undefined;
  /** As it was recorded: relative to the recipe's folder; of what was captured, to the incident's directory. */
  readonly path: string;
  readonly sha256: string;
  /** Its modification time, where that says what its rows are of: milliseconds since 1970, UTC. */
  readonly modified: number | undefined;
  /** It is the incident's own: what a server or a program said. */
  readonly isCaptured: boolean;
}

const evidence = z.array(
  z.object({ source: z.string(), path: z.string(), sha256: z.string(), asOf: z.string().optional() }),
);

/** Throws UserError where nothing ran here to its end. */
export function recordedFiles(directory: string, inputs: readonly RecipeInput[]): RecordedFile[] {
  const layout = layoutOf(directory);
  if (!fs.existsSync(layout.evidence) || !fs.existsSync(layout.summary))
    throw new UserError({
      what: "no run came to its end here: evidence.json or summary.json is missing",
      where: { file: directory },
      remedy: "Run `salvage run RECIPE` first",
    });
  const isDated = sourcesDatedByFiles(fs.readFileSync(layout.recipe, "utf8"));
  const ofSources = readEvidence(layout.evidence).map(({ source, path: name, sha256, asOf }) => ({
    source,
    path: name,
    sha256,
    modified: asOf !== undefined && isDated.has(source) ? Date.parse(asOf) : undefined,
    isCaptured: name.startsWith(`${layout.captured(source).shown}/`),
  }));
  const ofRecipe = inputs.map(({ path: name, sha256 }) => ({
    source: undefined,
    path: name,
    sha256,
    modified: undefined,
    isCaptured: false,
  }));
  return [...ofSources, ...ofRecipe];
}

function readEvidence(file: string): z.infer<typeof evidence> {
  const { data, error } = evidence.safeParse(jsonOf(fs.readFileSync(file, "utf8")));
  if (data !== undefined) return data;
  throw new UserError({
    what: "the list of the evidence is none that salvage wrote",
    where: { file },
    remedy: "Put it back from a copy, or run the recipe again",
    cause: error,
  });
}

/** Undefined for a text that is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sources whose files are of the times at which they were last written. */
function sourcesDatedByFiles(recipeText: string): ReadonlySet<string> {
  const recipe = parseDocument(recipeText, { logLevel: "silent" }).toJS() as {
    readonly sources?: Readonly<Record<string, { readonly asOf?: { readonly modified?: unknown } } | null>>;
  } | null;
  const sources = Object.entries(recipe?.sources ?? {});
  return new Set(sources.flatMap(([id, source]) => (source?.asOf?.modified === true ? id : [])));
}

const reference = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The path of a recorded file with the values of variables; `unset`: those that it needs and that have none. */
export function placeOf(
  { path: name, isCaptured }: Pick<RecordedFile, "path" | "isCaptured">,
  at: { readonly directory: string; readonly folder: string; readonly environment: Environment },
): { readonly file: string; readonly unset: readonly string[] } {
  if (isCaptured) return { file: path.resolve(at.directory, name), unset: [] };
  const unset: string[] = [];
  const plain = name.replaceAll(reference, (whole, variable: string) => {
    const value = Object.hasOwn(at.environment, variable) ? at.environment[variable] : undefined;
    if (value === undefined) unset.push(variable);
    return value ?? whole;
  });
  return { file: path.resolve(at.folder, plain), unset };
}
