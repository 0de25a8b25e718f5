/** What goes into a bag: the incident but for its staging, and the files that it was made of. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { byCodeUnits, filesBelow } from "../../files/tree.ts";
import { layoutOf, openIncident } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { Environment } from "../../recipe/environment.ts";
import { withCatalog } from "../../stage/catalog.ts";
import { lockDirectory } from "../../stage/lock.ts";
import { recipeInputs } from "../../steps/recipe-inputs.ts";
import type { RecipeInput } from "../../steps/recipe-inputs.ts";
import { placeOf, recordedFiles } from "../recorded.ts";
import type { RecordedFile } from "../recorded.ts";
import { describeBag, payload, placeBelow } from "./layout.ts";
import { movedPaths } from "./moved.ts";
import { writeBag } from "./write.ts";
import type { BagContent, WrittenBag } from "./write.ts";

interface BagOptions {
  /** The incident's directory; absolute. */
  readonly directory: string;
  /** Where the bag is to be; absolute. Undefined: beside the others in `folder`, by the incident's name. */
  readonly to: string | undefined;
  /** Absolute. */
  readonly folder: string;
  readonly withEvidence: boolean;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

export interface BagReport extends WrittenBag {
  /** Absolute. */
  readonly bag: string;
  readonly incident: string;
  readonly withEvidence: boolean;
  /** Files of the evidence that are in it, and that are not. */
  readonly packed: number;
  readonly left: number;
}

/**
 * Packs an incident, which is only read. Throws UserError where nothing has run to its end, evidence is not what was read, or
 * something lies where the bag is to be.
 */
export async function bagIncident(options: BagOptions): Promise<BagReport> {
  const { directory, withEvidence, environment, signal } = options;
  const incident = await openIncident({ directory, environment, signal, offline: true });
  const to = options.to ?? path.join(options.folder, `${incident.recipe.incident}.bag`);
  refuseInside(directory, to);
  const unlock = lockIfWritable(directory);
  try {
    const inputs = recordedInputs(incident);
    const recorded = recordedFiles(directory, inputs).filter(({ isCaptured }) => !isCaptured);
    const evidence = new Set(recorded.flatMap(({ source, path: name }) => (source === undefined ? [] : name)));
    const chosen = withEvidence ? recorded : recorded.filter(({ path: name }) => !evidence.has(name));
    const root = rootOf(incident, recorded);
    const recipe = slashed(path.relative(root, incident.recipe.file));
    const description = { root: slashed(root), recipe, moved: movedPaths(incident), inputs, withEvidence };
    const files = filesFor(incident, recipe, chosen, environment);
    const contents = [
      { path: payload.description, from: { text: describeBag(description) } },
      ...incidentContents(directory),
      ...files,
    ].toSorted((left, right) => byCodeUnits(left.path, right.path));
    const written = writeBag(to, incident.recipe.incident, contents, signal);
    const packed = withEvidence ? evidence.size : 0;
    return {
      bag: to,
      incident: incident.recipe.incident,
      withEvidence,
      packed,
      left: evidence.size - packed,
      ...written,
    };
  } finally {
    unlock();
  }
}

/** What the last run recorded; of an incident of an earlier version, as it is now. */
function recordedInputs(incident: Incident): RecipeInput[] {
  const text = withCatalog(layoutOf(incident.directory).catalog, (catalog) => catalog.state("recipeInputs"));
  return text === undefined ? recipeInputs(incident) : (JSON.parse(text) as RecipeInput[]);
}

/** The deepest folder that holds all of it, by the paths as they are recorded. */
function rootOf({ recipe }: Incident, recorded: readonly RecordedFile[]): string {
  const folders = [recipe.folder, ...recorded.map((each) => path.dirname(path.resolve(recipe.folder, each.path)))];
  return folders.reduce((root, folder) => {
    let shared = root;
    while (folder !== shared && !folder.startsWith(shared.endsWith(path.sep) ? shared : shared + path.sep))
      shared = path.dirname(shared);
    return shared;
  });
}

function slashed(file: string): string {
  return file.split(path.sep).join("/");
}

function filesFor(
  { recipe: { folder }, directory }: Incident,
  recipe: string,
  chosen: readonly RecordedFile[],
  environment: Environment,
): BagContent[] {
  const contents = new Map<string, BagContent>();
  for (const each of chosen) {
    const { file, unset } = placeOf(each, { directory, folder, environment });
    if (!fs.existsSync(file)) throw notThere(each, file, unset);
    const place = `${payload.files}/${placeBelow({ recipe }, each.path)}`;
    contents.set(place, { path: place, from: file, sha256: each.sha256 });
  }
  return [...contents.values()];
}

function notThere({ path: name, source, sha256 }: RecordedFile, file: string, unset: readonly string[]): UserError {
  const variables = unset.length === 0 ? "" : `Set ${unset.join(", ")} as for the run. `;
  return new UserError({
    what: `the file is not there; its SHA-256 was ${sha256}`,
    where: { file: unset.length === 0 ? file : name, ...(source === undefined ? {} : { source }) },
    remedy: `${variables}Put it back, or pack the incident with --without-evidence`,
  });
}

function incidentContents(directory: string): BagContent[] {
  const layout = layoutOf(directory);
  const { recipe, evidence, decisions, summary, maskKey, journal, drill, applied } = layout;
  const single = [recipe, evidence, decisions, summary, maskKey, journal, drill, applied];
  const folders = [layout.members, layout.out, layout.report, path.join(directory, "evidence", "captured")];
  const all = [
    ...single.filter((file) => fs.existsSync(file)),
    ...folders.flatMap((folder) => filesBelow(folder).map((name) => path.join(folder, name))),
  ];
  return all.map((file) => ({ path: `${payload.incident}/${slashed(path.relative(directory, file))}`, from: file }));
}

function refuseInside(directory: string, to: string): void {
  if (path.relative(directory, to).startsWith("..")) return;
  throw new UserError({
    what: "the bag would lie in the incident's own directory",
    where: { file: to },
    remedy: "Name another place with --to",
  });
}

/** Nobody writes to an incident on a medium that can only be read. */
function lockIfWritable(directory: string): () => void {
  const { lock } = layoutOf(directory);
  try {
    fs.accessSync(path.dirname(lock), fs.constants.W_OK);
  } catch {
    return () => {};
  }
  return lockDirectory(directory, lock);
}
