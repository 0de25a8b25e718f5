/** An archive as the files it holds. */
import type fs from "node:fs/promises";
import { UserError } from "../../../errors.ts";
import type { EvidenceFile } from "../../extractor.ts";
import { openFile } from "../plain.ts";
import { chooseMembers } from "./choose.ts";
import { mostMembers, readDirectory, TooManyMembers } from "./directory.ts";
import type { ZipEntry } from "./entry.ts";
import { walkMembers } from "./walk.ts";

interface Listing {
  readonly entries: readonly ZipEntry[];
  /** What is wrong with the archive as a whole. */
  readonly losses: readonly string[];
}

const shownNames = 8;

/**
 * One file a member, in the order of their names. What cannot be read of the archive is told with the first of them. Throws UserError where
 * no member is meant, where none can be read, and for an archive whose members lie over one another.
 */
export async function expandArchive(
  file: EvidenceFile,
  patterns: readonly string[] | undefined,
): Promise<EvidenceFile[]> {
  const { entries, losses } = await listMembers(file);
  refuseOverlap(file, entries);
  const chosen = chooseMembers(entries, patterns);
  const all = [...losses, ...chosen.losses].map((loss) => `${file.name}: ${loss}`);
  if (chosen.entries.length === 0) throw nothingToRead(file, entries, patterns, [...losses, ...chosen.losses]);
  const taken = new Set(chosen.entries.map(({ name }) => name));
  const seen = new Set<string>();
  return chosen.entries.map((entry, index) => ({
    ...memberFile(file, entry, seen.has(entry.name) ? freeName(entry.name, taken) : entry.name),
    ...(index === 0 && all.length > 0 ? { archiveLosses: all } : {}),
    ...(void seen.add(entry.name), {}),
  }));
}

async function listMembers(file: EvidenceFile): Promise<Listing> {
  const handle = await openFile(file);
  try {
    return await listByDirectory(file, handle);
  } catch (error) {
    if (!(error instanceof TooManyMembers)) throw error;
    throw new UserError({
      what: `the archive has more than ${mostMembers} members`,
      remedy: "Unpack it yourself, and name what comes out in the recipe",
      where: { file: file.name },
    });
  } finally {
    await handle.close();
  }
}

async function listByDirectory(file: EvidenceFile, handle: fs.FileHandle): Promise<Listing> {
  try {
    return { entries: await readDirectory(handle), losses: [] };
  } catch (error) {
    if (error instanceof TooManyMembers) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const loss = `the archive is cut short or damaged, and its members were found by their own headers: others may be missing (${reason})`;
    return { entries: await walkMembers(file, handle), losses: [loss] };
  }
}

/** Members that share their bytes let a small archive hold petabytes (https://www.usenix.org/conference/woot19/presentation/fifield). */
function refuseOverlap(file: EvidenceFile, entries: readonly ZipEntry[]): void {
  let end = 0;
  let before = "";
  for (const { at, start, compressed, name } of entries.toSorted((left, right) => left.at - right.at)) {
    if (at < end)
      throw new UserError({
        what: `the archive's members ${JSON.stringify(before)} and ${JSON.stringify(name)} lie over one another, as in a decompression bomb`,
        remedy: "Fetch the archive anew; if it is meant to be so, unpack it yourself, and name what comes out",
        where: { file: file.name },
      });
    end = Math.max(at + 1, start + compressed);
    before = name;
  }
}

function memberFile(file: EvidenceFile, entry: ZipEntry, label: string): EvidenceFile {
  const { name, start, method, size, crc32, compressed, modified, cut } = entry;
  return {
    path: file.path,
    name: `${file.name}/${label}`,
    bytes: compressed,
    sha256: file.sha256,
    ...(modified === undefined ? {} : { modified }),
    member: { name, start, method, size, crc32, cut },
  };
}

/** A second member of the same name: it keeps its base name, by which tables are told. */
function freeName(name: string, taken: Set<string>): string {
  let number = 2;
  while (taken.has(`(${number})/${name}`)) number++;
  taken.add(`(${number})/${name}`);
  return `(${number})/${name}`;
}

function nothingToRead(
  file: EvidenceFile,
  entries: readonly ZipEntry[],
  patterns: readonly string[] | undefined,
  losses: readonly string[],
): UserError {
  const where = { file: file.name };
  if (losses.length > 0)
    return new UserError({
      what: `nothing of the archive can be read: ${losses.slice(0, shownNames).join("; ")}`,
      remedy: "Fetch it anew, unpack it yourself and name what comes out, or take it out of the recipe",
      where,
    });
  const names = entries.map(({ name }) => name).filter((name) => !name.endsWith("/"));
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : "";
  const holds = names.length === 0 ? "no files" : `${names.slice(0, shownNames).join(", ")}${more}`;
  return new UserError({
    what: `no member of the archive ${patterns === undefined ? "is a file" : `matches ${patterns.join(", ")}`}`,
    remedy: `Correct \`members\`, or take the archive out of the recipe; it holds ${holds}`,
    where,
  });
}
