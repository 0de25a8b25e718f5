/** Which layout a part has, by what its first bytes are as rows of each. */
import { isDeepStrictEqual } from "node:util";
import type { PackagedColumn } from "../../schema/dacpac/columns.ts";
import type { RawValue } from "../../values/codec.ts";
import type { NativeField } from "../bcp/native/row.ts";
import { readRow } from "../bcp/native/row.ts";
import { fieldsOf, layoutsOf, oddAnswers, type Layout } from "./layout.ts";

/** Enough rows to tell layouts apart, and little to hold. */
export const probedBytes = 256 * 1024;
const comparedRows = 100;

export interface Probed {
  readonly layout: Layout;
  readonly fields: readonly NativeField[];
  /** In which ways the part is not laid out as most are. */
  readonly oddities: readonly string[];
  /** The bytes are rows under other layouts, too, and other values then. */
  readonly isAmbiguous: boolean;
  /** They are rows under no other layout at all. */
  readonly isOnly: boolean;
}

interface Trial {
  readonly layout: Layout;
  readonly fields: readonly NativeField[];
  /** 2: all of the bytes are rows; 1: but for values that cannot be read; 0: the fields are somewhere else. */
  readonly fit: 0 | 1 | 2;
  readonly rows: number;
  readonly first: readonly (readonly (RawValue | null)[])[];
}

/**
 * `head`: the part's first bytes, or all that it has, which are `size`. `proven`: the layout of another part of the table, which
 * decides where this one's bytes do not.
 */
export function probeLayout(
  columns: readonly PackagedColumn[],
  head: Buffer,
  size: number,
  proven: Layout | undefined,
): Probed {
  const trials = layoutsOf(columns).map((layout) => tryLayout(layout, fieldsOf(columns, layout), head, size));
  const best = trials.reduce((one, other) => (isBetter(other, one) ? other : one));
  const others = trials.filter((each) => each !== best && isRival(each, best));
  const isSettled = others.every((other) => isDeepStrictEqual(other.first, best.first));
  const known = isSettled ? undefined : others.find(({ layout }) => isDeepStrictEqual(layout, proven));
  const { fields, layout } = known ?? best;
  const isAmbiguous = !isSettled && known === undefined && !isDeepStrictEqual(best.layout, proven);
  return { layout, fields, oddities: oddAnswers(layout), isAmbiguous, isOnly: best.fit === 2 && others.length === 0 };
}

/** Any UTF-16 is text of most code pages, too: that text is UTF-16 is only given up where it cannot be. */
function isRival(other: Trial, best: Trial): boolean {
  return other.fit === 2 && best.fit === 2 && other.layout.text === best.layout.text;
}

function isBetter(one: Trial, other: Trial): boolean {
  return one.fit === other.fit ? one.fit < 2 && one.rows > other.rows : one.fit > other.fit;
}

function tryLayout(layout: Layout, fields: readonly NativeField[], head: Buffer, size: number): Trial {
  const first: (RawValue | null)[][] = [];
  let [at, rows, faults] = [0, 0, 0];
  let isLost = false;
  while (at < head.length) {
    const reading = readRow(fields, head, at, size - at);
    isLost = reading.kind === "lost" || (reading.kind === "short" && head.length >= size);
    if (reading.kind !== "row") break;
    if (first.length < comparedRows) first.push(reading.cells);
    if (reading.fault !== undefined) faults++;
    rows++;
    at = reading.end;
  }
  return { layout, fields, rows, first, fit: isLost ? 0 : faults > 0 ? 1 : 2 };
}
