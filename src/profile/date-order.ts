/** Day first or month first? Told by the whole column, never cell by cell. */
import { localParts } from "./kinds.ts";
import type { DateOrderEvidence, Witness } from "./model.ts";

const months = 12;
const days = 31;

export class DateOrderFinder {
  #seen = false;
  #dayFirst: Witness | undefined;
  #monthFirst: Witness | undefined;
  #yearFirst: Witness | undefined;

  /** `value` is written as a local date, with a time or without. */
  add(value: string, record: number): void {
    const [first, second] = localParts(value) ?? [0, 0];
    this.#seen = true;
    if (first > days || first === 0) this.#yearFirst ??= { record, value };
    else if (first > months) this.#dayFirst ??= { record, value };
    else if (second > months) this.#monthFirst ??= { record, value };
  }

  /** Undefined where there was no such date. */
  get evidence(): DateOrderEvidence | undefined {
    if (!this.#seen) return undefined;
    const [dayFirst, monthFirst, yearFirst] = [this.#dayFirst, this.#monthFirst, this.#yearFirst];
    return {
      order: this.#order(),
      ...(dayFirst === undefined ? {} : { dayFirst }),
      ...(monthFirst === undefined ? {} : { monthFirst }),
      ...(yearFirst === undefined ? {} : { yearFirst }),
    };
  }

  /** With the year first, a part above 12 is a year like any other. */
  #order(): DateOrderEvidence["order"] {
    if (this.#yearFirst !== undefined) return "ymd";
    if (this.#dayFirst !== undefined) return this.#monthFirst === undefined ? "dmy" : "mixed";
    return this.#monthFirst === undefined ? "either" : "mdy";
  }
}
