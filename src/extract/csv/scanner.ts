/**
 * Splits delimited text into records and cells, whatever the chunks it comes in. Written for speed (the hot path of every export), and to lose
 * nothing: `raw` of all records put together is the text, NULL stays apart from "", and what is malformed is told as such.
 */
import { longestRecord, tooLong } from "../text/long-record.ts";
import { type Cell, quotedCell, unquotedCell } from "./cell.ts";
import { copyEnd } from "./escapes.ts";
import { type Dialect, type Newline, newlineLength } from "./dialect.ts";

/** Why a line is no record that anything could be read from. */
type PassingRule = "preamble" | "comment" | "blank line" | "end of the data";

export interface CsvRecord {
  /** Empty for a line that is passed over and for a malformed record. */
  readonly cells: readonly Cell[];
  /** The record as it stands in the text, with the newline that ends it. */
  readonly raw: string;
  /** 1-based line where it begins. */
  readonly line: number;
  /** How many lines it takes. */
  readonly lines: number;
  /** Where it begins, in UTF-16 code units from the beginning of the text. */
  readonly at: number;
  /** Does a record delimiter end it? Only the last record, and one that {@link CsvRecord.goesOn}, may lack one. */
  readonly isEnded: boolean;
  readonly passes: PassingRule | undefined;
  /** Why it is malformed. */
  readonly fault: string | undefined;
  /** It is too long to be held: what follows is its next piece. */
  readonly goesOn: boolean;
}

export interface ScannerStart {
  readonly line: number;
  readonly at: number;
  readonly newline: Newline | undefined;
  /** So many lines are passed over first. */
  readonly preamble: number;
}

const fileStart: ScannerStart = { line: 1, at: 0, newline: undefined, preamble: 0 };

export const unclosedQuote = "a quoted cell is not closed";
const textAfterQuote = "text follows the closing quote of a cell";
const tooLongQuote = "a quoted cell runs on for more than 64 Mi characters: only the line where it begins is set aside";
const atDelimiter = -1;
const atTextEnd = 0;
const noCells: readonly Cell[] = [];

interface Outcome {
  readonly passes?: PassingRule;
  readonly fault?: string;
  readonly goesOn?: boolean;
}
const whole: Outcome = {};

export class RecordScanner {
  readonly #dialect: Dialect;
  readonly #quoteCode: number;
  readonly #stopCodes: readonly [delimiter: number, first: number, second: number];
  /** Of an escape outside of quotes; -1: there is none. */
  readonly #escapeCode: number;
  /** Such a delimiter is seen by its one character. */
  readonly #isPlainDelimiter: boolean;
  readonly #spellsEmptyAsNull: boolean;
  #text = "";
  /** Text that came since the last search. */
  #waiting: string[] = [];
  #waitingLength = 0;
  #isFinal = false;
  #isQuoteOpen = false;
  #isInTooLong = false;
  /** Lines of the preamble that are still to come. */
  #preamble: number;
  /** Are there lines to be passed over? */
  #mayPass: boolean;
  readonly #longest: number;
  #newline: Newline | undefined;
  /** Where the current record begins: in `#text`, in the whole text, in lines. */
  #start = 0;
  #at: number;
  #line: number;
  /** What the last search ended at: a delimiter, the end of the text, or a record delimiter of this length. */
  #stop = atTextEnd;

  /** A record of `longest` characters that does not end is handed over in pieces: without a bound one stray quote would draw the rest of a file of any size into memory. */
  constructor(dialect: Dialect, start: ScannerStart = fileStart, longest = longestRecord) {
    this.#dialect = dialect;
    this.#quoteCode = dialect.quote?.charCodeAt(0) ?? -1;
    const record = dialect.recordDelimiter?.charCodeAt(0);
    this.#escapeCode = dialect.bareEscape?.character.charCodeAt(0) ?? -1;
    this.#stopCodes = [dialect.delimiter.charCodeAt(0), record ?? 10, record ?? 13];
    this.#isPlainDelimiter = dialect.delimiter.length === 1 && dialect.recordDelimiter === undefined;
    this.#spellsEmptyAsNull =
      dialect.nulls.size === 1 &&
      dialect.nulls.has("") &&
      dialect.emptyString === undefined &&
      dialect.bareEscape === undefined;
    this.#line = start.line;
    this.#at = start.at;
    this.#newline = start.newline;
    this.#preamble = start.preamble;
    this.#mayPass = start.preamble > 0 || dialect.comment !== undefined;
    this.#longest = longest;
  }

  /** The kind of newline that the text has shown itself to use. */
  get newline(): Newline | undefined {
    return this.#newline;
  }

