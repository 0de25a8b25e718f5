/** Where lines end in the bytes of a file, and records of one length. */
import type { Framed, Framing, Verdict } from "../records/framing.ts";

/** What a record is; called once for each, in their order. `body`: without what ends it. */
export type Judge = (body: Buffer) => Verdict;

export interface Line {
  readonly body: Buffer;
  /** With its newline. */
  readonly length: number;
  readonly isEnded: boolean;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** How newlines look in an encoding. In all but UTF-16 the byte of a line feed is never part of another character. */
export class LineFinder {
  readonly #unit: 1 | 2;
  /** Which byte of a unit is not zero in ASCII. */
  readonly #low: 0 | 1;

  constructor(encoding: string) {
    this.#unit = /^(?:utf-?16|ucs-?2)/i.test(encoding) ? 2 : 1;
    this.#low = this.#unit === 2 && /be$/i.test(encoding) ? 1 : 0;
  }

  /** The line at `from`; undefined where it may go on. */
  line(bytes: Buffer, from: number, isFinal: boolean): Line | undefined {
    const end = this.findEnd(bytes, from);
    if (end < 0 && !isFinal) return undefined;
    const to = end < 0 ? bytes.length : end - this.#unit;
    const body = end >= 0 && this.#isUnit(bytes, to - this.#unit, carriageReturn) && to > from ? to - this.#unit : to;
    return { body: bytes.subarray(from, body), length: (end < 0 ? to : end) - from, isEnded: end >= 0 };
  }

  /** Behind the next newline; -1 where there is none. */
  findEnd(bytes: Buffer, from: number): number {
    for (let at = bytes.indexOf(lineFeed, from); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
      const begin = at - this.#low;
      if (begin >= from && (begin - from) % this.#unit === 0 && this.#isUnit(bytes, begin, lineFeed))
        return begin + this.#unit;
    }
    return -1;
  }

  #isUnit(bytes: Buffer, at: number, value: number): boolean {
    if (at < 0 || at + this.#unit > bytes.length || bytes[at + this.#low] !== value) return false;
    return this.#unit === 1 || bytes[at + 1 - this.#low] === 0;
  }
}

export function lineFraming(encoding: string, judge: Judge): Framing {
  const finder = new LineFinder(encoding);
  return {
    next(bytes, from, isFinal): Framed | undefined {
      const line = finder.line(bytes, from, isFinal);
      return line && { length: line.length, isEnded: line.isEnded, verdict: judge(line.body) };
    },
    findEnd: (bytes, from) => finder.findEnd(bytes, from),
  };
}

export function lengthFraming(length: number, judge: Judge): Framing {
  return {
    next(bytes, from, isFinal): Framed | undefined {
      const have = bytes.length - from;
      if (have < length && !isFinal) return undefined;
      if (have >= length) return { length, isEnded: true, verdict: judge(bytes.subarray(from, from + length)) };
      return { length: have, isEnded: false, verdict: shortRest(bytes.subarray(from), length) };
    },
  };
}

/** Newlines and a Ctrl-Z behind the last record are no record. */
function shortRest(rest: Buffer, length: number): Verdict {
  if (rest.every((byte) => byte === lineFeed || byte === carriageReturn || byte === endOfFile)) return endMark;
  return { kind: "fault", reason: `it has ${rest.length} of ${length} bytes` };
}

const endOfFile = 0x1a;
const endMark: Verdict = { kind: "skip", rule: "end-of-file mark" };

/** What is no record in any layout: a number of records at the beginning, blank lines, the Ctrl-Z of DOS. */
export function judgeAfterHeader(header: number, read: Judge): Judge {
  let before = header;
  return (body) => {
    if (before > 0) {
      before--;
      return { kind: "skip", rule: "header" };
    }
    if (body.length === 1 && body[0] === endOfFile) return endMark;
    return isBlank(body) ? { kind: "skip", rule: "blank line" } : read(body);
  };
}

function isBlank(body: Buffer): boolean {
  for (const byte of body) if (byte !== 0x20 && byte !== 0x09 && byte !== 0) return false;
  return true;
}
