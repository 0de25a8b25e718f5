/** Numbers brought to one form: exact ones to one scale, exact and approximate ones to doubles. */
import type { TypeName } from "../../schema/model.ts";
import { undecided, type Approximate, type Exact, type Undecided, type Value } from "./terms.ts";

/** Bits of two's complement, in units of the type's scale. */
const widths: Partial<Record<TypeName, number>> = { smallint: 16, int: 32, bigint: 64, smallmoney: 32, money: 64 };

/** Does the type hold that many units? True for decimals, whose digits are minded where their kind is made. */
export function holds(type: TypeName, units: bigint): boolean {
  if (type === "tinyint") return units >= 0n && units <= 255n;
  const width = widths[type];
  return width === undefined || BigInt.asIntN(width, units) === units;
}

/** How the values of a kind become units of a finer scale. */
export function toScale(kind: Exact, scale: number): (value: Value) => bigint {
  const factor = 10n ** BigInt(scale - kind.scale);
  return factor === 1n ? (value) => value as bigint : (value) => (value as bigint) * factor;
}

/** Below this many units every conversion to a double gives the nearest one; beyond, the server's last bit is its own. */
const surelyNearest = 10n ** 15n;

/** How the values of a kind become doubles, or those of 32 bits where `single`. */
export function toDouble(kind: Exact | Approximate, single: boolean): (value: Value) => number | Undecided {
  if (kind.family === "approximate") return (value) => value as number;
  return (value) => {
    const units = value as bigint;
    if (units >= surelyNearest || units <= -surelyNearest) return undecided;
    const double = Number(`${units}e-${kind.scale}`);
    return single ? Math.fround(double) : double;
  };
}

/** Two numbers, one of them approximate at least, meet in real only where none is a float. */
export function meetsSingle(left: Exact | Approximate, right: Exact | Approximate): boolean {
  return [left, right].every((kind) => kind.family === "exact" || kind.single);
}
