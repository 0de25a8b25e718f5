/** The narrowest SQL Server type that holds what a column's cells showed. */
import type { Decision, Family } from "./families.ts";
import type { NumberStatistics } from "./numbers.ts";

export interface TypeEvidence {
  readonly decision: Decision;
  readonly numbers: NumberStatistics;
  /** Filled cells. */
  readonly filled: number;
  readonly longest: number;
  readonly shortest: number;
  readonly isAscii: boolean;
  /** Digits of a second's fraction. */
  readonly secondDigits: number;
}

const longestPlain = 8000;
const longestNational = 4000;
const mostDigits = 38;
/** Beyond it a double's shortest text is longer than what anybody typed. */
const floatDigits = 16;
const intRange = { digits: 10, least: -2147483648n, most: 2147483647n };
const bigintRange = { digits: 19, least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** Fewer zeros and ones may be the beginning of any count. */
const leastBits = 10;

/** Integers such as 20260314: every one a day between 1900 and 2100. */
export function areCompactDates({ integers, compactDates }: NumberStatistics): boolean {
  return integers > 0 && compactDates === integers;
}

/** As T-SQL writes it: `decimal(12,4)`. */
export function sqlTypeOf(evidence: TypeEvidence): string {
  return typeMakers[evidence.decision.family](evidence);
}

const typeMakers: Readonly<Record<Family, (evidence: TypeEvidence) => string>> = {
  integer: integerType,
  decimal: decimalType,
  boolean: () => "bit",
  float: () => "float",
  uuid: () => "uniqueidentifier",
  date: () => "date",
  datetime: ({ secondDigits }) => (secondDigits > 3 ? `datetime2(${Math.min(secondDigits, 7)})` : "datetime"),
  "datetime-offset": ({ secondDigits }) => `datetimeoffset(${Math.min(secondDigits, 7)})`,
  time: ({ secondDigits }) => `time(${Math.min(secondDigits, 7)})`,
  binary: ({ longest }) => (longest > longestPlain ? "varbinary(max)" : `varbinary(${Math.max(longest, 1)})`),
  text: textType,
};

function integerType(evidence: TypeEvidence): string {
  const { numbers, filled } = evidence;
  if (areCompactDates(numbers)) return "date";
  if (numbers.withLeadingZeros > 0) return textType(evidence);
  if (numbers.bits === filled && filled >= leastBits) return "bit";
  for (const [name, { digits, least, most }] of Object.entries({ int: intRange, bigint: bigintRange }))
    if (numbers.integerDigits <= digits && fits(numbers, least, most)) return name;
  return numbers.integerDigits <= mostDigits ? `decimal(${numbers.integerDigits},0)` : textType(evidence);
}

function fits({ range }: NumberStatistics, least: bigint, most: bigint): boolean {
  return range !== undefined && BigInt(range.least) >= least && BigInt(range.most) <= most;
}

function decimalType(evidence: TypeEvidence): string {
  const { integerDigits, fractionDigits } = evidence.numbers;
  const precision = Math.max(integerDigits + fractionDigits, 1);
  if (precision >= floatDigits && fractionDigits > 6) return "float";
  return precision <= mostDigits ? `decimal(${precision},${fractionDigits})` : textType(evidence);
}

function textType({ isAscii, shortest, longest }: TypeEvidence): string {
  const [name, limit] = isAscii ? ["char", longestPlain] : ["nchar", longestNational];
  if (longest > limit) return `${name.replace("char", "varchar")}(max)`;
  const isFixed = shortest === longest && longest > 0 && longest <= 10;
  return `${isFixed ? name : name.replace("char", "varchar")}(${Math.max(longest, 1)})`;
}
