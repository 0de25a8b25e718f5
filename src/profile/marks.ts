/** Characters that tell of damage on the way: lost ones, and bytes of one encoding read as another's. */
import type { SignId, Witness } from "./model.ts";

interface Mark {
  readonly sign: SignId;
  readonly what: string;
  readonly isIn: (text: string) => boolean;
  /** Text in ASCII cannot show it. */
  readonly needsOther: boolean;
}

/**
 * Two or three characters whose windows-1252 (or Latin-1) bytes are one character of UTF-8: a lead byte (Â to ô) and its followers. `Ã©` is é,
 * `â€™` an apostrophe, `Ð¼` a Cyrillic letter. In real words such pairs hardly stand.
 */
const continuation = "[\\u0080-\\u00BF€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]";
const misread = new RegExp(`[ÂÃÐÑØÙ]${continuation}|[â]${continuation}{2}|ï¿½|ï»¿|Ã¯Â»Â¿`, "u");
const lostInside = /\p{L}\?+\p{L}|\?{3,}/u;

const marks: readonly Mark[] = [
  {
    sign: "replacement-character",
    what: "hold U+FFFD, which stands where characters were lost",
    isIn: (text) => text.includes("\uFFFD"),
    needsOther: true,
  },
  {
    sign: "wrong-code-page",
    what: "look like UTF-8 that was read as windows-1252",
    isIn: (text) => misread.test(text),
    needsOther: true,
  },
  {
    sign: "question-marks",
    what: "hold ? inside a word, where a code page may have lacked a character",
    isIn: (text) => text.includes("?") && lostInside.test(text),
    needsOther: false,
  },
  {
    sign: "nul-character",
    what: "hold a NUL character, by which bcp writes the empty string",
    isIn: (text) => text.includes("\0"),
    needsOther: false,
  },
];

export interface SeenMark {
  readonly mark: { readonly sign: SignId; readonly what: string };
  count: number;
  readonly first: Witness;
}

export class MarkFinder {
  readonly #seen = new Map<SignId, SeenMark>();

  add(value: string, isAscii: boolean, record: number): void {
    for (const mark of marks) {
      if ((mark.needsOther && isAscii) || !mark.isIn(value)) continue;
      const seen = this.#seen.get(mark.sign);
      if (seen === undefined) this.#seen.set(mark.sign, { mark, count: 1, first: { record, value } });
      else seen.count++;
    }
  }

  /** In a fixed order. */
  get seen(): SeenMark[] {
    return marks.flatMap(({ sign }) => this.#seen.get(sign) ?? []);
  }
}
