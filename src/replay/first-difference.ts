/** Where two files differ first, for people: the line, and both versions of it. */
import fs from "node:fs";
import { firstOf } from "../text.ts";

export interface DifferentLine {
  /** 1-based. */
  readonly line: number;
  readonly recorded: string;
  readonly now: string;
}

const chunkBytes = 1 << 20;
const windowBytes = 2048;
const shownCharacters = 100;
/** What differs stands in what is shown, with this much before it where its line is long. */
const before = 30;
const nearStart = 70;

/** Undefined: they are the same. Null: they differ, and are no texts. Reads both piece by piece. */
export function firstDifference(recorded: string, now: string): DifferentLine | null | undefined {
  const [left, right] = [new Window(recorded), new Window(now)];
  try {
    const found = differs(left, right);
    if (found === undefined) return undefined;
    return textDifference(left, right, found);
  } finally {
    left.close();
    right.close();
  }
}

interface Found {
  /** Of the first byte that differs. */
  readonly offset: number;
  /** Line feeds before it. */
  readonly feeds: number;
}

function differs(left: Window, right: Window): Found | undefined {
  let feeds = 0;
  for (let at = 0; ; at += chunkBytes) {
    const [one, other] = [left.read(at, chunkBytes), right.read(at, chunkBytes)];
    const length = Math.min(one.length, other.length);
    const same = one.equals(other) ? length : sharedLength(one, other);
    for (let feed = one.indexOf(10); feed >= 0 && feed < same; feed = one.indexOf(10, feed + 1)) feeds += 1;
    if (same < length || one.length !== other.length) return { offset: at + same, feeds };
    if (one.length < chunkBytes) return undefined;
  }
}

function sharedLength(one: Buffer, other: Buffer): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) if (one[at] !== other[at]) return at;
  return length;
}

type Encoding = "utf8" | "utf16le";

function textDifference(left: Window, right: Window, { offset, feeds }: Found): DifferentLine | null {
  const mark = left.read(0, 2);
  const encoding: Encoding = mark[0] === 0xff && mark[1] === 0xfe ? "utf16le" : "utf8";
  const from = Math.max(0, offset - windowBytes);
  // A character of UTF-16 begins at an even byte.
  const start = from - (from % 2);
  const [one, other] = [left, right].map((window) => window.read(start, windowBytes * 2)) as [Buffer, Buffer];
  if (encoding === "utf8" && (one.includes(0) || other.includes(0) || !isText(one) || !isText(other))) return null;
  const shared = one.subarray(0, offset - start).toString(encoding);
  const column = shared.length - (shared.lastIndexOf("\n") + 1);
  const isFar = column > nearStart;
  const begin = shared.length - (isFar ? before : column);
  return {
    line: feeds + 1,
    recorded: lineFrom(one.toString(encoding), begin, isFar),
    now: lineFrom(other.toString(encoding), begin, isFar),
  };
}

/** A window may begin and end within a character. */
function isText(bytes: Buffer): boolean {
  const text = bytes.toString("utf8");
  return !text.slice(4, -4).includes("\uFFFD");
}

function lineFrom(text: string, begin: number, isCut: boolean): string {
  const [line = ""] = text.slice(begin).split(/\r?\n/, 1);
  const shown = line.length > shownCharacters ? `${firstOf(line, shownCharacters)}…` : line;
  return isCut ? `…${shown}` : shown;
}

/** A file that is read from where it is asked for. */
class Window {
  readonly #descriptor: number;

  constructor(file: string) {
    this.#descriptor = fs.openSync(file, "r");
  }

  read(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    for (let read = 1; read > 0 && filled < length; filled += read)
      read = fs.readSync(this.#descriptor, buffer, filled, length - filled, offset + filled);
    return buffer.subarray(0, filled);
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }
}
