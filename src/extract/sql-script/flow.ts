/** Batches, blocks and transactions: whether, and how often, what stands in the script was run. */
import type { Ledger } from "./ledger.ts";

export class Flow {
  readonly #ledger: Ledger;
  /** Was no statement of the batch read yet? */
  isBatchStart = true;
  /** IF, ELSE or WHILE stands right before: the next statement or block is theirs. */
  #isPending = false;
  /** For each open block: does it stand under a condition? */
  #blocks: boolean[] = [];
  #rowsInBatch = 0;
  #transaction: { readonly line: number; rows: number } | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** May the statement that stands here not have run? */
  get isConditional(): boolean {
    return this.#isPending || this.#blocks.includes(true);
  }

  /** A statement was begun: a condition before it was meant for it. */
  beginStatement(): void {
    this.isBatchStart = false;
    this.#isPending = false;
  }

  condition(): void {
    this.#isPending = true;
  }

  /** BEGIN takes the condition before it over; a handler (CATCH) is a condition of its own. */
  openBlock(isHandler: boolean): void {
    this.#blocks.push(this.#isPending || isHandler);
  }

  closeBlock(): void {
    this.#blocks.pop();
  }

  countRow(isConditional: boolean, line: number): void {
    this.#rowsInBatch++;
    if (this.#transaction !== undefined) this.#transaction.rows++;
    if (isConditional) this.#ledger.countConditional(line);
  }

  /** `GO 5` runs the batch five times; a row that is there five times is still one row of the script. */
  endBatch(count: string, line: number): void {
    if (count !== "" && Number(count) !== 1 && this.#rowsInBatch > 0)
      this.#ledger.warn(
        `GO ${count} runs its batch ${count} times: each of its rows (${this.#rowsInBatch}) is taken once`,
        line,
      );
    this.#rowsInBatch = 0;
    this.#blocks = [];
    this.#isPending = false;
    this.isBatchStart = true;
  }

  beginTransaction(line: number): void {
    this.#transaction ??= { line, rows: 0 };
  }

  commit(): void {
    this.#transaction = undefined;
  }

  /** A rollback under a condition is an error handler, which a backup script hopes not to need. */
  rollback(isConditional: boolean, line: number): void {
    if (isConditional || this.#transaction === undefined) return;
    const { rows, line: began } = this.#transaction;
    this.#transaction = undefined;
    if (rows > 0)
      this.#ledger.warn(
        `ROLLBACK undoes what was read since BEGIN TRANSACTION on line ${began} (rows: ${rows}): look at it`,
        line,
      );
  }
}
