/** Where an incident is replayed from: its directory, or a bag. */
import fs from "node:fs";
import path from "node:path";
import type { Digest } from "../files/digest.ts";
import { layoutOf, recipeThatRan } from "../incident.ts";
import type { Environment } from "../recipe/environment.ts";
import { withCatalog } from "../stage/catalog.ts";
import { isBag, payload, placeBelow, readDescription } from "./bag/layout.ts";
import type { BagDescription } from "./bag/layout.ts";
import type { LocatedFile } from "./evidence-check.ts";
import { placeOf, recordedFiles } from "./recorded.ts";
import { linkFile } from "./scratch.ts";
import type { Scratch } from "./scratch.ts";

export interface Origin {
  /** The incident's directory; absolute. */
  readonly directory: string;
  readonly files: readonly LocatedFile[];
  /** Makes its files ready; returns where the recipe lies then, and which of its paths lead elsewhere. */
  place(scratch: Scratch): { readonly recipe: string; readonly moved?: Readonly<Record<string, string>> };
}

/** `directory`: an incident's, or a bag that was verified. Throws UserError where it is neither. */
export function originOf(directory: string, environment: Environment): Origin {
  return isBag(directory) ? bagOrigin(directory, environment) : incidentOrigin(directory, environment);
}

function incidentOrigin(directory: string, environment: Environment): Origin {
  const { file: recipe } = recipeThatRan(directory);
  const text = withCatalog(layoutOf(directory).catalog, (catalog) => catalog.state("recipeInputs"));
  const inputs = JSON.parse(text ?? "[]") as ({ readonly path: string } & Digest)[];
  const at = { directory, folder: path.dirname(recipe), environment };
  const files = recordedFiles(directory, inputs).map((each) => ({ ...each, ...placeOf(each, at) }));
  return { directory, files, place: () => ({ recipe }) };
}

function bagOrigin(bag: string, environment: Environment): Origin {
  const description = readDescription(bag);
  const directory = path.join(bag, payload.incident);
  for (const name of Object.values(description.moved)) placeBelow(description, name);
  const files = recordedFiles(directory, description.inputs).map((each) => {
    if (each.isCaptured) return { ...each, ...placeOf(each, { directory, folder: bag, environment }) };
    return { ...each, isDated: true, ...inBagOrRecorded(bag, description, each, environment) };
  });
  return {
    directory,
    files,
    place(scratch) {
      for (const each of files)
        if (!each.isCaptured) placeFile(each, path.join(scratch.files, placeBelow(description, each.path)));
      const recipe = path.join(scratch.files, description.recipe);
      fs.mkdirSync(path.dirname(recipe), { recursive: true });
      return { recipe, moved: description.moved };
    },
  };
}

function inBagOrRecorded(
  bag: string,
  description: BagDescription,
  each: { readonly path: string; readonly isCaptured: boolean },
  environment: Environment,
): { readonly file: string; readonly unset: readonly string[] } {
  const packed = path.join(bag, payload.files, placeBelow(description, each.path));
  if (fs.existsSync(packed)) return { file: packed, unset: [] };
  const folder = path.resolve(description.root, path.dirname(description.recipe));
  return placeOf(each, { directory: bag, folder, environment });
}

/** A file whose time counts, and that lost it on its way, is copied and has it again. */
function placeFile({ file, modified }: LocatedFile, to: string): void {
  if (fs.existsSync(to)) return;
  if (modified === undefined || Math.floor(fs.statSync(file).mtimeMs) === modified) {
    linkFile(file, to);
    return;
  }
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(file, to);
  // Half a millisecond: what is rounded on the way stays in the same one.
  const seconds = (modified + 0.5) / 1000;
  fs.utimesSync(to, seconds, seconds);
}
