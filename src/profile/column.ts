/** Profiles one column: it is fed cell by cell, and holds no more than a bounded part of what it saw. */
import type { RawValue } from "../values/codec.ts";
import { plainText } from "../values/digits.ts";
import { DateOrderFinder } from "./date-order.ts";
import { Distinct } from "./distinct.ts";
import { type Decision, decideFamily } from "./families.ts";
import type { TextHash } from "./hash.ts";
import { type Kind, kindOf } from "./kinds.ts";
import { LengthStatistics } from "./lengths.ts";
import { MarkFinder } from "./marks.ts";
import type { ColumnProfile } from "./model.ts";
import { NumberStatistics } from "./numbers.ts";
import { signsOf } from "./signs.ts";
import { areCompactDates, sqlTypeOf } from "./sql-type.ts";
import { Tally } from "./tally.ts";

const numberKinds: ReadonlySet<Kind> = new Set(["integer", "decimal", "decimal-comma", "grouped", "scientific"]);
const localKinds: ReadonlySet<Kind> = new Set(["local-date", "local-datetime"]);
const yearFirstKinds: ReadonlySet<Kind> = new Set(["date", "datetime", "datetime-offset"]);
const secondFraction = /:\d{2}[.,](\d+)/;

export class ColumnProfiler {
  readonly name: string;
  readonly #declaredType: string | undefined;
  readonly #distinct: Distinct;
  readonly #hash: TextHash;
  readonly #kinds = new Tally<Kind>();
  readonly #nullWords = new Tally<string>();
  readonly #outerBlanks = new Tally<"outer-blanks">();
  readonly #numbers = new NumberStatistics();
  readonly #dates = new DateOrderFinder();
  readonly #marks = new MarkFinder();
  readonly #lengths = new LengthStatistics();
  #characters = 0;
  #cells = 0;
  #nulls = 0;
  #empty = 0;
  #isAscii = true;
  #secondDigits = 0;
  #earliest: string | undefined;
  #latest: string | undefined;

  /** `capacity`: so many values are held to tell whether all of them differ. */
  constructor(name: string, declaredType: string | undefined, capacity: number, hash: TextHash) {
    this.name = name;
    this.#declaredType = declaredType;
    this.#distinct = new Distinct(capacity);
    this.#hash = hash;
  }

  /** `record` counts from 1. Returns the value's hash; 0 for NULL and the empty string. */
  add(cell: RawValue | null, record: number): number {
    this.#cells++;
    if (cell === null) this.#nulls++;
    else if (cell === "") this.#empty++;
    else return typeof cell === "string" ? this.#addText(cell, record) : this.#addTyped(cell, record);
    return 0;
  }

  /** Of all values so far; of binary ones bytes. */
  get characters(): number {
    return this.#characters;
  }

