/** Likely encoding of a file whose bytes are not UTF-8 and that does not say: a hint for people, never a decision. */
import { isUtf8 } from "node:buffer";
import { analyse } from "chardet";
import iconv from "iconv-lite";
import { oddness } from "../../values/damage/oddness.ts";
import { readBytes } from "../containers/bytes.ts";
import type { EvidenceFile } from "../extractor.ts";
import { utf8 } from "./utf8.ts";

export interface EncodingGuess {
  /** As iconv-lite names it. */
  readonly encoding: string;
  /** Of the bytes that are not in it, where most of the file is. */
  readonly fallback?: string;
  /** How it was told, with a sample as it reads then. */
  readonly evidence: string;
}

/** Bytes around the first that is no UTF-8: enough words to tell by, few enough to try every page. */
const sampleBytes = 64 * 1024;
const shownCharacters = 24;
/** Where two read equally well, the first is meant: what servers and offices write, then what `bcp -c` and DOS wrote (GOTCHAS 35). */
const singleByte = ["windows-1252", "cp850", "cp437", "windows-1250", "windows-1251", "cp866", "cp852"];
const multiByte = new Set(["shift_jis", "gbk", "big5", "euc-kr", "euc-jp"]);
/** By so much less a later page has to look odd. */
const clearly = 2;
const carriedByte = /[\uDC80-\uDCFF]/u;
const carriedBytes = /[\uDC80-\uDCFF]/gu;
const characters = /[^\0-\x7F\uDC80-\uDCFF]/gu;
/** What a page leaves undefined weighs more than what is merely odd. */
const undefinedWeight = 5;
/** What chardet says with less is a guess of its own. */
const leastConfidence = 60;
const marks = [Buffer.of(0xef, 0xbb, 0xbf), Buffer.of(0xff, 0xfe), Buffer.of(0xfe, 0xff)];

/**
 * Looks at the first `limit` bytes (decompressed). Undefined: a byte order mark says it, or all of them are UTF-8. UTF-16 without its mark is
 * told by the zero bytes of its ASCII characters.
 */
export async function guessEncoding(
  file: EvidenceFile,
  limit: number,
  signal: AbortSignal,
): Promise<EncodingGuess | undefined> {
  let seen = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const { bytes } of readBytes(file)) {
    signal.throwIfAborted();
    const chunk = Buffer.concat([rest, bytes]);
    if (seen === 0) {
      if (marks.some((mark) => chunk.subarray(0, mark.length).equals(mark))) return undefined;
      const wide = unmarkedUtf16(chunk);
      if (wide !== undefined) return wide;
    }
    const whole = wholeCharacters(chunk);
    if (!isUtf8(chunk.subarray(0, whole))) return guessOf(chunk, seen - rest.length);
    rest = Buffer.from(chunk.subarray(whole));
    seen += bytes.length;
    if (seen >= limit) return undefined;
  }
  return rest.length === 0 ? undefined : guessOf(rest, seen - rest.length);
}

/** Without the beginning of a character at the end. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return bytes.length - back;
    if (byte < 0x80) break;
  }
  return bytes.length;
}

function unmarkedUtf16(bytes: Buffer): EncodingGuess | undefined {
  const head = bytes.subarray(0, Math.min(256, bytes.length - (bytes.length % 2)));
  const zeros = [0, 0];
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (head.length < 4 || Math.max(even, odd) < head.length / 4 || Math.min(even, odd) > 0) return undefined;
  const encoding = odd > even ? "utf-16le" : "utf-16be";
  return { encoding, evidence: "every other byte is zero, and there is no byte order mark" };
}

/** `chunk` holds a byte that is no UTF-8; it begins `offset` bytes into the file. */
function guessOf(chunk: Buffer, offset: number): EncodingGuess {
  const first = firstInvalid(chunk);
  const sample = chunk.subarray(Math.max(0, first - 1024), first + sampleBytes);
  const others = withoutUtf8(chunk);
  const encoding = likeliest(others ?? sample);
  const byte = (chunk[first] ?? 0).toString(16).toUpperCase().padStart(2, "0");
  const evidence = `byte ${byte} at offset ${offset + first} is no UTF-8; as ${encoding} it reads "${wordAround(chunk, first, encoding)}"`;
  if (others === undefined) return { encoding, evidence };
  return { encoding: "utf-8", fallback: encoding, evidence: `most of it is UTF-8, but ${evidence}` };
}

/**
 * What is left without the characters that are UTF-8, where most are: several programs may have written one file. In another encoding bytes
 * hardly happen to be characters of UTF-8.
 */
function withoutUtf8(bytes: Buffer): Buffer | undefined {
  const decoder = utf8.decoder();
  const text = decoder.write(bytes) + decoder.end().text;
  const invalid = text.match(carriedBytes)?.length ?? 0;
  const valid = text.match(characters)?.length ?? 0;
  return valid < invalid ? undefined : Buffer.from(utf8.toBytes(text.replaceAll(characters, "")));
}

/** Bytes that do not decode travel as lone surrogates in the project's own decoder. */
function firstInvalid(bytes: Buffer): number {
  const decoder = utf8.decoder();
  const text = decoder.write(bytes) + decoder.end().text;
  return Buffer.byteLength(text.slice(0, text.search(carriedByte)));
}

function likeliest(sample: Buffer): string {
  const wide = analyse(sample).find(({ name, confidence }) => {
    return confidence >= leastConfidence && multiByte.has(name.toLowerCase().replace("gb18030", "gbk"));
  });
  if (wide !== undefined) return wide.name.toLowerCase().replace("gb18030", "gbk");
  const scored = singleByte.map((name) => ({ name, odd: strangeness(iconv.decode(sample, name)) }));
  return scored.reduce((best, next) => (next.odd + clearly <= best.odd ? next : best)).name;
}

/** Box drawing and symbols that no export of names and words is full of count as well as what is odd within a word. */
function strangeness(text: string): number {
  const undefinedBytes = text.match(/[\u0080-\u009F\uFFFD]/g)?.length ?? 0;
  return oddness(text) + undefinedWeight * undefinedBytes + (text.match(/[\u2500-\u25FF¤¦¬±×÷ƒ]/g)?.length ?? 0);
}

function wordAround(bytes: Buffer, at: number, encoding: string): string {
  let [from, to] = [at, at + 1];
  while (at - from < shownCharacters / 2 && !isBreak(bytes[from - 1])) from--;
  while (to - at < shownCharacters / 2 && !isBreak(bytes[to])) to++;
  return iconv.decode(bytes.subarray(from, to), encoding).trim();
}

/** A control, a quote, a comma or a semicolon: the cell ends there. */
function isBreak(byte: number | undefined): boolean {
  return byte === undefined || byte < 0x20 || byte === 0x22 || byte === 0x2c || byte === 0x3b;
}
