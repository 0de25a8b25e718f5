/** A number that the verification asks of the server, and what it has to be. */
export interface Count {
  /** For people. */
  readonly what: string;
  /** Digits, with or without a sign. */
  readonly expected: string;
  /** An aggregate; rows are counted where none is given. */
  readonly found?: string;
  /** `SELECT` without its columns: `FROM … WHERE …`. */
  readonly from: string;
}
