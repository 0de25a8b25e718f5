/**
 * Finds the end of one JSON value without reading what it says. It checks as much of the grammar as tells where a record was cut or a quote
 * is stray: then the place from which to read on is the next line that begins as a record does.
 */

import { backslash, closeBrace, closeBracket, colon, comma, lineFeed, openBrace, openBracket, quote } from "./codes.ts";

const deepest = 1000;
const openString = "a string is not closed on its line";
const misplaced = "an object or array begins where none may stand";
const mismatched = "brackets and braces do not match";
const interrupted = "another record begins before it ends";
const tooDeep = `it is nested more than ${deepest} deep`;

/** When a value is left for the next line that begins as it does: never, if it shows a fault, or in any case. */
export type Resumes = "never" | "at fault" | "at once";

/** A line inside of the value at which another record may begin. */
export interface Resumption {
  /** Code units of the value before it. */
  readonly length: number;
  /** Line feeds before it. */
  readonly lines: number;
}

export class Nest {
  /** Why the value is no JSON, as far as its brackets and quotes show. */
  fault: string | undefined;
  isClosed = false;
  /** Line feeds passed. */
  lines = 0;
  /** The first line that begins as the value's own does, and how many there are. */
  resumption: Resumption | undefined;
  resumptions = 0;
  #column: number;
  readonly #resumes: Resumes;
  readonly #closers: number[] = [];
  #beyondDeepest = 0;
  #isInString = false;
  #isEscaped = false;
  /** The last code outside of strings that is no blank; a string counts as its quote. */
  #before = colon;
  /** In the indentation of a line: the column; else -1. */
  #indent = -1;
  #lineStart = 0;
  #length = 0;

  /**
   * @param column where on its line the value begins, where only indentation stands before it; -1: lines tell nothing
   */
  constructor(column: number, resumes: Resumes) {
    this.#column = column;
    this.#resumes = resumes;
  }

  /** Its beginning is handed over: it is read to its end. */
  stay(): void {
    this.#column = -1;
    this.resumption = undefined;
  }

  /** Can the value be left where {@link resumption} says? */
  get mayBeLeft(): boolean {
    return this.#resumes !== "never" && this.resumption !== undefined;
  }

  /** Is it left there? */
  get isLeft(): boolean {
    return this.fault !== undefined && this.mayBeLeft;
  }

  /** Reads on from `from`; returns the index behind the value, or the text's length where more is needed, or where it {@link isLeft}. */
  scan(text: string, from: number): number {
    let at = from;
    while (at < text.length && !this.isClosed && !this.isLeft) {
      if (this.#isInString) at = this.#scanString(text, at);
      else this.#take(text.charCodeAt(at++), at - from);
    }
    this.#length += at - from;
    return at;
  }

  #scanString(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === lineFeed) return this.#breakString(at);
      if (this.#isEscaped) this.#isEscaped = false;
      else if (code === backslash) this.#isEscaped = true;
      else if (code === quote) {
        this.#endString();
        return at + 1;
      }
    }
    return text.length;
  }

  /** A line feed is never part of a string (RFC 8259, section 7). */
  #breakString(at: number): number {
    this.fault ??= openString;
    this.#isEscaped = false;
    this.#endString();
    return at;
  }

  #endString(): void {
    this.#isInString = false;
    this.#before = quote;
    this.isClosed = this.#closers.length === 0;
  }

  /** `passed`: code units of this text that are read with it. */
  #take(code: number, passed: number): void {
    if (code <= 32) this.#takeBlank(code, passed);
    else {
      this.#takeSignificant(code);
      if (this.#indent >= 0) this.#indent = code === comma ? this.#indent + 1 : -1;
    }
  }

  #takeBlank(code: number, passed: number): void {
    if (code === lineFeed) {
      this.lines++;
      this.#indent = 0;
      this.#lineStart = this.#length + passed;
    } else if (this.#indent >= 0) this.#indent++;
  }

  #takeSignificant(code: number): void {
    if (code === quote) this.#isInString = true;
    else if (code === openBrace || code === openBracket) this.#open(code);
    else if (code === closeBrace || code === closeBracket) this.#close(code);
    if (code !== quote) this.#before = code;
  }

  #open(code: number): void {
    if (code === openBrace && this.#indent >= 0 && this.#indent <= this.#column) this.#noteResumption();
    if (!this.#mayOpen()) this.fault ??= misplaced;
    if (this.#closers.length >= deepest) {
      this.fault ??= tooDeep;
      this.#beyondDeepest++;
    } else this.#closers.push(code + 2);
  }

  #noteResumption(): void {
    this.resumption ??= { length: this.#lineStart, lines: this.lines };
    this.resumptions++;
    if (this.#resumes === "at once") this.fault ??= interrupted;
  }

  #mayOpen(): boolean {
    if (this.#before === comma) return this.#closers.at(-1) === closeBracket;
    return this.#before === colon || this.#before === openBracket;
  }

  #close(code: number): void {
    if (this.#beyondDeepest > 0) this.#beyondDeepest--;
    else if (this.#closers.at(-1) === code) this.#closers.pop();
    else this.#closeOther(code);
    this.isClosed = this.#closers.length === 0;
  }

  #closeOther(code: number): void {
    this.fault ??= mismatched;
    const at = this.#closers.lastIndexOf(code);
    if (at >= 0) this.#closers.length = at;
  }
}
