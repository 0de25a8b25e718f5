/** Which records came nearest to a pattern that matched none, and where they part. */
import { compileGrok, type OwnPatterns } from "../events/grok.ts";
import type { Pattern } from "../events/patterns.ts";
import { splitPattern } from "./split-pattern.ts";

/** Of the records that match no pattern, so many are looked at. */
const mostLooks = 1000;
const mostShown = 3;
const shownLength = 100;
/** A record that fits so much of a pattern nearly matches. */
const nearShare = 0.75;

interface Miss {
  readonly place: string;
  readonly text: string;
  /** How many parts of the pattern fit. */
  readonly fitting: number;
  /** Where in the text they end. */
  readonly end: number;
}

export class NearMisses {
  readonly #parts: readonly string[];
  readonly #own: OwnPatterns;
  readonly #prefixes = new Map<number, Pattern | undefined>();
  #misses: Miss[] = [];
  #looks = 0;
  #near = 0;

  constructor(source: string, own: OwnPatterns) {
    this.#parts = splitPattern(source);
    this.#own = own;
  }

  /** Enough were looked at. */
  get isFull(): boolean {
    return this.#looks >= mostLooks;
  }

  /** How many of those that were looked at fit three quarters of the pattern or more. */
  get near(): number {
    return this.#near;
  }

  look(text: string, place: () => string): void {
    this.#looks++;
    const fitting = this.#fitting(text);
    if (fitting >= this.#parts.length * nearShare) this.#near++;
    const least = this.#misses.length < mostShown ? 0 : (this.#misses.at(-1)?.fitting ?? 0);
    if (fitting <= least) return;
    const end = this.#prefix(fitting)?.find(text)?.end ?? 0;
    if (end === 0) return;
    this.#misses = [...this.#misses, { place: place(), text, fitting, end }]
      .toSorted((one, other) => other.fitting - one.fitting)
      .slice(0, mostShown);
  }

  /** Sentences for people, the nearest first. */
  describe(): string[] {
    return this.#misses.map(({ place, text, fitting, end }) => {
      const before = this.#parts.slice(0, fitting).join("");
      const next = this.#parts[fitting] ?? "";
      return `${place} fits ${shorten(before, true)} up to ${shorten(text.slice(0, end), true)}, then ${JSON.stringify(next)} does not fit ${shorten(text.slice(end), false)}`;
    });
  }

  /** A text that a longer beginning fits, every shorter one fits. */
  #fitting(text: string): number {
    let [fits, fails] = [0, this.#parts.length];
    while (fails - fits > 1) {
      const middle = (fits + fails) >> 1;
      if (this.#prefix(middle)?.test(text) === true) fits = middle;
      else fails = middle;
    }
    return fits;
  }

  #prefix(length: number): Pattern | undefined {
    if (!this.#prefixes.has(length)) this.#prefixes.set(length, this.#compile(length));
    return this.#prefixes.get(length);
  }

  #compile(length: number): Pattern | undefined {
    return compileGrok(this.#parts.slice(0, length).join(""), this.#own);
  }
}

/** The end of what fits, the beginning of what does not. */
function shorten(text: string, isEnd: boolean): string {
  if (text.length <= shownLength) return JSON.stringify(text);
  return isEnd ? `…${JSON.stringify(text.slice(-shownLength))}` : `${JSON.stringify(text.slice(0, shownLength))}…`;
}