  /** The records that are complete with this text. They are read as they are asked for: ask for all of them. */
  *write(text: string): Generator<CsvRecord> {
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    // A record that goes on is read anew from its beginning: only when the text has doubled, or it would take n² steps.
    if (this.#waitingLength >= this.#text.length || this.#isInTooLong) yield* this.#scan();
  }

  /** The records that end with the text. An unclosed quote leaves one with the fault {@link unclosedQuote}. */
  *end(): Generator<CsvRecord> {
    this.#isFinal = true;
    yield* this.#scan();
  }

  *#scan(): Generator<CsvRecord> {
    this.#text += this.#waiting.join("");
    this.#waiting = [];
    this.#waitingLength = 0;
    for (let record = this.#next(); record !== undefined; record = this.#next()) yield record;
    this.#text = this.#text.slice(this.#start);
    this.#start = 0;
  }

  #next(): CsvRecord | undefined {
    if (this.#start >= this.#text.length) return undefined;
    if (this.#isInTooLong) return this.#continueTooLong();
    return (this.#mayPass ? this.#passLine() : undefined) ?? this.#readRecord() ?? this.#refuseTooLong();
  }

  /** A line of the preamble, or a comment; undefined where there is none, or not all of it. */
  #passLine(): CsvRecord | undefined {
    const { comment } = this.#dialect;
    const passes = this.#preamble > 0 ? "preamble" : "comment";
    if (passes === "comment" && !this.#text.startsWith(comment ?? "", this.#start)) return undefined;
    const end = this.#findRecordEnd(this.#start);
    if (end === undefined) return undefined;
    if (passes === "preamble") this.#mayPass = --this.#preamble > 0 || comment !== undefined;
    return this.#finish(noCells, end, true, { passes });
  }

  /** Undefined where the record's end is not there yet. */
  #readRecord(): CsvRecord | undefined {
    const cells: Cell[] = [];
    let hasQuotes = this.#escapeCode >= 0;
    this.#isQuoteOpen = false;
    for (let at = this.#start; ; at += this.#dialect.delimiter.length) {
      const isQuoted = this.#text.charCodeAt(at) === this.#quoteCode;
      hasQuotes ||= isQuoted;
      const end = isQuoted ? this.#readQuoted(at, cells) : this.#readUnquoted(at, cells);
      if (end < 0) return this.#malformed();
      at = end;
      if (this.#stop === atDelimiter) continue;
      if (this.#stop === atTextEnd && !this.#isFinal) return undefined;
      const isBlank = end === this.#start && cells.length === 1;
      if (isBlank) return this.#finish(noCells, end + this.#stop, hasQuotes, { passes: "blank line" });
      if (this.#isCopyEnd(end, cells))
        return this.#finish(noCells, end + this.#stop, false, { passes: "end of the data" });
      return this.#finish(cells, end + this.#stop, hasQuotes);
    }
  }

  #isCopyEnd(end: number, cells: readonly Cell[]): boolean {
    const isCopy = this.#dialect.bareEscape?.style === "postgres" && cells.length === 1;
    return isCopy && this.#text.slice(this.#start, end) === copyEnd;
  }

  #readUnquoted(from: number, cells: Cell[]): number {
    const end = this.#findStop(from);
    if (this.#spellsEmptyAsNull) cells.push(from === end ? null : this.#text.slice(from, end));
    else cells.push(unquotedCell(this.#dialect, this.#text.slice(from, end)));
    return end;
  }

  /** Negative where the quote is not closed, or text follows it. */
  #readQuoted(from: number, cells: Cell[]): number {
    const close = this.#findClosingQuote(from + 1);
    this.#isQuoteOpen = close < 0;
    if (close < 0) return -1;
    const end = close + 1;
    this.#stop = end === this.#text.length ? atTextEnd : this.#stopAt(end);
    if (this.#stop === atTextEnd && !this.#mayStillStop(end)) return -1;
    cells.push(quotedCell(this.#dialect, this.#text.slice(from + 1, close)));
    return end;
  }

  /** Is what follows the beginning of a delimiter that the text cuts in two? */
  #mayStillStop(at: number): boolean {
    if (at === this.#text.length) return true;
    if (this.#isFinal) return false;
    const { delimiter, recordDelimiter = "\r\n" } = this.#dialect;
    const rest = this.#text.slice(at, at + Math.max(delimiter.length, recordDelimiter.length));
    return at + rest.length === this.#text.length && (delimiter.startsWith(rest) || recordDelimiter.startsWith(rest));
  }

  #findClosingQuote(from: number): number {
    const { quote = "", escape } = this.#dialect;
    if (escape !== quote) return this.#findUnescapedQuote(from);
    let close = this.#text.indexOf(quote, from);
    while (close >= 0 && this.#text.charCodeAt(close + 1) === this.#quoteCode)
      close = this.#text.indexOf(quote, close + 2);
    return close;
  }

  #findUnescapedQuote(from: number): number {
    const escapeCode = this.#dialect.escape?.charCodeAt(0) ?? -1;
    for (let at = from; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === this.#quoteCode) return at;
      if (code === escapeCode) at++;
    }
    return -1;
  }

  #findStop(from: number): number {
    return this.#escapeCode < 0 ? this.#findPlainStop(from) : this.#findUnescapedStop(from);
  }

  /** What follows an escape ends nothing. */
  #findUnescapedStop(from: number): number {
    for (let at = from; at < this.#text.length; at++) {
      if (this.#text.charCodeAt(at) === this.#escapeCode) {
        at++;
        continue;
      }
      this.#stop = this.#stopAt(at);
      if (this.#stop !== atTextEnd) return at;
    }
    this.#stop = atTextEnd;
    return this.#text.length;
  }

  #findPlainStop(from: number): number {
    const text = this.#text;
    const [delimiter, first, second] = this.#stopCodes;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== delimiter && code !== first && code !== second) continue;
      this.#stop = code === delimiter && this.#isPlainDelimiter ? atDelimiter : this.#stopAt(at);
      if (this.#stop !== atTextEnd) return at;
    }
    this.#stop = atTextEnd;
    return text.length;
  }

  /** The record delimiter goes first: in `a|b||\n` with `|` and `|\n` both begin alike. */
  #stopAt(at: number): number {
    const length = this.#recordDelimiterLength(at);
    if (length > 0) return length;
    return this.#text.startsWith(this.#dialect.delimiter, at) ? atDelimiter : atTextEnd;
  }

  #recordDelimiterLength(at: number): number {
    const { recordDelimiter } = this.#dialect;
    if (recordDelimiter !== undefined) return this.#text.startsWith(recordDelimiter, at) ? recordDelimiter.length : 0;
    const length = newlineLength(this.#text, at, this.#newline, this.#isFinal);
    if (length > 0) this.#newline ??= this.#text.slice(at, at + length) as Newline;
    return length;
  }

  #malformed(): CsvRecord | undefined {
    if (this.#isQuoteOpen) return this.#isFinal ? this.#unclosed() : undefined;
    const end = this.#findRecordEnd(this.#start);
    return end === undefined ? undefined : this.#finish(noCells, end, true, { fault: textAfterQuote });
  }

  #unclosed(): CsvRecord {
    this.#stop = atTextEnd;
    return this.#finish(noCells, this.#text.length, true, { fault: unclosedQuote });
  }

  /** The end of the line, quotes disregarded. */
  #findRecordEnd(from: number): number | undefined {
    for (let at = this.#findStop(from); this.#stop !== atTextEnd; at = this.#findStop(at + 1))
      if (this.#stop !== atDelimiter) return at + this.#stop;
    return this.#isFinal ? this.#text.length : undefined;
  }

  #refuseTooLong(): CsvRecord | undefined {
    if (this.#isFinal || this.#text.length - this.#start < this.#longest) return undefined;
    const lineEnd = this.#isQuoteOpen ? this.#findRecordEnd(this.#start) : undefined;
    this.#isQuoteOpen = false;
    if (lineEnd !== undefined) return this.#finish(noCells, lineEnd, true, { fault: tooLongQuote });
    this.#isInTooLong = true;
    return this.#cutPiece();
  }

  /** The next piece of a record that is too long: its end is the end of the line, quotes disregarded. */
  #continueTooLong(): CsvRecord | undefined {
    const end = this.#findRecordEnd(this.#start);
    if (end === undefined) return this.#cutPiece();
    this.#isInTooLong = false;
    return this.#finish(noCells, end, true, { fault: tooLong });
  }

  /** All of the text but for what may be the beginning of a record delimiter, and no half of a character. */
  #cutPiece(): CsvRecord | undefined {
    const { recordDelimiter = "\r\n" } = this.#dialect;
    let end = this.#text.length - recordDelimiter.length + 1;
    if (isHighSurrogate(this.#text.charCodeAt(end - 1))) end--;
    if (end <= this.#start) return undefined;
    this.#stop = atTextEnd;
    return this.#finish(noCells, end, true, { fault: tooLong, goesOn: true });
  }

  #finish(cells: readonly Cell[], end: number, mayHoldNewlines: boolean, outcome: Outcome = whole): CsvRecord {
    const raw = this.#text.slice(this.#start, end);
    const lines = mayHoldNewlines || this.#newline !== "\n" ? this.#countLines(raw) : 1;
    const record: CsvRecord = {
      cells,
      raw,
      line: this.#line,
      lines,
      at: this.#at,
      isEnded: this.#stop > 0,
      passes: outcome.passes,
      fault: outcome.fault,
      goesOn: outcome.goesOn === true,
    };
    this.#start = end;
    this.#at += raw.length;
    this.#line += lines;
    return record;
  }

  #countLines(raw: string): number {
    const newline = this.#newline === "\r" ? "\r" : "\n";
    let lines = 0;
    for (let at = raw.indexOf(newline); at >= 0; at = raw.indexOf(newline, at + 1)) lines++;
    return lines;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
