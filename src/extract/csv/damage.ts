/** What is wrong with a file, kind by kind. */

interface Kind {
  count: number;
  readonly firstLine: number;
}

export class Damage {
  readonly #kinds = new Map<string, Kind>();
  readonly #single: string[] = [];

  /** Another record with that. */
  count(what: string, line: number): void {
    const known = this.#kinds.get(what);
    if (known === undefined) this.#kinds.set(what, { count: 1, firstLine: line });
    else known.count++;
  }

  /** What there is once a file. */
  add(what: string, line: number | undefined, why?: string): void {
    this.#single.push(
      [what, ...(why === undefined ? [] : [`: ${why}`]), ...(line === undefined ? [] : [` (line ${line})`])].join(""),
    );
  }

  /** `12 records with another width than 5, the first on line 40`. */
  sentences(): string[] {
    const counted = [...this.#kinds].map(
      ([what, { count, firstLine }]) =>
        `${count === 1 ? "1 record" : `${count} records`} with ${what}, ${count === 1 ? "" : "the first "}on line ${firstLine}`,
    );
    return [...counted, ...this.#single];
  }
}
