/** A source's files as `evidence.json` lists them: an archive once, with the members that are read of it. */
import fs from "node:fs";
import type { EvidenceFile } from "../extract/extractor.ts";
import { nameOf } from "../extract/inputs.ts";
import type { Recipe } from "../recipe/recipe.ts";

interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** When its data last equalled production, where it says so by itself: ISO 8601, UTC. */
  readonly asOf?: string;
  readonly members?: readonly string[];
  /** The same of its members. */
  readonly memberTimes?: Readonly<Record<string, string>>;
}

export function evidenceOf(
  files: readonly EvidenceFile[],
  { folder, redact }: Pick<Recipe, "folder" | "redact">,
): ListedFile[] {
  const listed = new Map<string, ListedFile>();
  for (const { path, name, bytes, sha256, member, asOf } of files) {
    const time = asOf === undefined ? undefined : new Date(asOf).toISOString();
    if (member === undefined)
      listed.set(path, { path: name, bytes, sha256, ...(time === undefined ? {} : { asOf: time }) });
    else {
      const archive = listed.get(path) ?? { path: redact(nameOf(path, folder)), bytes: fs.statSync(path).size, sha256 };
      const times = time === undefined ? {} : { memberTimes: { ...archive.memberTimes, [member.name]: time } };
      listed.set(path, { ...archive, members: [...(archive.members ?? []), member.name], ...times });
    }
  }
  return [...listed.values()];
}
