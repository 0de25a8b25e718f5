/** Watches a stream of rows: the driver's own timeout ends with the first bytes of an answer. */

export class SilenceWatch {
  readonly #patience: number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `patience` in milliseconds. */
  constructor(patience: number, onSilence: () => void) {
    this.#patience = patience;
    this.#onSilence = onSilence;
  }

  /** Begins to wait, or a row came. */
  heard(): void {
    if (this.#timer === undefined) this.#timer = setTimeout(this.#onSilence, this.#patience);
    else this.#timer.refresh();
  }

  /** While nothing is taken from the server, its silence means nothing. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
