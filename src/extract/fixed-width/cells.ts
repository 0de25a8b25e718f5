/** From the text of a record, or its bytes, to its cells. */
import { isAscii } from "node:buffer";
import type { Verdict } from "../records/framing.ts";
import { type DecodeWhole, wholeDecoder } from "../text/whole.ts";
import { impliedDecimal } from "./amounts.ts";
import type { Layout, Slice } from "./layout.ts";
import type { FixedWidthOptions } from "./options.ts";

/** A record as something that is cut into pieces. */
interface Cuttable {
  readonly length: number;
  /** Undefined where the bytes are no text. */
  cut(from: number, to: number): string | undefined;
  /** Does nothing but padding stand behind there? */
  isBlankFrom(at: number): boolean;
}

const surrogate = /[\uD800-\uDFFF]/;

export class CellReader {
  readonly #layout: Layout;
  readonly #encoding: string;
  readonly #decode: DecodeWhole;
  readonly #isAsciiSuperset: boolean;
  readonly #unit: FixedWidthOptions["unit"];
  readonly #nulls: ReadonlySet<string>;

  constructor(layout: Layout, encoding: string, settings: FixedWidthOptions) {
    this.#layout = layout;
    this.#encoding = encoding;
    const { decode, isAsciiSuperset } = wholeDecoder(encoding);
    this.#decode = decode;
    this.#isAsciiSuperset = isAsciiSuperset;
    this.#unit = settings.unit;
    this.#nulls = new Set([settings.null].flat());
  }

  /** `body`: the record without its newline. */
  read(body: Buffer): Verdict {
    const record = this.#cuttable(body);
    if (record === undefined) return this.#undecodable();
    const problem = this.#misfit(record);
    return problem === undefined ? this.#row(record) : { kind: "fault", reason: problem };
  }

  #cuttable(body: Buffer): Cuttable | undefined {
    if (this.#isAsciiSuperset && isAscii(body)) return textRecord(body.toString("latin1"));
    return this.#unit === "bytes" ? this.#ofBytes(body) : this.#ofText(this.#decode(body));
  }

  #row(record: Cuttable): Verdict {
    const cells: (string | null)[] = [];
    for (const slice of this.#layout.slices) {
      const text = record.cut(slice.from, slice.to);
      if (text === undefined) return this.#undecodable();
      const cell = this.#cell(text, slice);
      if (cell === undefined) {
        const reason = `${slice.name} (${JSON.stringify(text)}) is no number with an implied decimal point`;
        return { kind: "fault", reason };
      }
      cells.push(cell);
    }
    return { kind: "row", cells };
  }

  #cell(text: string, { trim, decimals }: Slice): string | null | undefined {
    const bare = stripped(text, "both");
    if (this.#nulls.has(bare)) return null;
    if (decimals !== undefined) return impliedDecimal(text, decimals) ?? impliedDecimal(bare, decimals);
    return stripped(text, trim);
  }

  #misfit(record: Cuttable): string | undefined {
    const { width, least, gaps = [] } = this.#layout;
    const has = `it has ${record.length} of ${width} ${this.#unit}`;
    if (record.length < least) return `${has}: if only blanks at its end are missing, set \`shortLines: pad\``;
    if (record.length > width && !record.isBlankFrom(width))
      return `it has ${record.length} ${this.#unit} where ${width} are expected`;
    const strayed = gaps.find(
      ({ at, allowed }) => at < record.length && !allowed.includes(record.cut(at, at + 1) ?? ""),
    );
    return strayed === undefined ? undefined : `text stands between the columns, at character ${strayed.at + 1}`;
  }

  #undecodable(): Verdict {
    return { kind: "fault", reason: `it holds bytes that are not ${this.#encoding}` };
  }

  #ofText(text: string | undefined): Cuttable | undefined {
    if (text === undefined) return undefined;
    const isUtf16 = /^utf-?16/i.test(this.#encoding);
    if (isUtf16 || !surrogate.test(text)) return textRecord(text);
    const characters = Array.from(text);
    return {
      length: characters.length,
      cut: (from, to) => characters.slice(from, to).join(""),
      isBlankFrom: (at) => isPadding(characters.slice(at).join("")),
    };
  }

  #ofBytes(body: Buffer): Cuttable {
    return {
      length: body.length,
      cut: (from, to) => this.#decode(body.subarray(from, to)),
      isBlankFrom: (at) => {
        const text = this.#decode(body.subarray(at));
        return text !== undefined && isPadding(text);
      },
    };
  }
}

function textRecord(text: string): Cuttable {
  return {
    length: text.length,
    cut: (from, to) => text.slice(from, to),
    isBlankFrom: (at) => isPadding(text.slice(at)),
  };
}

function isPaddingAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 0x20 || unit === 0;
}

function isPadding(text: string): boolean {
  return stripped(text, "right") === "";
}

function stripped(text: string, trim: Slice["trim"]): string {
  if (trim === "none") return text;
  let [from, to] = [0, text.length];
  while (to > from && isPaddingAt(text, to - 1)) to--;
  if (trim === "both") while (from < to && isPaddingAt(text, from)) from++;
  return text.slice(from, to);
}
