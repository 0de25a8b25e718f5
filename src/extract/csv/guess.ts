/** Delimiter and header of delimited text of which nothing is known: for a profile, before there is a recipe. */
import { kindOf } from "../../profile/kinds.ts";
import { readHead } from "./delimiter.ts";
import { type CsvOptions, options } from "./options.ts";
import type { CsvRecord } from "./scanner.ts";

export interface CsvGuess {
  readonly delimiter: string;
  readonly header: boolean;
  readonly evidence: { readonly delimiter: string; readonly header: string };
}

/** Longer ones first: `|` divides what `+|` divides, too, and leaves a + in every cell. */
const candidates = ["+|+", "+|", "|~|", "||", "::", "~|~", ",", ";", "\t", "|", "^", "~", "\u0001", "¦"];
const fittingShare = 0.9;

interface Fit {
  readonly delimiter: string;
  readonly width: number;
  readonly fitting: number;
  readonly records: readonly CsvRecord[];
}

/** `head`: the beginning of the text, some hundreds of records. What `known` says is not guessed. */
export function guessCsv(head: string, known: Partial<CsvOptions>): CsvGuess {
  const settings = options.parse({ path: "-", ...known, header: false });
  const tried = known.delimiter === undefined ? candidates : [known.delimiter];
  const fits = tried.map((delimiter) => fitOf(head, settings, delimiter));
  const best = fits.reduce((one, other) => (isBetter(other, one) ? other : one));
  const header = headerOf(best.records);
  return {
    delimiter: best.width > 1 ? best.delimiter : (known.delimiter ?? ","),
    header: known.header ?? header.isThere,
    evidence: {
      delimiter: `${best.fitting} of the first ${best.records.length} records have ${best.width} ${best.width === 1 ? "cell" : "cells"} with it`,
      header: header.why,
    },
  };
}

function fitOf(head: string, settings: CsvOptions, delimiter: string): Fit {
  const start = { line: 1, at: 0, newline: undefined, preamble: 0 };
  // The last record of a head may be cut; that of a file that ends there has its newline, or is not missed.
  const records = readHead(head.endsWith("\n") ? head : `${head}\n`, settings, delimiter, start).slice(0, 500);
  const widths = new Map<number, number>();
  for (const { cells, fault } of records)
    if (fault === undefined && cells.length > 0) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
  const [width, fitting] = [...widths].toSorted((left, right) => right[1] - left[1] || right[0] - left[0])[0] ?? [0, 0];
  return { delimiter, width, fitting, records };
}

/** One that divides nearly all records alike beats one that does not; then the one with more cells. */
function isBetter(one: Fit, other: Fit): boolean {
  const [divides, otherDivides] = [one, other].map(
    ({ width, fitting, records }) => width > 1 && fitting >= fittingShare * records.length,
  );
  if (divides !== otherDivides) return divides === true;
  if (one.width !== other.width) return one.width > other.width && !isPartOf(one, other);
  return one.fitting > other.fitting;
}

/** `||` found `a||b`, in which `|` finds an empty cell more. */
function isPartOf(one: Fit, other: Fit): boolean {
  return other.width > 1 && other.delimiter.length > one.delimiter.length && other.delimiter.includes(one.delimiter);
}

/** A first record of names that differ, above cells that are no such words, or among which none of the names is found. */
function headerOf(records: readonly CsvRecord[]): { isThere: boolean; why: string } {
  const [first, ...others] = records.map(({ cells }) => cells.map((cell) => (cell ?? "").trim()));
  const names = (first ?? []).filter((cell) => cell !== "");
  const isNamed = names.length > 0 && names.every((name) => kindOf(name) === "text" && name.length <= 128);
  if (!isNamed || new Set(names.map((name) => name.toLowerCase())).size < names.length)
    return { isThere: false, why: "the first record reads like data" };
  const isAmong = names.some((name, at) => others.some((cells) => cells[at] === name));
  const isTyped = names.some((_, at) =>
    others.some((cells) => cells[at] !== undefined && cells[at] !== "" && kindOf(cells[at]) !== "text"),
  );
  const isThere = !isAmong && (isTyped || names.every((name) => /^[\p{L}_#@][\p{L}\p{N} _#@.()/-]*$/u.test(name)));
  return { isThere, why: isThere ? "the first record reads like names" : "the first record reads like data" };
}
