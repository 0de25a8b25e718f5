/** Finds the end of a comment, which JSON does not have: what was commented out is no record. */

export class Comment {
  isClosed = false;
  lines = 0;
  /** The characters that tell how it ends. */
  #seen = "";

  /** Reads on from `from`; returns the index behind it, or the text's length where it may go on. */
  scan(text: string, from: number): number {
    let at = from;
    while (at < text.length && !this.isClosed) if (this.#take(text.charAt(at))) at++;
    return at;
  }

  /** Is the character part of it? The line feed behind it is not. */
  #take(char: string): boolean {
    const isBlock = this.#seen.startsWith("/*");
    if (char === "\n" && !isBlock) {
      this.isClosed = true;
      return false;
    }
    if (char === "\n") this.lines++;
    this.isClosed = isBlock && this.#seen.endsWith("*") && this.#seen.length > 2 && char === "/";
    this.#seen = this.#seen.slice(0, 2) + char;
    return true;
  }
}
