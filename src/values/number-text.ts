/** Numbers as people write them: `1.234,50`, `1'234.50`, `12 345,6`. */
import type { NumberForm, RawValue } from "./codec.ts";
import { Unparsable } from "./codec.ts";

/** Types whose texts are read under {@link Conventions.numbers}. */
export const numericTypes: ReadonlySet<string> = new Set([
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "decimal",
  "numeric",
  "money",
  "smallmoney",
  "float",
  "real",
]);

/** What else people type for a separator. */
const alike: Readonly<Record<string, string>> = { " ": " \u00A0\u202F\u2009", "'": "'\u2019" };
const currency = /^\p{Sc}\s*|\s*\p{Sc}$/gu;
const patterns = new WeakMap<NumberForm, RegExp>();

/** Groups of three by one and the same separator, or no groups at all. */
function patternOf({ decimal, thousands }: NumberForm): RegExp {
  const separators = Array.from(thousands, (mark) => alike[mark] ?? mark)
    .join("")
    .replaceAll(/[\\\]^-]/g, String.raw`\$&`);
  const grouped = separators === "" ? "" : String.raw`\d{1,3}(?<mark>[${separators}])\d{3}(?:\k<mark>\d{3})*|`;
  return new RegExp(
    String.raw`^(?<sign>[+-]?)(?<integer>${grouped}\d*)(?:[${decimal}](?<fraction>\d*))?(?<exponent>e[+-]?\d+)?$`,
    "iu",
  );
}

function textAsWritten(text: string, form: NumberForm): string | undefined {
  const pattern = patterns.get(form) ?? patternOf(form);
  patterns.set(form, pattern);
  const groups = pattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { sign = "", integer = "", fraction, exponent = "" } = groups;
  const digits = integer.replaceAll(/\D/g, "");
  if (digits === "" && (fraction ?? "") === "") return undefined;
  return `${sign}${digits}${fraction === undefined ? "" : `.${fraction}`}${exponent}`;
}

const notSo = {
  ",": new Unparsable("is not written as a number with a decimal comma"),
  ".": new Unparsable("is not written as a number with a decimal point, its thousands as declared"),
};

/**
 * A cell for a number in the form that codecs read. One that is not written as declared is left alone and not read: `1.234` is no number where
 * commas are decimal and points group nothing, rather than one that is a thousand times too small.
 */
export function readAsWritten(raw: RawValue, form: NumberForm): RawValue | Unparsable {
  if (typeof raw !== "string") return raw;
  const text = raw.trim();
  return text === "" ? raw : (textAsWritten(text.replaceAll(currency, ""), form) ?? notSo[form.decimal]);
}
