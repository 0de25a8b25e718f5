/** Writes a bag: under a temporary name until it is whole. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { madeBy } from "../../report/version.ts";
import { bagFiles, declaration } from "./layout.ts";
import { formatManifest } from "./manifest.ts";

/** A file of the payload. */
export interface BagContent {
  /** Relative to the bag, with forward slashes. */
  readonly path: string;
  /** A file to be copied, by its absolute path; or what is in it. */
  readonly from: string | { readonly text: string };
  /** What it has to be. */
  readonly sha256?: string;
}

export interface WrittenBag {
  /** Of the payload. */
  readonly files: number;
  readonly bytes: number;
}

interface Written {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Throws UserError where something is in its place, and where a file is not what it has to be.
 * @param to absolute
 * @param incident its name
 */
export function writeBag(
  to: string,
  incident: string,
  contents: readonly BagContent[],
  signal: AbortSignal,
): WrittenBag {
  if (fs.lstatSync(to, { throwIfNoEntry: false }) !== undefined)
    throw new UserError({
      what: "there is something already where the bag is to be",
      where: { file: to },
      remedy: "Name another place with --to, or move it",
    });
  fs.mkdirSync(path.dirname(to), { recursive: true });
  const temporary = fs.mkdtempSync(`${to}.`);
  try {
    const written = contents.map((content) => {
      signal.throwIfAborted();
      return writeContent(temporary, content);
    });
    const bytes = written.reduce((sum, each) => sum + each.bytes, 0);
    const info = [
      `External-Identifier: ${incident}`,
      `Bag-Software-Agent: ${madeBy}`,
      `Payload-Oxum: ${bytes}.${written.length}`,
    ];
    const tags = [
      writeText(temporary, bagFiles.declaration, declaration),
      writeText(temporary, bagFiles.info, `${info.join("\n")}\n`),
      writeText(temporary, bagFiles.manifest, formatManifest(written)),
    ];
    writeText(temporary, bagFiles.tagManifest, formatManifest(tags));
    fs.chmodSync(temporary, 0o777 & ~process.umask());
    fs.renameSync(temporary, to);
    return { files: written.length, bytes };
  } catch (error) {
    fs.rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

function writeContent(bag: string, { path: name, from, sha256 }: BagContent): Written {
  if (typeof from !== "string") return writeText(bag, name, from.text);
  const written = copyFile(bag, name, from);
  if (sha256 === undefined || sha256 === written.sha256) return written;
  throw new UserError({
    what: `the file is not what the run read: its SHA-256 is ${written.sha256}, and was ${sha256}`,
    where: { file: from },
    remedy: "Put it back, or run the recipe again; --without-evidence packs the incident without its evidence",
  });
}

const chunkBytes = 1 << 20;

/** With the time at which it was last written, which may say what its rows are of. */
function copyFile(bag: string, name: string, from: string): Written {
  const input = fs.openSync(from, "r");
  try {
    const { atimeMs, mtimeMs } = fs.fstatSync(input);
    const buffer = Buffer.allocUnsafe(chunkBytes);
    const written = writeFile(bag, name, function* pieces() {
      for (let read = 1; read > 0;) {
        read = fs.readSync(input, buffer, 0, chunkBytes, null);
        yield buffer.subarray(0, read);
      }
    });
    fs.utimesSync(path.join(bag, name), atimeMs / 1000, mtimeMs / 1000);
    return written;
  } finally {
    fs.closeSync(input);
  }
}

function writeText(bag: string, name: string, text: string): Written {
  return writeFile(bag, name, () => [Buffer.from(text, "utf8")]);
}

function writeFile(bag: string, name: string, pieces: () => Iterable<Buffer>): Written {
  const file = path.join(bag, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const hash = createHash("sha256");
  const output = fs.openSync(file, "wx");
  let bytes = 0;
  try {
    for (const piece of pieces()) {
      for (let at = 0; at < piece.length;) at += fs.writeSync(output, piece, at);
      hash.update(piece);
      bytes += piece.length;
    }
    fs.fsyncSync(output);
  } finally {
    fs.closeSync(output);
  }
  return { path: name, bytes, sha256: hash.digest("hex") };
}
