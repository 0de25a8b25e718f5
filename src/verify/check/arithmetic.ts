/**
 * `+ - * /` on numbers, typed as the server types them: Transact-SQL reference, "Precision, scale, and length" and "Data
 * type precedence". What the server answers with an error (overflow, division by zero) is undecided.
 */
import type { TypeName } from "../../schema/model.ts";
import { align } from "./align.ts";
import { decimalKind, intKind, kindOf } from "./kinds.ts";
import { NotUnderstood } from "./not-understood.ts";
import { holds, meetsSingle, toDouble, toScale } from "./numbers.ts";
import {
  mapScalar,
  readBoth,
  undecided,
  type Approximate,
  type Exact,
  type Kind,
  type Scalar,
  type Undecided,
  type Value,
} from "./terms.ts";

export type Operator = "+" | "-" | "*" | "/";

interface Operation {
  readonly kind: Kind;
  readonly compute: (left: Value, right: Value) => Value | Undecided;
}

/** By precedence, lowest first. */
const ranks: readonly TypeName[] = ["tinyint", "smallint", "int", "bigint", "smallmoney", "money"];
const mostDigits = 38;
const leastQuotientScale = 6;

const onUnits: Readonly<Record<Operator, (left: bigint, right: bigint) => bigint | Undecided>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  // Integers and decimals alike are cut, not rounded: 2.0/3 is 0.666666.
  "/": (left, right) => (right === 0n ? undecided : left / right),
};

const onDoubles: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
};

/** Throws NotUnderstood for operands that are no numbers, and for results whose rounding is the server's own. */
export function arithmetic(operator: Operator, first: Scalar, second: Scalar): Scalar {
  const [left, right] = align(first, second);
  const shown = `${first.shown} ${operator} ${second.shown}`;
  const operation = operate(operator, left.kind, right.kind);
  if (operation === undefined) throw new NotUnderstood(`computes ${shown}, which is not evaluated`);
  return { kind: operation.kind, read: readBoth(left, right, operation.compute), shown };
}

function operate(operator: Operator, left: Kind, right: Kind): Operation | undefined {
  if (left.family === "null" || right.family === "null") return { kind: { family: "null" }, compute: () => undecided };
  if (!isNumeric(left) || !isNumeric(right)) return undefined;
  if (left.family === "approximate" || right.family === "approximate") return approximate(operator, left, right);
  if (left.role === "decimal" || right.role === "decimal") return decimal(operator, left, right);
  if (left.role === "money" || right.role === "money") return money(operator, left, right);
  return integer(operator, left, right);
}

function isNumeric(kind: Kind): kind is Exact | Approximate {
  return kind.family === "exact" || kind.family === "approximate";
}

function approximate(operator: Operator, left: Exact | Approximate, right: Exact | Approximate): Operation {
  const single = meetsSingle(left, right);
  const [ofLeft, ofRight] = [toDouble(left, single), toDouble(right, single)];
  const kind: Approximate = { family: "approximate", type: { name: single ? "real" : "float" }, single };
  return { kind, compute };

  function compute(first: Value, second: Value): Value | Undecided {
    const one = ofLeft(first);
    const other = ofRight(second);
    if (one === undecided || other === undecided) return undecided;
    const exact = onDoubles[operator](one, other);
    const result = single ? Math.fround(exact) : exact;
    return Number.isFinite(result) ? result : undecided;
  }
}

function higher(left: Exact, right: Exact): Exact {
  return ranks.indexOf(left.type.name) >= ranks.indexOf(right.type.name) ? left : right;
}

function within(kind: Exact, units: bigint | Undecided): Value | Undecided {
  return units !== undecided && holds(kind.type.name, units) ? units : undecided;
}

function integer(operator: Operator, left: Exact, right: Exact): Operation | undefined {
  const { type } = higher(left, right);
  if (type.name === "bit") return undefined;
  // Anew from the type: what is computed counts with all digits of its type, even where it began as a constant.
  const kind = kindOf(type) as Exact;
  return {
    kind,
    compute: (one, other) => within(kind, onUnits[operator](one as bigint, other as bigint)),
  };
}

/** Sums, and products with an integer: all others are rounded to four decimals in ways that are not documented. */
function money(operator: Operator, left: Exact, right: Exact): Operation | undefined {
  const kind = higher(left, right);
  if (operator === "+" || operator === "-") {
    const [ofLeft, ofRight] = [toScale(left, kind.scale), toScale(right, kind.scale)];
    return { kind, compute: (one, other) => within(kind, onUnits[operator](ofLeft(one), ofRight(other))) };
  }
  if (operator === "/" || left.role === right.role) return undefined;
  return { kind, compute: (one, other) => within(kind, onUnits["*"](one as bigint, other as bigint)) };
}

/** Precision and scale of the result; undefined where 38 digits do not hold it and the server cuts the scale. */
function decimalResult(operator: Operator, left: Exact, right: Exact): Exact | undefined {
  const scale = {
    "+": Math.max(left.scale, right.scale),
    "-": Math.max(left.scale, right.scale),
    "*": left.scale + right.scale,
    "/": Math.max(leastQuotientScale, left.scale + right.precision + 1),
  }[operator];
  const sum = Math.max(left.precision - left.scale, right.precision - right.scale) + scale + 1;
  const precision = {
    "+": sum,
    "-": sum,
    "*": left.precision + right.precision + 1,
    "/": left.precision - left.scale + right.scale + scale,
  }[operator];
  return precision > mostDigits ? undefined : decimalKind(precision, scale);
}

function decimal(operator: Operator, left: Exact, right: Exact): Operation | undefined {
  const kind = decimalResult(operator, left, right);
  if (kind === undefined) return undefined;
  const scales = {
    "+": [kind.scale, kind.scale],
    "-": [kind.scale, kind.scale],
    "*": [left.scale, right.scale],
    // Units of the dividend such that the quotient comes out in units of the result.
    "/": [kind.scale + right.scale, right.scale],
  }[operator] as [number, number];
  const [ofLeft, ofRight] = [toScale(left, scales[0]), toScale(right, scales[1])];
  return { kind, compute: (one, other) => onUnits[operator](ofLeft(one), ofRight(other)) };
}

/** The sign. A tinyint, which holds nothing below zero, becomes an int. */
export function negateScalar(scalar: Scalar): Scalar {
  const { kind } = scalar;
  const shown = `-${scalar.shown}`;
  if (kind.family === "null") return scalar;
  if (!isNumeric(kind) || kind.type.name === "bit")
    throw new NotUnderstood(`computes ${shown}, which is not evaluated`);
  if (kind.family === "approximate")
    return withSign(
      scalar,
      mapScalar(scalar, kind, shown, (value) => -(value as number)),
    );
  const result = kind.type.name === "tinyint" ? intKind : kind;
  return withSign(
    scalar,
    mapScalar(scalar, result, shown, (value) => within(result, -(value as bigint))),
  );
}

function withSign(scalar: Scalar, negated: Scalar): Scalar {
  const { literal } = scalar;
  if (typeof literal !== "string") return negated;
  return { ...negated, literal: literal.startsWith("-") ? literal.slice(1) : `-${literal}` };
}
