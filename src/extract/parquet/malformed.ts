/** Bytes of a parquet file that are not what the format says. */
export class Malformed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "Malformed";
  }
}

/** Of one page: the rows that it takes with it, 0-based in its row group, the last one excluded. */
export class BadRows extends Malformed {
  readonly from: number;
  readonly to: number;

  constructor(cause: unknown, from: number, to: number) {
    super(reasonOf(cause), cause);
    this.from = from;
    this.to = to;
  }
}

/** What the library that decodes throws, in one sentence's part. */
export function reasonOf(error: unknown): string {
  if (error instanceof Malformed) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `it cannot be decoded (${message.replace(/^parquet /, "")})`;
}