  profile(): ColumnProfile {
    const decision = this.#decide();
    const [length, range, dateOrder] = [this.#lengths.range, this.#range(decision), this.#dates.evidence];
    const { isUnique } = this.#distinct;
    return {
      name: this.name,
      ...(this.#declaredType === undefined ? {} : { declaredType: this.#declaredType }),
      cells: this.#cells,
      nulls: this.#nulls,
      empty: this.#empty,
      distinct: { count: this.#distinct.count, isExact: this.#distinct.isExact },
      isUnique: isUnique ?? null,
      ...(length === undefined ? {} : { length }),
      kinds: this.#kindCounts(),
      ...(range === undefined ? {} : { range }),
      ...(decision === undefined ? {} : { type: this.#typeOf(decision) }),
      ...(dateOrder === undefined ? {} : { dateOrder }),
      signs: this.#signs(decision),
    };
  }

  #addText(cell: string, record: number): number {
    const hash = this.#note(cell);
    this.#isAscii &&= this.#hash.isAscii;
    this.#marks.add(cell, this.#hash.isAscii, record);
    const trimmed = cell.trim();
    if (trimmed.length !== cell.length) this.#outerBlanks.add("outer-blanks", cell, record);
    this.#addKind(trimmed === "" ? "text" : kindOf(trimmed), cell, record);
    return hash;
  }

  #addTyped(cell: Exclude<RawValue, string>, record: number): number {
    if (cell instanceof Uint8Array) {
      const hash = this.#note(Buffer.from(cell.buffer, cell.byteOffset, cell.length).toString("latin1"));
      this.#kinds.add("binary", "", record);
      this.#lengths.add("", cell.length, record);
      return hash;
    }
    const text = typeof cell === "number" && Number.isFinite(cell) ? plainText(cell) : String(cell);
    const hash = this.#note(text);
    this.#addKind(kindOf(text), text, record);
    return hash;
  }

  #note(text: string): number {
    this.#characters += text.length;
    this.#hash.of(text);
    this.#distinct.add(this.#hash.value);
    return this.#hash.value;
  }

  #addKind(kind: Kind, cell: string, record: number): void {
    this.#kinds.add(kind, cell, record);
    if (kind === "null-word") {
      this.#nullWords.add(cell.trim(), cell, record);
      return;
    }
    this.#lengths.add(cell, kind === "hex" ? (cell.trim().length - 2) / 2 : cell.length, record);
    if (numberKinds.has(kind)) this.#numbers.add(cell, kind, record);
    else if (kind !== "text") this.#addMoment(kind, cell, record);
  }

  #addMoment(kind: Kind, cell: string, record: number): void {
    if (localKinds.has(kind)) this.#dates.add(cell, record);
    if (yearFirstKinds.has(kind) && /^\d{4}-/.test(cell)) this.#widen(cell);
    if (kind !== "time" && !kind.includes("datetime")) return;
    this.#secondDigits = Math.max(this.#secondDigits, secondFraction.exec(cell)?.[1]?.length ?? 0);
  }

  #widen(date: string): void {
    if (this.#earliest === undefined || date < this.#earliest) this.#earliest = date;
    if (this.#latest === undefined || date > this.#latest) this.#latest = date;
  }

  #decide(): Decision | undefined {
    const counts = [...this.#kinds].filter(([kind]) => kind !== "null-word");
    return decideFamily(new Map(counts.map(([kind, { count }]) => [kind, count])));
  }

  #range(decision: Decision | undefined): ColumnProfile["range"] {
    if (decision === undefined || decision.odd > 0) return undefined;
    if (decision.kinds.some((kind) => numberKinds.has(kind))) return this.#numbers.range;
    const isDated = decision.kinds.some((kind) => yearFirstKinds.has(kind));
    if (!isDated || this.#earliest === undefined || this.#latest === undefined) return undefined;
    return { least: this.#earliest, most: this.#latest };
  }

  #typeOf(decision: Decision): string {
    const filled = this.#cells - this.#nulls - this.#empty - this.#kinds.count("null-word");
    const { least = 0, most = 0 } = this.#lengths.range ?? {};
    return sqlTypeOf({
      decision,
      numbers: this.#numbers,
      filled,
      shortest: least,
      longest: most,
      isAscii: this.#isAscii,
      secondDigits: this.#secondDigits,
    });
  }

  #kindCounts(): ColumnProfile["kinds"] {
    const counts = [...this.#kinds].map(([kind, { count }]) => ({ kind, count }));
    return counts.toSorted((left, right) => right.count - left.count || (left.kind < right.kind ? -1 : 1));
  }

  #signs(decision: Decision | undefined): ColumnProfile["signs"] {
    return signsOf({
      name: this.name,
      decision,
      kinds: this.#kinds,
      nullWords: this.#nullWords,
      outerBlanks: this.#outerBlanks.get("outer-blanks"),
      marks: this.#marks.seen,
      numbers: this.#numbers,
      areDates: decision?.family === "integer" && areCompactDates(this.#numbers),
      lengths: this.#lengths,
      dateOrder: this.#dates.evidence,
    });
  }
}
