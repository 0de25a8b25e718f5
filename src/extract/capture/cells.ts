/** The rows of a server as lines of JSON: an array a row, and what JSON has no form for as an object with one key. */
import type { RawValue } from "../../values/codec.ts";

type Cell = RawValue | null;

/** `{"int":"9007199254740993"}`, `{"float":"NaN"}`, `{"base64":"AAE="}`. */
interface Tagged {
  readonly int?: string;
  readonly float?: string;
  readonly base64?: string;
}

/** One line, without its end. Lone surrogates are escaped, so that UTF-8 carries every text. */
export function encodeRow(row: readonly Cell[]): string {
  return JSON.stringify(row.every(isPlain) ? row : row.map(encodeCell));
}

/** Whole lines at once, which takes less time than one by one. Throws SyntaxError for a line that is none of {@link encodeRow}'s. */
export function decodeRows(lines: Buffer): Cell[][] {
  // Within a text the end of a line stands escaped.
  const text = lines.toString("utf8").trimEnd().replaceAll("\n", ",");
  return (JSON.parse(`[${text}]`) as (Cell | Tagged)[][]).map(decodeCells);
}

function decodeCells(row: (Cell | Tagged)[]): Cell[] {
  if (!Array.isArray(row)) throw new SyntaxError("a line holds no row");
  for (let index = 0; index < row.length; index++) {
    const cell = row[index];
    if (typeof cell === "object" && cell !== null) row[index] = decodeTagged(cell as Tagged);
  }
  return row as Cell[];
}

function isPlain(cell: Cell): boolean {
  if (typeof cell === "number") return Number.isFinite(cell) && !Object.is(cell, -0);
  return typeof cell === "string" || typeof cell === "boolean" || cell === null;
}

function encodeCell(cell: Cell): Cell | Tagged {
  if (isPlain(cell)) return cell;
  if (typeof cell === "bigint") return { int: String(cell) };
  if (typeof cell === "number") return { float: Object.is(cell, -0) ? "-0" : String(cell) };
  const bytes = cell as Uint8Array;
  return { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
}

function decodeTagged({ int, float, base64 }: Tagged): Cell {
  if (int !== undefined) return BigInt(int);
  if (float !== undefined) return Number(float);
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  throw new SyntaxError("a cell has a tag that nobody knows");
}
