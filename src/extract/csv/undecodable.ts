/** Bytes that the file's encoding does not have: how many records hold some, and what they would be in which encoding. */
import { analyse } from "chardet";
import type { TextChunk } from "../text/decode.ts";
import { findEncoding } from "../text/encodings.ts";

/** Enough to count characters by. */
const sampleBytes = 64 * 1024;
/** Languages of western Europe: chardet tells them apart by single letters, and files come from Windows. */
const western = /^(?:ISO-8859-(?:1|2|9|15)|windows-125[024])$/i;
const windows = "windows-1252";
/** chardet's own measure, of 100; below it says little. */
const fewestPoints = 20;
/** They are told by other marks than bytes, or are what the file was read as. */
const unlikely = /^(?:utf|ascii|iso-2022|iso-8859-8-i)/i;
/** Code pages of the console, which chardet does not know. */
const oemNames = ["cp850", "cp437"];
const shownLength = 40;

export class UndecodableRecords {
  #records = 0;
  #bytes = 0;
  #pieces: Uint8Array[] = [];

  add(raw: Uint8Array): void {
    this.#records++;
    if (this.#bytes >= sampleBytes) return;
    this.#pieces.push(raw.slice(0, sampleBytes));
    this.#bytes += raw.length;
  }

  get count(): number {
    return this.#records;
  }

  /** The sentence for people; `settledBy`: why the file is read in its encoding. */
  describe(encoding: string, settledBy: TextChunk["settledBy"] | undefined): string {
    const records = this.#records === 1 ? "1 record holds" : `${this.#records} records hold`;
    const likely = likelyReading(Buffer.concat(this.#pieces));
    const question = "is the file in another encoding?";
    const hint =
      likely === undefined
        ? question
        : `${question} As ${likely.encoding} they read ${JSON.stringify(likely.example)}: set \`encoding: ${likely.encoding}\`, or \`fallbackEncoding\` if only these records are`;
    return `${records} bytes that are not ${encoding} (${settledBy}): ${hint}`;
  }
}

interface Reading {
  readonly encoding: string;
  readonly example: string;
}

/** The likeliest encoding under which all of the bytes are characters. */
function likelyReading(bytes: Buffer): Reading | undefined {
  const names = analyse(bytes)
    .filter(({ name, confidence }) => confidence >= fewestPoints && !unlikely.test(name))
    .map(({ name }) => (western.test(name) ? windows : name));
  const [first] = [...names, windows].flatMap((encoding) => readAs(bytes, encoding) ?? []);
  const oem = oemNames.flatMap((encoding) => readAs(bytes, encoding) ?? []).find(({ text }) => isAllWords(text));
  const likely = oem !== undefined && (first === undefined || !isAllWords(first.text)) ? oem : first;
  return likely === undefined ? undefined : { encoding: likely.encoding, example: exampleOf(likely.text) };
}

function readAs(bytes: Buffer, encoding: string): { encoding: string; text: string } | undefined {
  try {
    const { decoder, hasUndecodable } = findEncoding(encoding);
    const reader = decoder();
    const text = reader.write(bytes) + reader.end().text;
    return hasUndecodable(text) ? undefined : { encoding, text };
  } catch {
    return undefined;
  }
}

/** Is every character beyond ASCII a letter? Read in the wrong code page many are quotes and frames. */
function isAllWords(text: string): boolean {
  return !/[^\0-\x7F\p{L}\p{M}]/u.test(text);
}

/** The words around the first character beyond ASCII. */
function exampleOf(text: string): string {
  const found = /[\p{L}\p{N} ]*[^\0-\x7F][^\r\n,;\t|"]*/u.exec(text)?.[0] ?? text;
  return found.trim().slice(0, shownLength);
}
