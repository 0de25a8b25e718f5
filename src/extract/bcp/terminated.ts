/**
 * Rows of text whose last field ends in a terminator of its own. bcp reads field by field, and a short row takes the next
 * one with it; here a row ends at its terminator, so that damage costs its own row only. A terminator inside a field of text
 * is believed as bcp would, where the fields come out exactly.
 */
import { isAscii } from "node:buffer";
import type { RawValue } from "../../values/codec.ts";
import type { Framed, Framing, Verdict } from "../records/framing.ts";
import type { Field } from "./fields.ts";
import type { Terminator } from "./terminator.ts";

/** Of a row so far: where its values lie, and where the next field begins. */
interface Split {
  readonly ends: [from: number, to: number][];
  start: number;
}

export class TerminatedRows implements Framing {
  readonly #fields: readonly Field[];
  readonly #last: Field;
  /** What ends the last field but one: the last has none of it. */
  readonly #between: Terminator | undefined;
  readonly #isAsciiSuperset: boolean;

  /** `fields`: such as {@link TerminatedRows.fits}. */
  constructor(fields: readonly Field[]) {
    this.#fields = fields;
    this.#last = fields.at(-1) as Field;
    this.#between = fields.at(-2)?.terminator;
    this.#isAsciiSuperset = fields.every(({ fromAscii }) => fromAscii !== undefined);
  }

  /** Do rows of these fields end in what no other field ends in? */
  static fits(fields: readonly Field[]): boolean {
    const row = fields.at(-1)?.terminator;
    if (row === undefined) return false;
    return fields.every((field, index) => {
      const isLast = index === fields.length - 1;
      const isOther = isLast || field.terminator === undefined || !field.terminator.bytes.includes(row.bytes);
      return field.isText && field.prefix === 0 && isOther && (field.terminator?.unit ?? row.unit) === row.unit;
    });
  }

  next(bytes: Buffer, from: number, isFinal: boolean): Framed | undefined {
    const end = this.#rowEnd(bytes, from, from);
    if (end < 0 && !isFinal) return undefined;
    const split: Split = { ends: [], start: from };
    const to = end < 0 ? bytes.length : end;
    if (end < 0 && to - from === 1 && bytes[from] === 0x1a)
      return { length: 1, isEnded: true, verdict: { kind: "skip", rule: "end-of-file mark" } };
    const plain = this.#readAscii(bytes.subarray(from, to));
    if (plain !== undefined) return this.#framed(bytes, from, end, plain);
    const first = this.#advance(split, bytes.subarray(0, to));
    if (first === "exact") return this.#framed(bytes, from, end, this.#verdict(split, bytes, to));
    if (to === from) return this.#framed(bytes, from, end, { kind: "skip", rule: "blank line" });
    const fault = this.#misfit(split, first);
    if (first === "long" || end < 0) return this.#framed(bytes, from, end, fault);
    return this.#join(split, bytes, from, end, isFinal, fault);
  }

  findEnd(bytes: Buffer, from: number): number {
    const end = this.#rowEnd(bytes, from, from);
    return end < 0 ? -1 : end + (this.#last.terminator?.length ?? 0);
  }

  #rowEnd(bytes: Buffer, from: number, at: number): number {
    return this.#last.terminator?.find(bytes, from, at) ?? -1;
  }

  /** Goes on behind a row terminator that stands in a field of text. */
  #join(
    split: Split,
    bytes: Buffer,
    from: number,
    firstEnd: number,
    isFinal: boolean,
    fault: Verdict,
  ): Framed | undefined {
    const alone = () => this.#framed(bytes, from, firstEnd, fault);
    const terminator = this.#last.terminator?.length ?? 0;
    for (let end = firstEnd; ;) {
      // Nothing would tell a row of another width from a first field with a newline in it.
      const spanning = split.ends.length === 0 ? undefined : this.#fields[split.ends.length];
      if (end < 0 || spanning?.holdsNewlines !== true) return alone();
      end = this.#rowEnd(bytes, from, end + terminator);
      if (end < 0 && !isFinal) return undefined;
      const to = end < 0 ? bytes.length : end;
      const reached = this.#advance(split, bytes.subarray(0, to));
      if (reached === "exact") return this.#framed(bytes, from, end, this.#verdict(split, bytes, to));
      if (reached === "long") return alone();
    }
  }

  #framed(bytes: Buffer, from: number, end: number, verdict: Verdict): Framed {
    const to = end < 0 ? bytes.length : end + (this.#last.terminator?.length ?? 0);
    return { length: to - from, isEnded: end >= 0, verdict };
  }

  /** A row of ASCII that comes out exactly: most of all rows, read as one string. */
  #readAscii(body: Buffer): Verdict | undefined {
    if (!this.#isAsciiSuperset || !isAscii(body)) return undefined;
    const text = body.toString("latin1");
    const cells: (RawValue | null)[] = [];
    let at = 0;
    for (const field of this.#fields) {
      const isLast = cells.length === this.#fields.length - 1;
      const end = isLast
        ? text.length
        : field.width === undefined
          ? text.indexOf(field.terminator?.text ?? "", at)
          : at + field.width;
      if (end < at || end > text.length) return undefined;
      cells.push(field.fromAscii?.(text.slice(at, end)) ?? null);
      if (isLast) break;
      at = end + (field.terminator?.length ?? 0);
    }
    return this.#between !== undefined && text.includes(this.#between.text, at) ? undefined : { kind: "row", cells };
  }

  /** Splits as far as `bytes` go, which end where a row may end. */
  #advance(split: Split, bytes: Buffer): "exact" | "short" | "long" {
    while (split.ends.length < this.#fields.length - 1) {
      const field = this.#fields[split.ends.length] as Field;
      const length = field.terminator?.length ?? 0;
      const to =
        field.width === undefined ? (field.terminator?.find(bytes, split.start) ?? -1) : split.start + field.width;
      if (to < 0 || to + length > bytes.length) return "short";
      split.ends.push([split.start, to]);
      split.start = to + length;
    }
    return this.#between !== undefined && this.#between.find(bytes, split.start) >= 0 ? "long" : "exact";
  }

  #misfit({ ends }: Split, width: "short" | "long"): Verdict {
    const expected = this.#fields.length;
    const has =
      width === "short" ? `it has ${ends.length + 1} of ${expected} fields` : `it has more than ${expected} fields`;
    return { kind: "fault", reason: has };
  }

  #verdict({ ends, start }: Split, bytes: Buffer, to: number): Verdict {
    const cells: (RawValue | null)[] = [];
    for (const [index, field] of this.#fields.entries()) {
      const [begin, end] = ends[index] ?? [start, to];
      const cell = field.cell(bytes.subarray(begin, end));
      if (cell === undefined)
        return { kind: "fault", reason: `${field.name === "" ? `field ${index + 1}` : field.name} is ${field.fault}` };
      cells.push(cell);
    }
    return { kind: "row", cells };
  }
}
