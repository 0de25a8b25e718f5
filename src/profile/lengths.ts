/** How long a column's values are, and how many fill the length of the longest: what was cut off is told by that. */
import type { Witness } from "./model.ts";

/** As wide as fields are made. */
const usualWidths = new Set([
  10, 15, 16, 20, 24, 25, 30, 32, 35, 40, 45, 48, 50, 60, 64, 70, 75, 80, 90, 100, 120, 127, 128, 150, 160, 200, 250,
  254, 255, 256, 500, 510, 512, 1000, 1024, 1500, 2000, 2048, 4000, 4096, 8000, 8192, 32_767, 65_535,
]);
/** Two texts may well be of one length. */
const leastFull = 3;

export class LengthStatistics {
  #least = Number.POSITIVE_INFINITY;
  #most = -1;
  #full = 0;
  #firstFull: Witness | undefined;

  add(value: string, length: number, record: number): void {
    if (length < this.#least) this.#least = length;
    if (length > this.#most) {
      this.#most = length;
      this.#full = 0;
      this.#firstFull = { record, value };
    }
    if (length === this.#most) this.#full++;
  }

  get range(): { least: number; most: number } | undefined {
    return this.#most < 0 ? undefined : { least: this.#least, most: this.#most };
  }

  /** The values that fill a usual width, where several do and others are shorter. */
  get cut(): { readonly width: number; readonly count: number; readonly first: Witness } | undefined {
    const first = this.#firstFull;
    const isCut = usualWidths.has(this.#most) && this.#full >= leastFull && this.#least <= this.#most / 2;
    return isCut && first !== undefined ? { width: this.#most, count: this.#full, first } : undefined;
  }
}
