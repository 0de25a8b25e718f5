/** Quantities as people write them: durations, shares, comparisons. Of each its form, and what reads it. */
import { z } from "zod";
import { expectedBut } from "./issues.ts";
import type { Comparison } from "./recipe.ts";

const operator = "(?:>=|>|<=|<|=)";
const percentage = String.raw`(?:100(?:\.0+)?|\d?\d(?:\.\d+)?)%`;
const share = String.raw`(?:${percentage}|0(?:\.\d+)?|1(?:\.0+)?)`;
const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

type Explain = (issue: { readonly input?: unknown }) => string;

function explaining(expected: string): Explain {
  return (issue) => expectedBut(expected, issue.input);
}

function textOf(form: string, error: Explain): z.ZodString {
  return z.string({ error }).regex(new RegExp(`^${form}$`), { error });
}

/** `500ms`, `2s`, `5m`, `1h`. Nine digits keep every duration an exact number of milliseconds. */
export const duration = textOf(
  String.raw`\d{1,9}(?:ms|s|m|h)`,
  explaining('a duration with its unit, as in "500ms", "2s", "5m" or "1h"'),
);

const sizeFault = explaining('a number of bytes, or a size with its unit, as in "500MB" or "2GB"');
const bytesOf: Readonly<Record<string, number>> = { kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** `4096`, `500MB`, `2GB`. */
export const byteSize = z.union([
  z.int({ error: sizeFault }).min(1, { error: sizeFault }),
  textOf(String.raw`[1-9]\d{0,5}(?:kB|KB|MB|GB|TB)`, sizeFault),
]);

const shareFault = explaining('a share from 0 to 1, or a percentage as in "5%"');

/** `0.05` or `5%`. */
export const shareValue = z.union([
  z.number({ error: shareFault }).min(0, { error: shareFault }).max(1, { error: shareFault }),
  textOf(percentage, shareFault),
]);

const countFault = explaining('a number of rows, or a comparison with one, as in ">= 18000"');

/** `5`, `= 5` or `>= 18000`. */
export const countComparison = z.union([
  z.int({ error: countFault }).min(0, { error: countFault }),
  textOf(String.raw`${operator}\s*\d{1,15}`, countFault),
]);

const fillFault = explaining('a share from 0 to 1 or a percentage, or a comparison with one, as in ">= 95%"');

/** `0.95`, `95%` or `>= 95%`. */
export const shareComparison = z.union([
  z.number({ error: fillFault }).min(0, { error: fillFault }).max(1, { error: fillFault }),
  textOf(String.raw`(?:${operator}\s*)?${share}`, fillFault),
]);

const expectFault = explaining('"no rows", a number, or a comparison with one, as in ">= 18000"');

/** `no rows`, `0` or `<= 0.01`. */
export const queryExpectation = z.union([
  z.number({ error: expectFault }),
  textOf(String.raw`(?:no rows|${operator}\s*-?\d+(?:\.\d+)?)`, expectFault),
]);

/** A number whose digits YAML would round has to be a text. */
export const exactNumber = z
  .number()
  .refine(
    (value) => !Number.isInteger(value) || Number.isSafeInteger(value),
    "is too long to be exact; put it in quotes",
  );

/** In milliseconds. */
export function readDuration(written: string): number {
  const [, digits, unit = ""] = /^(\d+)(.+)$/.exec(written) ?? [];
  return Number(digits) * (milliseconds[unit] ?? Number.NaN);
}

/** In bytes; a thousand to the step, as disks are sold. */
export function readByteSize(written: string | number): number {
  const [, digits = String(written), unit = ""] = /^(\d+)(\D+)$/.exec(String(written)) ?? [];
  return Number(digits) * (bytesOf[unit] ?? 1);
}

/** 0..1. The exponent is decimal: 99.9% is 0.999, which a division by 100 would miss. */
export function readShare(written: string | number): number {
  return Number(String(written).replace("%", "e-2"));
}

/** `bare` is what a number without an operator means. */
export function readComparison(written: string | number, bare: Comparison["operator"]): Comparison {
  const [, said = bare, value = ""] = /^([<>=]+)?\s*(.*)$/.exec(String(written)) ?? [];
  return { operator: said as Comparison["operator"], value: readShare(value) };
}
