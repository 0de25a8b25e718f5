/** Text of cells and shared strings: runs, phonetic hints, escapes (ECMA-376 part 1, 18.4 and 22.9.2.19). */

/** `_x000D_` is a carriage return, `_x005F_` the underscore of a text that looks like that. */
export function unescapeText(text: string): string {
  return text.includes("_x")
    ? text.replaceAll(/_x([\dA-F]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}

/** Gathers the runs of one string: blanks as they stand, phonetic hints (`rPh`) left out. */
export class RunText {
  #text: string | undefined;
  #isInText = false;
  #phonetic = 0;

  /** Undefined where no text element was met: not the empty text. */
  take(): string | undefined {
    const text = this.#text;
    [this.#text, this.#isInText, this.#phonetic] = [undefined, false, 0];
    return text === undefined ? undefined : unescapeText(text);
  }

  open(name: string): void {
    if (name === "rPh") this.#phonetic++;
    else if (name === "t" && this.#phonetic === 0) {
      this.#isInText = true;
      this.#text ??= "";
    }
  }

  text(text: string): void {
    if (this.#isInText) this.#text += text;
  }

  close(name: string): void {
    if (name === "rPh") this.#phonetic--;
    else if (name === "t") this.#isInText = false;
  }
}
