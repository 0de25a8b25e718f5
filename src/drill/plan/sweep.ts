/** `conflictRate=0..0.5`: what `--sweep` says. */
import { UserError } from "../../errors.ts";
import { didYouMean } from "../../recipe/suggest.ts";
import { readSpan } from "./build.ts";
import { sweepable } from "../variations.ts";
import type { Sweep, Sweepable } from "../variations.ts";

const usualPoints = 6;
const mostPoints = 101;

/** A range with its ends (six points, or `0..0.5:11`), or a list (`0,0.1,0.3`). Throws UserError. */
export function readSweep(text: string): Sweep {
  const [, name = "", said = ""] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const parameter = sweepable.find((each) => each === name);
  if (parameter === undefined)
    throw new UserError({
      what: `--sweep ${text} names no damage that has a size${didYouMean(name, sweepable)}`,
      remedy: `Write --sweep NAME=FROM..TO with one of ${sweepable.join(", ")}`,
    });
  const range = /^([^.]+(?:\.\d+)?)\.\.(.+?)(?::(\d+))?$/.exec(said);
  const values = range === null ? said.split(",").map((each) => valueOf(parameter, each)) : pointsOf(parameter, range);
  if (values.length <= mostPoints && values.every((each) => fits(parameter, each))) return { parameter, values };
  throw new UserError({
    what: `--sweep ${text} cannot be read`,
    remedy: `Write --sweep ${parameter}=${parameter === "clockSkew" ? "0s..10m" : "0..0.5"}, with :11 behind it for eleven points`,
  });
}

function pointsOf(
  parameter: Sweepable,
  [, from = "", to = "", points = String(usualPoints)]: RegExpExecArray,
): number[] {
  const [first, last, count] = [valueOf(parameter, from), valueOf(parameter, to), Number(points)];
  if (count < 2 || count > mostPoints) return [Number.NaN];
  // Twelve digits: 0.30000000000000004 is no name for a folder.
  return Array.from({ length: count }, (_, index) =>
    Number((first + ((last - first) * index) / (count - 1)).toPrecision(12)),
  );
}

function valueOf(parameter: Sweepable, text: string): number {
  if (parameter === "clockSkew") return /^\d+[smhd]$/.test(text) ? readSpan(text) : text === "0" ? 0 : Number.NaN;
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%)?$/.exec(text) ?? [];
  return Number(percent === undefined ? number : `${number}e-2`);
}

function fits(parameter: Sweepable, value: number): boolean {
  return Number.isFinite(value) && value >= 0 && (parameter === "clockSkew" || value <= 1);
}
