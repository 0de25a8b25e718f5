/** Where the records of one script go: every one is counted as read, and then staged, skipped or quarantined. */
import type { EvidenceFile, ExtractContext, Locator, RecordDigest, WarningWeight } from "../extractor.ts";
import { hasUndecodable, toBytes } from "../text/decode.ts";
import { LongRecord, tooLong } from "./long-record.ts";

/** Where a script's records are entered. */
export type LedgerContext = Pick<ExtractContext, "read" | "skip" | "quarantine" | "leftover" | "warn">;

export class Ledger {
  readonly file: EvidenceFile;
  readonly #context: LedgerContext;
  /** As the text chunks say it. */
  encoding = "utf-8";
  /** Set once a chunk of the file held bytes that did not decode: only then each record has to be looked at. */
  holdsUndecodable = false;
  /** Of the record that is read, if it is too long to be held. */
  long: LongRecord | undefined;
  /** What was staged or quarantined. */
  #rows = 0;
  /** Rows read that stand in IF blocks or loops, and the line of the first. */
  #conditional = { rows: 0, firstLine: 0 };

  constructor(file: EvidenceFile, context: LedgerContext) {
    this.file = file;
    this.#context = context;
  }

  at(line: number): Locator {
    return { file: this.file, line };
  }

  staged(): void {
    this.#rows++;
    this.#context.read(1);
  }

  /** The record that is read is too long to be held. */
  beginLong(): LongRecord {
    this.long ??= new LongRecord((text) => this.toBytes(text));
    return this.long;
  }

  toBytes(text: string): Uint8Array {
    return toBytes(text, this.encoding);
  }

  skip(rule: string): void {
    this.long = undefined;
    this.#context.read(1);
    this.#context.skip(rule);
  }

  quarantine(text: string, reason: string, line: number): void {
    const { long } = this;
    this.long = undefined;
    if (long !== undefined)
      return this.#setAside(long.close(text), reason.endsWith(tooLong) ? reason : `${tooLong}: ${reason}`, line);
    this.#setAside(this.rawOf(text), reason, line);
  }

  /** Of a long record nothing is kept but its length and hash. */
  quarantineLong(long: LongRecord, reason: string, line: number): void {
    this.#setAside(long.close(""), reason, line);
  }

  #setAside(raw: string | Uint8Array | RecordDigest, reason: string, line: number): void {
    this.#rows++;
    this.#context.read(1);
    this.#context.quarantine(raw, reason, this.at(line));
  }

  /** The text, or the bytes that it stands for where some of them are no text. */
  rawOf(text: string): string | Uint8Array {
    return this.isUndecodable(text) ? toBytes(text, this.encoding) : text;
  }

  isUndecodable(text: string): boolean {
    return this.holdsUndecodable && hasUndecodable(text, this.encoding);
  }

  warn(message: string, line: number, weight: WarningWeight = "note"): void {
    this.#context.warn(message, this.at(line), weight);
  }

  leftover(table: string, fields: readonly string[]): void {
    this.#context.leftover(`${this.file.name}: ${table}`, fields);
  }

  countConditional(line: number): void {
    if (this.#conditional.rows++ === 0) this.#conditional.firstLine = line;
  }

  /** The script was read to its end: what can only be said now. */
  close(): void {
    this.#warnOfConditions();
    if (this.#rows === 0) this.#context.warn("the script holds no INSERT into a target table", { file: this.file });
  }

  /** GOTCHAS 41: what stands under a condition may never have run. */
  #warnOfConditions(): void {
    const { rows, firstLine } = this.#conditional;
    if (rows === 0) return;
    const what = rows === 1 ? "1 row stands" : `${rows} rows stand`;
    this.warn(`${what} under IF, WHILE or CATCH, the first on this line: they may not have run`, firstLine);
  }
}
