/** What the options of all extractors over files have in common. */
import { z } from "zod";

const oneOrMore = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** For a strict object: `z.strictObject({ ...fileOptions, … })`. */
export const fileOptions = {
  path: oneOrMore.describe(
    "The files: a path or a pattern with * and ?, or a list of them, relative to the recipe. Plain or compressed (gzip, bzip2, zstd), or in zip archives.",
  ),
  members: oneOrMore
    .optional()
    .describe(
      "Which members of zip archives are read: a pattern, or a list of them, on a member's whole path; * and ? stop at slashes, ** does not. Default: every file of what is called .zip.",
    ),
};

interface FileOptions {
  readonly path: string | readonly string[];
  readonly members?: string | readonly string[] | undefined;
}

/** For an extractor with {@link fileOptions}: `defineExtractor({ …, ...overFiles, … })`. */
export const overFiles = {
  inputs: ({ path }: FileOptions): readonly string[] => [path].flat(),
  members: ({ members }: FileOptions): readonly string[] | "all" => (members === undefined ? "all" : [members].flat()),
};
