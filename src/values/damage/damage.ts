/** What is known to happen to values on their way through other systems. */
import type { PresentValue } from "../codec.ts";

/**
 * Truncation is not among them: whoever reads a source sees that a value fills its field, and marks it there. Left out because
 * they cannot be told from real differences: amounts rounded to whole units (1299.49 → 1299), `1.10` that became `1.1` in
 * text, dates 1462 days apart (either workbook may have the other date system).
 */
export type DamageKind =
  | "date-only"
  | "coarser-time"
  | "float-noise"
  | "rounded"
  | "excel-15-digits"
  | "leading-zeros"
  | "excel-serial-date"
  | "scientific"
  | "wrong-code-page"
  | "question-marks"
  | "lost-accents";

export interface Damage {
  readonly kind: DamageKind;
  /** What happened, as a noun phrase: `UTF-8 read as windows-1252`. */
  readonly what: string;
}

/**
 * Could `candidate` be what `intact` becomes? Both are canonical values of the column's type. Undefined: no, or the two are the
 * same value. Of two values at most one is ever the other's damage.
 */
export type DamageTest = (candidate: PresentValue, intact: PresentValue) => Damage | undefined;
