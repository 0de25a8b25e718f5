/** What lies where in a bag: BagIt (RFC 8493), the incident below `data/incident`, and what it was made of below `data/files`. */
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { UserError } from "../../errors.ts";
import { staysBelow } from "../../files/tree.ts";
import { jsonOf } from "../recorded.ts";

export const bagFiles = {
  declaration: "bagit.txt",
  info: "bag-info.txt",
  manifest: "manifest-sha256.txt",
  tagManifest: "tagmanifest-sha256.txt",
} as const;
export const declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

export const payload = { incident: "data/incident", files: "data/files", description: "data/bag.json" } as const;

const format = 1;

const below = z.string().refine(staysBelow);
const description = z.object({
  format: z.literal(format),
  /** Where `data/files` lay: absolute, with forward slashes. */
  root: z.string(),
  /** The recipe, below that. */
  recipe: below,
  /** By path as the recipe writes it, where that is in the bag, relative to the recipe's folder; only where the two differ. */
  moved: z.record(z.string(), z.string()),
  /** What the recipe is made of besides its sources: schema, rules, extractors; relative to its folder. */
  inputs: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
  /** Are the evidence's files in the bag? */
  withEvidence: z.boolean(),
});

/** `data/bag.json`. */
export type BagDescription = Readonly<z.infer<typeof description>>;

export function describeBag(said: Omit<BagDescription, "format">): string {
  return `${JSON.stringify({ format, ...said }, null, 2)}\n`;
}

/** Throws UserError where it is missing, or of another form. */
export function readDescription(bag: string): BagDescription {
  const file = path.join(bag, payload.description);
  const { data, error } = description.safeParse(
    fs.existsSync(file) ? jsonOf(fs.readFileSync(file, "utf8")) : undefined,
  );
  if (data !== undefined) return data;
  throw new UserError({
    what: "this bag holds no incident, or one that another version of salvage packed",
    where: { file },
    remedy: "Name a bag that `salvage bag` of this version wrote",
    cause: error,
  });
}

/** Also where what tells it has been lost: the rest is then found to be damaged. */
export function isBag(directory: string): boolean {
  return [bagFiles.declaration, payload.description].some((name) => fs.existsSync(path.join(directory, name)));
}

/**
 * Where a file lies below `data/files`, with forward slashes; `name` is relative to the recipe's folder. Throws UserError where
 * that leads out of it.
 */
export function placeBelow({ recipe }: Pick<BagDescription, "recipe">, name: string): string {
  const place = path.posix.join(path.posix.dirname(recipe), name);
  if (staysBelow(place)) return place;
  throw new UserError({
    what: "a path of the bag leads out of it",
    where: { file: name },
    remedy: "Do not trust this bag; have it packed again",
  });
}
