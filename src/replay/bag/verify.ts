/** Is a bag as it was packed? */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { digestOf } from "../../files/digest.ts";
import { filesBelow } from "../../files/tree.ts";
import { bagFiles } from "./layout.ts";
import { parseManifest } from "./manifest.ts";
import type { ManifestEntry } from "./manifest.ts";

/** A file that is not as the bag's lists say; a SHA-256 is null where there is none. */
interface BagFault {
  readonly path: string;
  readonly what: "changed" | "missing" | "additional";
  readonly recorded: string | null;
  readonly now: string | null;
}

export interface BagCheck {
  /** Files that are as they were packed. */
  readonly unchanged: number;
  readonly faults: readonly BagFault[];
}

/** Throws UserError where lists are missing or damaged, and for a path or a link that leads out of the bag. */
export function verifyBag(bag: string): BagCheck {
  const found = filesBelow(bag);
  refuseLinks(bag, found);
  if (found.includes(bagFiles.declaration)) requireDeclaration(bag);
  const tags = listOf(bag, bagFiles.tagManifest, false);
  const files = listOf(bag, bagFiles.manifest, true);
  const listed = new Set(files.map(({ path: name }) => name));
  const faults = [...tags, ...files].flatMap((entry) => faultOf(bag, entry) ?? []);
  const additional = found
    .filter((name) => name.startsWith("data/") && !listed.has(name))
    .map((name): BagFault => ({
      path: name,
      what: "additional",
      recorded: null,
      now: digestOf(path.join(bag, name)).sha256,
    }));
  return { unchanged: tags.length + files.length - faults.length, faults: [...faults, ...additional] };
}

function faultOf(bag: string, { path: name, sha256: recorded }: ManifestEntry): BagFault | undefined {
  const file = path.join(bag, name);
  if (!fs.existsSync(file)) return { path: name, what: "missing", recorded, now: null };
  const now = digestOf(file).sha256;
  return now === recorded ? undefined : { path: name, what: "changed", recorded, now };
}

function listOf(bag: string, name: string, isPayload: boolean): ManifestEntry[] {
  const file = path.join(bag, name);
  if (fs.existsSync(file)) return parseManifest(fs.readFileSync(file, "utf8"), name, isPayload);
  throw new UserError({
    what: "the bag has no list of its files with their SHA-256",
    where: { file: name },
    remedy: "Take another copy of the bag, as `salvage bag` wrote it",
  });
}

function requireDeclaration(bag: string): void {
  const text = fs.readFileSync(path.join(bag, bagFiles.declaration), "utf8");
  const [, version] = /^\uFEFF?BagIt-Version: (\d+\.\d+)\r?\nTag-File-Character-Encoding: UTF-8\s*$/.exec(text) ?? [];
  if (version === "1.0" || version === "0.97") return;
  throw new UserError({
    what: "this is not how a bag of version 1.0 begins",
    where: { file: bagFiles.declaration },
    remedy: "Take another copy of the bag, as `salvage bag` wrote it",
  });
}

/** A bag is nothing but files and folders: what a link shows is not in it. */
function refuseLinks(bag: string, found: readonly string[]): void {
  const other = found.find((name) => !fs.lstatSync(path.join(bag, name)).isFile());
  if (other === undefined) return;
  throw new UserError({
    what: "this is a link, or no file, and may lead out of the bag",
    where: { file: other },
    remedy: "Do not trust this bag; have it packed again, or put the file itself there",
  });
}
