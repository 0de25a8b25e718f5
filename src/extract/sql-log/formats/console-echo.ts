/** `show_sql` prints each statement on the console, too: where both stand in one file, the second says nothing new. */
export class ConsoleEcho {
  #last: string | undefined;

  /** Of what the logger wrote. */
  note(text: string): void {
    this.#last = plain(text);
  }

  /** Has the logger just written it? Each echo is one. */
  isEcho(text: string): boolean {
    const isSame = this.#last === plain(text);
    this.#last = undefined;
    return isSame;
  }
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
