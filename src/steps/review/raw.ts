/** The record behind a claim, as it stands in its file. */
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Incident } from "../../incident.ts";
import type { RawRecord } from "../../review/session.ts";
import { printableBytes } from "./text.ts";

/** Lines before and behind the record's first. */
const around = 3;
/** Characters of a line that are shown. */
const longestLine = 2000;
/** Of a line that goes on and on. */
const longestKept = 1 << 20;
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
  const lines: RawRecord["lines"][number][] = [];
  try {
    for await (const line of linesAround(file, place.position)) lines.push(line);
    return { lines, why: undefined };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { lines, why: `The file cannot be read further: ${error.message}.` };
  }
}

function nothing(why: string): Shown {
  return { lines: [], why };
}

async function* linesAround(file: string, position: number): AsyncGenerator<RawRecord["lines"][number]> {
  const start = startOf(file);
  const isWide = start[0] === 0xff && start[1] === 0xfe;
  let number = 0;
  for await (const line of linesOf(file, start, isWide)) {
    number++;
    if (number > position + around) return;
    if (number < position - around) continue;
    const text = isWide ? line : printableBytes(Buffer.from(line, "latin1"));
    yield { number, text: text.slice(0, longestLine), isIt: number === position };
  }
}

/** Latin-1 keeps every byte: what is no UTF-8 is shown as what it is. A line beyond all measure is told by its beginning. */
async function* linesOf(file: string, start: Buffer, isWide: boolean): AsyncGenerator<string> {
  const source = fs.createReadStream(file);
  // Errors of the file reach the reader through the pipeline.
  const plain = start.subarray(0, 2).equals(gzipMark) ? pipeline(source, createGunzip(), () => undefined) : source;
  plain.setEncoding(isWide ? "utf16le" : "latin1");
  let rest = "";
  for await (const chunk of plain as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = (lines.pop() ?? "").slice(0, longestKept);
    for (const line of lines) yield line.replace(/\r$/, "");
  }
  if (rest !== "") yield rest;
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
