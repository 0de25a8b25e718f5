/** Percent-encoded text of URLs and forms. */
import type { TextEncoding } from "../text/encoding.ts";
import { findEncoding } from "../text/encodings.ts";

/** What a parameter says, or that its bytes are no text. */
export type Decoded = { readonly text: string } | { readonly reason: string };

export class UrlDecoder {
  readonly #charset: string;
  readonly #encoding: TextEncoding;

  /** Throws UserError for a charset that is not known. */
  constructor(charset: string) {
    this.#charset = charset;
    this.#encoding = findEncoding(charset);
  }

  /** `isForm`: + is a blank, as in queries and forms. What is not encoded is taken as it stands. */
  decode(text: string, isForm: boolean): Decoded {
    const blanks = isForm ? text.replaceAll("+", " ") : text;
    if (!blanks.includes("%")) return { text: blanks };
    if (/%(?![0-9A-Fa-f]{2})/.test(blanks)) return { reason: `${JSON.stringify(text)} has a % that begins no byte` };
    const bad: string[] = [];
    const decoded = blanks.replaceAll(/(?:%[0-9A-Fa-f]{2})(?:%[0-9A-Fa-f]{2}|[ -$&-~])*/g, (run) => {
      const read = this.#readRun(run);
      if (read === undefined) bad.push(run);
      return read ?? "";
    });
    return bad.length === 0
      ? { text: decoded }
      : { reason: `${JSON.stringify(text)} holds bytes that are not ${this.#charset}` };
  }

  /** Trail bytes of some charsets are ASCII and stand there as such. */
  #readRun(run: string): string | undefined {
    const bytes = Buffer.from(
      run.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      "latin1",
    );
    const decoder = this.#encoding.decoder();
    const text = decoder.write(bytes) + decoder.end().text;
    return this.#encoding.hasUndecodable(text) ? undefined : text;
  }

  /** `a=1&b=2` by name, encoded as it is; of a name that occurs twice, all its values. */
  static pairs(query: string): Map<string, readonly string[]> {
    const pairs = new Map<string, readonly string[]>();
    for (const pair of query.split(/[&;]/)) {
      const at = pair.indexOf("=");
      const name = at < 0 ? pair : pair.slice(0, at);
      if (name !== "") pairs.set(name, [...(pairs.get(name) ?? []), at < 0 ? "" : pair.slice(at + 1)]);
    }
    return pairs;
  }
}
