/** The record behind a claim, as it stands in its file. */
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { createGunzip } from "node:zlib";
import type { Incident } from "../../incident.ts";
import type { RawRecord } from "../../review/session.ts";
import { printableBytes } from "./text.ts";

/** Lines before and behind the record's first. */
const around = 3;
/** Characters of a line that are shown. */
const longestLine = 2000;
const gzipMark = Buffer.from([0x1f, 0x8b]);

export interface Place {
  /** As staging names the file: relative to the recipe, or to the incident for what was captured. */
  readonly file: string;
  readonly positions: "line" | "row";
  readonly position: number;
}

type Shown = Pick<RawRecord, "lines" | "why">;

export async function readRaw({ recipe, directory }: Incident, place: Place): Promise<Shown> {
  if (place.positions === "row")
    return nothing(
      "It is a row of a database file, which has no lines to show: what was read of it is what it claims.",
    );
  const file = [recipe.folder, directory]
    .map((folder) => path.resolve(folder, place.file))
    .find((candidate) => fs.existsSync(candidate));
  if (file === undefined) return nothing("The file is not where it was when it was read.");
  return { lines: await linesAround(file, place.position), why: undefined };
}

function nothing(why: string): Shown {
  return { lines: [], why };
}

async function linesAround(file: string, position: number): Promise<RawRecord["lines"]> {
  const start = startOf(file);
  const source = fs.createReadStream(file);
  const plain = start.subarray(0, 2).equals(gzipMark) ? source.pipe(createGunzip()) : source;
  const isWide = start[0] === 0xff && start[1] === 0xfe;
  // Latin-1 keeps every byte: what is no UTF-8 is shown as what it is.
  plain.setEncoding(isWide ? "utf16le" : "latin1");
  const lines: { number: number; text: string; isIt: boolean }[] = [];
  let number = 0;
  try {
    for await (const line of readline.createInterface({ input: plain, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (number > position + around) break;
      if (number < position - around) continue;
      const text = isWide ? line : printableBytes(Buffer.from(line, "latin1"));
      lines.push({ number, text: text.slice(0, longestLine), isIt: number === position });
    }
  } finally {
    source.destroy();
  }
  return lines;
}

function startOf(file: string): Buffer {
  const start = Buffer.alloc(2);
  const descriptor = fs.openSync(file, "r");
  try {
    fs.readSync(descriptor, start, 0, start.length, 0);
  } finally {
    fs.closeSync(descriptor);
  }
  return start;
}
