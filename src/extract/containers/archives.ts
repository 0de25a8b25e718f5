/** Files of a source that are zip archives, put into what they hold. */
import { UserError } from "../../errors.ts";
import type { EvidenceFile } from "../extractor.ts";
import { readRange } from "./plain.ts";
import { expandArchive } from "./zip/archive.ts";

/** How an archive begins: with a member, without any, or split over several files (APPNOTE 4.3). */
const beginnings = [Buffer.from("PK\u0003\u0004"), Buffer.from("PK\u0005\u0006"), Buffer.from("PK\u0007\u0008")];

/** Is it, by its first bytes, a zip archive? A spreadsheet or a bacpac is one too. */
async function isArchive(file: EvidenceFile): Promise<boolean> {
  for await (const { bytes } of readRange(file, 0, 4)) return beginnings.some((beginning) => bytes.equals(beginning));
  return false;
}

/**
 * Archives are expanded into their members, other files left as they are. Without `patterns` an archive is what is called `.zip` and begins as
 * one; with them whatever begins as one. Throws UserError as {@link expandArchive} does, and where `patterns` have nothing to choose from.
 */
export async function expandArchives(
  files: readonly EvidenceFile[],
  patterns: readonly string[] | undefined,
): Promise<EvidenceFile[]> {
  const expanded: EvidenceFile[] = [];
  let archives = 0;
  for (const file of files) {
    const isMeant = (patterns !== undefined || /\.zip$/i.test(file.name)) && (await isArchive(file));
    if (isMeant) archives++;
    expanded.push(...(isMeant ? await expandArchive(file, patterns) : [file]));
  }
  if (patterns !== undefined && archives === 0) throw withoutArchive(files);
  return expanded;
}

function withoutArchive(files: readonly EvidenceFile[]): UserError {
  return new UserError({
    what: "`members` chooses from zip archives, and none of the files is one",
    remedy: "Leave `members` out, or correct `path`",
    ...(files[0] === undefined ? {} : { where: { file: files[0].name } }),
  });
}
