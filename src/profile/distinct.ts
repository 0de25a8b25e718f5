/** How many different values a column holds: counted while they are few or all different, estimated where they are many. */

/** Hashes from 1 to 2^53 - 1 in open addressing: eight bytes a place. */
export class HashSet {
  size = 0;
  #places = new Float64Array(64);

  /** Was it new? */
  add(hash: number): boolean {
    if (this.size * 3 >= this.#places.length * 2) this.#grow();
    if (!place(this.#places, hash)) return false;
    this.size++;
    return true;
  }

  *[Symbol.iterator](): Generator<number> {
    for (const hash of this.#places) if (hash !== 0) yield hash;
  }

  #grow(): void {
    const larger = new Float64Array(this.#places.length * 2);
    for (const hash of this) place(larger, hash);
    this.#places = larger;
  }
}

function place(places: Float64Array, hash: number): boolean {
  const mask = places.length - 1;
  for (let at = (hash ^ (hash / 0x2_0000)) & mask; ; at = (at + 1) & mask) {
    if (places[at] === hash) return false;
    if (places[at] !== 0) continue;
    places[at] = hash;
    return true;
  }
}

const indexBits = 12;
const registers = 1 << indexBits;
const restBits = 53 - indexBits;

/**
 * HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007, "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm"):
 * 4096 registers, a standard error of 1.6 %.
 */
class HyperLogLog {
  readonly #ranks = new Uint8Array(registers);

  add(hash: number): void {
    const register = hash % registers;
    const rank = leadingZeros(Math.floor(hash / registers)) + 1;
    if (rank > (this.#ranks[register] ?? 0)) this.#ranks[register] = rank;
  }

  estimate(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.#ranks) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const raw = ((0.7213 / (1 + 1.079 / registers)) * registers * registers) / sum;
    const isSmall = raw <= 2.5 * registers && empty > 0;
    return Math.round(isSmall ? registers * Math.log(registers / empty) : raw);
  }
}

/** Of a number of 41 bits. */
function leadingZeros(rest: number): number {
  const high = Math.floor(rest / 0x1_0000_0000);
  return high > 0 ? Math.clz32(high) - (64 - restBits) : restBits - 32 + Math.clz32(rest >>> 0);
}

const countedValues = 4096;

export class Distinct {
  readonly #capacity: number;
  /** Given up for the sketch as soon as it grows too large. */
  #values: HashSet | undefined = new HashSet();
  readonly #sketch = new HyperLogLog();
  #hasRepeat = false;

  /** `capacity`: so many values are held to tell whether all of them differ. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(hash: number): void {
    if (this.#values === undefined) {
      this.#sketch.add(hash);
      return;
    }
    if (!this.#values.add(hash)) this.#hasRepeat = true;
    if (this.#values.size > (this.#hasRepeat ? countedValues : this.#capacity)) this.#estimate(this.#values);
  }

  #estimate(values: HashSet): void {
    for (const hash of values) this.#sketch.add(hash);
    this.#values = undefined;
  }

  get isExact(): boolean {
    return this.#values !== undefined;
  }

  /** Undefined: not known, since there are more values than can be held. */
  get isUnique(): boolean | undefined {
    if (this.#hasRepeat) return false;
    return this.#values === undefined ? undefined : true;
  }

  get count(): number {
    return this.#values?.size ?? this.#sketch.estimate();
  }
}
