/** Comparisons, each as the server makes it between those two types. */
import type { SqlType, TypeName } from "../../schema/model.ts";
import { toHex } from "../../values/bytes.ts";
import { defaultConventions, Unparsable, type Codec } from "../../values/codec.ts";
import { collationKey } from "../../values/collation.ts";
import { codecFor } from "../../values/registry.ts";
import { align } from "./align.ts";
import { meetingRules } from "./collations.ts";
import { isLarge } from "./kinds.ts";
import { orderText } from "./letters.ts";
import { NotUnderstood } from "./not-understood.ts";
import { holds, meetsSingle, toDouble, toScale } from "./numbers.ts";
import {
  readBoth,
  undecided,
  type Approximate,
  type Condition,
  type Exact,
  type Kind,
  type Scalar,
  type Undecided,
  type Value,
} from "./terms.ts";

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** Negative, 0 or positive. */
type Order = (left: Value, right: Value) => number | Undecided;

interface Comparison {
  readonly order: Order;
  /** Where equality is told more simply, or has no order beside it. */
  readonly equal?: (left: Value, right: Value) => boolean;
  /** False for types whose order is the server's own. */
  readonly ordered?: boolean;
}

const tests: Readonly<Record<Comparator, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** Throws NotUnderstood for types that are not compared here. */
export function compare(comparator: Comparator, first: Scalar, second: Scalar): Condition {
  const [left, right] = align(first, second);
  if (left.kind.family === "null" || right.kind.family === "null") return { holds: () => null };
  const comparison = comparisonOf(left, right);
  const isEquality = comparator === "=" || comparator === "<>";
  if (comparison === undefined || (!isEquality && comparison.ordered === false))
    throw new NotUnderstood(`compares ${first.shown} with ${second.shown}, which is not evaluated`);
  return {
    holds: readBoth(left, right, isEquality ? equality(comparator, comparison) : ordering(comparator, comparison)),
  };
}

function equality(comparator: Comparator, { equal, order }: Comparison) {
  if (equal === undefined) return ordering(comparator, { order });
  const wanted = comparator === "=";
  return (left: Value, right: Value): boolean => equal(left, right) === wanted;
}

function ordering(comparator: Comparator, { order }: Comparison) {
  const test = tests[comparator];
  return (left: Value, right: Value): boolean | Undecided => {
    const result = order(left, right);
    return result === undecided ? undecided : test(result);
  };
}

function comparisonOf(left: Scalar, right: Scalar): Comparison | undefined {
  const [one, other] = [left.kind, right.kind];
  if (isLarge(one) || isLarge(other)) return undefined;
  if (isNumeric(one) && isNumeric(other)) return { order: numbers(one, other) };
  if (one.family === "text" && other.family === "text") return texts(left, right);
  if (one.family === "temporal" && other.family === "temporal") return moments(one.type, other.type);
  if (one.family === "bytes" && other.family === "bytes") return { order: orderBytes };
  if (one.family === "guid" && other.family === "guid") return { order: orderPlain, ordered: false };
  return undefined;
}

function isNumeric(kind: Kind): kind is Exact | Approximate {
  return kind.family === "exact" || kind.family === "approximate";
}

function orderPlain(left: Value, right: Value): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function numbers(left: Exact | Approximate, right: Exact | Approximate): Order {
  if (left.family === "exact" && right.family === "exact") return exactNumbers(left, right);
  const single = meetsSingle(left, right);
  return orderAs(toDouble(left, single), toDouble(right, single));
}

function exactNumbers(left: Exact, right: Exact): Order {
  const scale = Math.max(left.scale, right.scale);
  return orderAs(meetMoney(left, right, toScale(left, scale)), meetMoney(right, left, toScale(right, scale)));
}

/** An integer becomes money beside money, and the server fails where it does not fit. */
function meetMoney(kind: Exact, other: Exact, convert: (value: Value) => bigint): (value: Value) => bigint | Undecided {
  if (kind.role !== "integer" || other.role !== "money") return convert;
  return (value) => {
    const units = convert(value);
    return holds(other.type.name, units) ? units : undecided;
  };
}

function orderAs(ofLeft: (value: Value) => Value | Undecided, ofRight: (value: Value) => Value | Undecided): Order {
  return (left, right) => {
    const one = ofLeft(left);
    const other = ofRight(right);
    return one === undecided || other === undecided ? undecided : orderPlain(one, other);
  };
}

/** GOTCHAS 32: trailing blanks, and case and accents as the collation has them, do not count. */
function texts(left: Scalar, right: Scalar): Comparison {
  const rules = meetingRules(left, right);
  const key = (value: Value) => collationKey(value as string, rules.collation);
  return {
    order: (one, other) => orderText(one as string, other as string, rules),
    equal: (one, other) => one === other || key(one) === key(other),
  };
}

/** By precedence, lowest first. A datetime beside a datetime2 depends on the database's compatibility level. */
const chains: readonly (readonly TypeName[])[] = [
  ["date", "smalldatetime", "datetime"],
  ["date", "smalldatetime", "datetime2"],
  ["time"],
  ["datetimeoffset"],
];

function moments(left: SqlType, right: SqlType): Comparison | undefined {
  const chain = chains.find((names) => names.includes(left.name) && names.includes(right.name));
  if (chain === undefined) return undefined;
  const higher = chain.indexOf(left.name) >= chain.indexOf(right.name) ? left : right;
  const isFine = higher.name === "date" || higher.name === "smalldatetime" || higher.name === "datetime";
  const codec = codecFor({ type: isFine ? higher : { name: higher.name, scale: 7 } });
  return { order: orderAs(asMoment(codec, left), asMoment(codec, right)) };
}

/** Canonical dates and times order as their texts do, and those with an offset as their instants. */
function asMoment(codec: Codec, type: SqlType): (value: Value) => Value | Undecided {
  if (codec.type.name === type.name) return (value) => codec.equalityKey(value);
  return (value) => {
    const converted = codec.parse(value, defaultConventions);
    return converted instanceof Unparsable ? undecided : codec.equalityKey(converted);
  };
}

/** Byte by byte. Whether zeros at the end count differs, so where only they differ it is undecided. */
function orderBytes(left: Value, right: Value): number | Undecided {
  const [one, other] = [toHex(left as Uint8Array), toHex(right as Uint8Array)];
  if (one === other) return 0;
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  if (longer.startsWith(shorter) && /^0*$/.test(longer.slice(shorter.length))) return undecided;
  return orderPlain(one, other);
}
