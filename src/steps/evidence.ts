/** A source's files as `evidence.json` lists them: an archive once, with the members that are read of it. */
import fs from "node:fs";
import type { EvidenceFile } from "../extract/extractor.ts";
import { nameOf } from "../extract/inputs.ts";
import type { Recipe } from "../recipe/recipe.ts";

interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly members?: readonly string[];
}

export function evidenceOf(
  files: readonly EvidenceFile[],
  { folder, redact }: Pick<Recipe, "folder" | "redact">,
): ListedFile[] {
  const listed = new Map<string, ListedFile>();
  for (const { path, name, bytes, sha256, member } of files) {
    if (member === undefined) listed.set(path, { path: name, bytes, sha256 });
    else {
      const archive = listed.get(path) ?? { path: redact(nameOf(path, folder)), bytes: fs.statSync(path).size, sha256 };
      listed.set(path, { ...archive, members: [...(archive.members ?? []), member.name] });
    }
  }
  return [...listed.values()];
}
