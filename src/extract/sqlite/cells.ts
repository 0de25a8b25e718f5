/** Cells of a SQLite database as values: exact integers, exact text, and the bytes of text that is none. */

/** Bytes that the database holds as text, but that are none in its encoding. */
export class InvalidText {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

export type Cell = null | string | number | bigint | Uint8Array | InvalidText;
export type TextDecoding = (bytes: Uint8Array) => string | InvalidText;

/** The driver puts U+FFFD where text does not decode; whether it stood in the file only the bytes can tell. */
const replacement = "\uFFFD";

export interface Inspection {
  /** Some value may not be what the file holds: the bytes have to be looked at. */
  readonly suspicious: boolean;
  /** What the rows weigh in memory, about. */
  readonly bytes: number;
}

/** Looks over rows as the driver gives them without safeIntegers: doubles for integers, replaced characters in text. */
export function inspect(rows: readonly (readonly unknown[])[]): Inspection {
  let bytes = 0;
  let suspicious = false;
  for (const row of rows) {
    for (const cell of row) {
      bytes += sizeOf(cell);
      suspicious ||= isSuspicious(cell);
    }
  }
  return { suspicious, bytes };
}

export function sizeOf(cell: unknown): number {
  if (typeof cell === "string") return 2 * cell.length;
  return cell instanceof Uint8Array ? cell.length : 8;
}

function isSuspicious(cell: unknown): boolean {
  if (typeof cell === "number") return cell > Number.MAX_SAFE_INTEGER || cell < Number.MIN_SAFE_INTEGER;
  return typeof cell === "string" && cell.includes(replacement);
}

/** How the bytes of a text are read, by `PRAGMA encoding`. Only UTF-8 can be ill-formed: UTF-16 keeps lone surrogates. */
export function textDecoding(encoding: string): TextDecoding {
  if (encoding === "UTF-16le") return (bytes) => Buffer.from(bytes).toString("utf16le");
  if (encoding === "UTF-16be") return (bytes) => Buffer.from(bytes).swap16().toString("utf16le");
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return new InvalidText(bytes);
    }
  };
}

/**
 * `raw` holds `width` cells read with safeIntegers, then the bytes of those that are text.
 * Integers become numbers where a number is exact.
 */
export function exactCells(raw: readonly unknown[], width: number, decode: TextDecoding): Cell[] {
  return raw.slice(0, width).map((cell, index) => {
    if (typeof cell === "bigint") return narrow(cell);
    const bytes = raw[width + index];
    return bytes instanceof Uint8Array ? decode(bytes) : (cell as Cell);
  });
}

function narrow(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** A row as JSON: blobs as `{"blob":"hex"}`, text that is none as `{"invalidText":"hex"}`, numbers with every digit. */
export function rowAsJson(names: readonly string[], cells: readonly Cell[]): string {
  const members = names.map((name, index) => `${JSON.stringify(name)}:${cellAsJson(cells[index] ?? null)}`);
  return `{${members.join(",")}}`;
}

function cellAsJson(cell: Cell): string {
  if (cell instanceof Uint8Array) return JSON.stringify({ blob: Buffer.from(cell).toString("hex") });
  if (cell instanceof InvalidText) return JSON.stringify({ invalidText: Buffer.from(cell.bytes).toString("hex") });
  if (typeof cell === "bigint") return String(cell);
  if (typeof cell !== "number") return JSON.stringify(cell);
  if (Object.is(cell, -0)) return "-0.0";
  // JSON has no infinity; as in SQLite's own dump, a number too large for a double is one.
  return Number.isFinite(cell) ? String(cell) : cell > 0 ? "9e999" : "-9e999";
}
