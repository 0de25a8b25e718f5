/** Seeded choices. Every purpose has a stream of its own, so that a change in one part of a drill leaves the others as they are. */
import { createHash } from "node:crypto";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

const fine = 2 ** 30;

export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  /** `purpose`: what the choices are for, in words: `history dbo.Orders`. */
  constructor(seed: number, purpose: string) {
    const hash = createHash("sha256").update(`${seed} ${purpose}`).digest();
    this.#generator = xoroshiro128plus(hash.readInt32LE(0));
  }

  /** A whole number, both bounds possible. */
  int(from: number, to: number): number {
    return uniformInt(this.#generator, from, Math.max(from, to));
  }

  chance(probability: number): boolean {
    return this.int(0, fine - 1) < probability * fine;
  }

  pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
    return choices[this.int(0, choices.length - 1)] as T;
  }

  /** The members for which the coin says so, in their order. */
  sample<T>(choices: readonly T[], share: number): T[] {
    return choices.filter(() => this.chance(share));
  }

  /** In another order (Fisher and Yates). */
  shuffle<T>(choices: readonly T[]): T[] {
    const shuffled = [...choices];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.int(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
    }
    return shuffled;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.int(0, 255));
  }
}
