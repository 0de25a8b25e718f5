/** float and real: doubles, NaN, infinities and -0 among them. */
import type { SqlType } from "../schema/model.ts";
import { Unparsable, type Codec, type PresentValue, type RawValue } from "./codec.ts";
import { blank, notA, overflows } from "./reasons.ts";

const numberForm = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** The server has no such values, but copies in SQLite and CSV can hold them. */
const named = new Map([
  ["nan", Number.NaN],
  ["infinity", Infinity],
  ["+infinity", Infinity],
  ["-infinity", -Infinity],
]);

/** The double nearest to the shortest text that names this single: 3.140000104904175 → 3.14. */
function shortestSingle(single: number): number {
  if (Number.isInteger(single) && Math.abs(single) < 2 ** 24) return single;
  for (let digits = 6; digits < 9; digits++) {
    const shortest = Number(single.toPrecision(digits));
    if (Math.fround(shortest) === single) return shortest;
  }
  return Number.isFinite(single) ? Number(single.toPrecision(9)) : single;
}

function equalityKey(value: PresentValue): number | string {
  const number = value as number;
  return Number.isNaN(number) ? "NaN" : number + 0; // + 0: -0 is 0
}

function formatFloat(value: PresentValue): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Codec of float and real. `float(n)` up to 24 bits is real, as on the server. */
export function floatCodec(type: SqlType): Codec {
  const isReal = type.name === "real" || (type.precision ?? 53) <= 24;
  const notFloat = notA(type);
  const overflow = overflows(type);
  const noConversion = new Unparsable(`is binary, which does not convert to ${type.name}`);

  function narrow(value: number): PresentValue | Unparsable {
    if (!isReal) return value;
    const single = Math.fround(value);
    return Number.isFinite(value) && !Number.isFinite(single) ? overflow : shortestSingle(single);
  }

  function fromText(raw: string): PresentValue | Unparsable {
    const text = raw.trim();
    if (numberForm.test(text)) {
      const value = Number(text);
      return Number.isFinite(value) ? narrow(value) : overflow;
    }
    return text === "" ? blank : (named.get(text.toLowerCase()) ?? notFloat);
  }

  function parse(raw: RawValue): PresentValue | Unparsable {
    if (typeof raw === "number") return narrow(raw);
    if (typeof raw === "string") return fromText(raw);
    return raw instanceof Uint8Array ? noConversion : narrow(Number(raw));
  }

  return { type, parse, equalityKey, format: formatFloat };
}
