/** Finds the end of what is neither an object, an array nor a string: a number, a word, or no JSON at all. */

/** What a run ends before. Behind the first character, which belongs to it in any case. */
export type RunKind = "element" | "member" | "name" | "file";

const stops: Readonly<Record<Exclude<RunKind, "file">, RegExp>> = {
  element: /[,\]\n]/g,
  member: /[,}\n]/g,
  name: /["{}[\],:\n]/g,
};
/** Between records anything can stand: it goes on to a line that begins as a file of JSON does. */
const nextLine = /\n(?=[{[])/g;

export class Run {
  isClosed = false;
  lines = 0;
  readonly kind: RunKind;
  #isBegun = false;
  #endsInLineFeed = false;

  constructor(kind: RunKind) {
    this.kind = kind;
  }

  /** Reads on from `from`; returns the index behind it, or the text's length where it may go on. */
  scan(text: string, from: number): number {
    const end = this.kind === "file" ? this.#fileEnd(text, from) : this.#end(text, from, stops[this.kind]);
    this.#isBegun = true;
    return end;
  }

  #end(text: string, from: number, stop: RegExp): number {
    stop.lastIndex = this.#isBegun ? from : from + 1;
    const found = stop.exec(text);
    this.isClosed = found !== null;
    return found?.index ?? text.length;
  }

  #fileEnd(text: string, from: number): number {
    if (this.#endsInLineFeed && /^[{[]/.test(text.slice(from, from + 1))) {
      this.isClosed = true;
      return from;
    }
    nextLine.lastIndex = from;
    const found = nextLine.exec(text);
    this.isClosed = found !== null;
    const end = found === null ? text.length : found.index + 1;
    this.lines += countLineFeeds(text, from, end);
    this.#endsInLineFeed = text.charCodeAt(end - 1) === 10;
    return end;
  }
}

function countLineFeeds(text: string, from: number, end: number): number {
  let lines = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
