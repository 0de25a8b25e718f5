/** The flights of `fusion/`: what 35 sources said of six attributes on three days, and what was true. */
import fs from "node:fs";
import path from "node:path";
import type { Item } from "../../../src/reconcile/accuracy/evidence.ts";
import { compareText } from "../../../src/reconcile/accuracy/evidence.ts";
import { Unparsable, defaultConventions } from "../../../src/values/codec.ts";
import { codecFor } from "../../../src/values/registry.ts";

// Not from test/incident.ts: that needs vitest, and the script beside runs without it.
const folder = path.resolve("../shared/data/fusion/flight");
export const hasFlights = fs.existsSync(folder);
export const days = ["20111201", "20111202", "20111203"] as const;

/** In the files' order, after source and flight. */
const attributes = [
  "scheduled departure",
  "actual departure",
  "departure gate",
  "scheduled arrival",
  "actual arrival",
  "arrival gate",
] as const;

/** The truth was taken from these. */
const judges = new Set(["aa", "ua", "CO"]);
/** How the sources write that they know nothing; a recipe declares it (GOTCHAS 34). */
const nullSpellings = new Set(["", "-", "--", "Not provided by airline"]);

export interface FlightItem extends Item {
  /** Canonical, in the order of the groups. */
  readonly values: readonly string[];
  /** Undefined where the truth is not known. */
  readonly gold: string | undefined;
}

const time = codecFor({ type: { name: "time" } });
const gate = codecFor({ type: { name: "nvarchar", length: "max" } });

function timeOf(text: string): string | undefined {
  const value = time.parse(text, defaultConventions);
  return value instanceof Unparsable ? undefined : String(value);
}

function valueOf(attribute: string, raw: string): string | undefined {
  const text = raw.trim();
  if (nullSpellings.has(text)) return undefined;
  return attribute.endsWith("gate") ? String(gate.equalityKey(text)) : timeOf(text);
}

function* readCells(file: string, firstColumn: number): Generator<{ row: string[]; cell: string; value: string }> {
  for (const line of fs.readFileSync(file, "latin1").split("\n")) {
    const row = line.split("\t");
    for (const [at, attribute] of attributes.entries()) {
      const value = valueOf(attribute, row[firstColumn + at] ?? "");
      if (value !== undefined) yield { row, cell: JSON.stringify([row[firstColumn - 1], attribute]), value };
    }
  }
}

/** All items of one day: those with a claim, and those with nothing but the truth. */
export function readDay(day: string): FlightItem[] {
  const claims = new Map<string, Map<string, string[]>>();
  for (const { row, cell, value } of readCells(path.join(folder, "claims", `${day}.txt`), 2)) {
    const source = row[0] ?? "";
    if (judges.has(source)) continue;
    const values = claims.get(cell) ?? new Map<string, string[]>();
    claims.set(cell, values.set(value, [...(values.get(value) ?? []), source]));
  }
  const gold = new Map<string, string>();
  for (const { cell, value } of readCells(path.join(folder, "truth", `${day}.txt`), 1)) gold.set(cell, value);
  return [...new Set([...claims.keys(), ...gold.keys()])].toSorted(compareText).map((cell) => {
    const groups = [...(claims.get(cell) ?? [])].toSorted(([left], [right]) => compareText(left, right));
    return {
      attribute: (JSON.parse(cell) as [string, string])[1],
      groups: groups.map(([, sources]) => ({ sources })),
      values: groups.map(([value]) => value),
      gold: gold.get(cell),
    };
  });
}
