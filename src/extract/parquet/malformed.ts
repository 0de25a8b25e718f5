/** Bytes of a parquet file that are not what the format says. */
export class Malformed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "Malformed";
  }
}

/** What the library that decodes throws, in one sentence's part. */
export function reasonOf(error: unknown): string {
  if (error instanceof Malformed) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `it cannot be decoded (${message.replace(/^parquet /, "")})`;
}
