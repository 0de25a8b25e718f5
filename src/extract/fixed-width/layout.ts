/** Where the fields of a record stand, and how their text becomes a cell. */
import type { FixedWidthOptions } from "./options.ts";

export interface Slice {
  readonly name: string;
  /** 0-based, in characters or bytes. */
  readonly from: number;
  /** Behind its last one. */
  readonly to: number;
  readonly trim: "right" | "both" | "none";
  readonly decimals?: number;
}

export interface Layout {
  /** The fields that have names. */
  readonly slices: readonly Slice[];
  /** Characters or bytes of a whole record. */
  readonly width: number;
  /** A record that is shorter lacks more than padding. */
  readonly least: number;
  /** Between the fields: what may stand there, and where. Undefined: anything. */
  readonly gaps?: readonly { readonly at: number; readonly allowed: string }[];
}

type Field = NonNullable<FixedWidthOptions["fields"]>[number];

/** Lays the fields one behind the other, but for those that say where they start. */
export function layFields({ fields = [], trim, shortLines }: FixedWidthOptions): Layout {
  const slices: Slice[] = [];
  let [next, width] = [0, 0];
  for (const field of fields) {
    const { from, to } = placeOf(field, next);
    next = to;
    width = Math.max(width, to);
    if (field.name !== undefined)
      slices.push({ name: field.name, from, to, trim: field.trim ?? trim, ...decimalsOf(field) });
  }
  return { slices, width, least: shortLines === "pad" ? 0 : width };
}

function placeOf({ start, width, end }: Field, next: number): { from: number; to: number } {
  const from = start === undefined ? next : start - 1;
  return { from, to: end ?? from + (width ?? 0) };
}

function decimalsOf({ decimals }: Field): { decimals?: number } {
  return decimals === undefined ? {} : { decimals };
}
