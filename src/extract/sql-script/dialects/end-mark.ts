/** What the programs that dump a database write when they are done. */
import type { DialectId } from "./dialect.ts";

interface Marks {
  readonly begins: RegExp;
  readonly ends: RegExp;
  /** For people. */
  readonly shown: string;
}

const marks: Partial<Record<DialectId, Marks>> = {
  mysql: { begins: /^-- (?:MySQL|MariaDB) dump /m, ends: /^-- Dump completed/m, shown: "-- Dump completed" },
  postgres: {
    begins: /^-- PostgreSQL database (?:cluster )?dump\r?$/m,
    ends: /^-- PostgreSQL database (?:cluster )?dump complete/m,
    shown: "-- PostgreSQL database dump complete",
  },
  sqlite: {
    begins: /^PRAGMA foreign_keys=OFF;\r?\nBEGIN TRANSACTION;/im,
    ends: /^(?:COMMIT|ROLLBACK|END)\b/im,
    shown: "COMMIT;",
  },
};

const tailLength = 4096;

/** Follows a script's text to its end. */
export class EndMark {
  readonly #marks: Marks | undefined;
  #tail = "";

  /** `head`: how the script begins. */
  constructor(dialect: DialectId, head: string) {
    const found = marks[dialect];
    this.#marks = found?.begins.test(head) === true ? found : undefined;
  }

  follow(text: string): void {
    if (this.#marks !== undefined) this.#tail = (this.#tail + text.slice(-tailLength)).slice(-tailLength);
  }

  /** The line that should stand at the end, and does not. */
  get missing(): string | undefined {
    return this.#marks === undefined || this.#marks.ends.test(this.#tail) ? undefined : this.#marks.shown;
  }
}
