/** What the parts of a CHECK compile to: scalars that read a value off a row, conditions that hold or do not. */
import type { Column, SqlType } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";

/** What cannot be told here: it hangs on the server's exact sort order, or the server would raise an error. */
export const undecided = Symbol("undecided");
export type Undecided = typeof undecided;

/** A row, as its columns' canonical values. */
export type Row = (column: Column) => CanonicalValue;

/** `role` says how the server computes; `precision` and `scale` are those that its decimal rules start from. */
export interface Exact {
  readonly family: "exact";
  readonly role: "integer" | "decimal" | "money";
  readonly type: SqlType;
  readonly precision: number;
  readonly scale: number;
}

export interface Approximate {
  readonly family: "approximate";
  readonly type: SqlType;
  /** A real: computed in 32 bits. */
  readonly single: boolean;
}

export interface Text {
  readonly family: "text";
  readonly type: SqlType;
  readonly national: boolean;
  /** Undefined for a literal, which takes the other side's. */
  readonly collation: string | undefined;
}

/** What compares as it stands, or (opaque) not at all. */
export interface Other {
  readonly family: "temporal" | "bytes" | "guid" | "opaque";
  readonly type: SqlType;
}

/** The literal NULL, which goes with everything. */
interface Nothing {
  readonly family: "null";
}

/** The static type of a scalar. */
export type Kind = Exact | Approximate | Text | Other | Nothing;

/**
 * By family: exact an integer of units of 10^-scale · approximate a double · text as the server holds it, padding of char
 * and nchar included · temporal and guid canonical text · bytes, opaque canonical.
 */
export type Value = bigint | number | string | Uint8Array;

export interface Scalar {
  readonly kind: Kind;
  readonly read: (row: Row) => Value | null | Undecided;
  /** What a literal says, before a conversion: a text, a number's digits with their sign, bytes. */
  readonly literal?: string | Uint8Array;
  /** As reasons name it: `Qty (int)`, `'B'`, `LEN(City)`. */
  readonly shown: string;
}

/** Three-valued, and undecided. */
export type Truth = boolean | null | Undecided;

export interface Condition {
  readonly holds: (row: Row) => Truth;
}

/** The scalar made by a function of a present value; NULL stays NULL. */
export function mapScalar(scalar: Scalar, kind: Kind, shown: string, map: (value: Value) => Value | Undecided): Scalar {
  function read(row: Row): Value | null | Undecided {
    const value = scalar.read(row);
    return value === null || value === undecided ? value : map(value);
  }
  return { kind, read, shown };
}

/** A function of two present values: NULL on either side gives NULL. */
export function readBoth<Result>(
  left: Scalar,
  right: Scalar,
  combine: (left: Value, right: Value) => Result | Undecided,
): (row: Row) => Result | null | Undecided {
  return (row) => {
    const first = left.read(row);
    if (first === null) return null;
    const second = right.read(row);
    if (second === null) return null;
    return first === undecided || second === undecided ? undecided : combine(first, second);
  };
}
