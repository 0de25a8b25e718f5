/** How a format's records lie in the bytes of a file. */
import type { RawValue } from "../../values/codec.ts";

/** What becomes of a record. */
export type Verdict =
  | { readonly kind: "row"; readonly cells: readonly (RawValue | null)[] }
  | { readonly kind: "skip"; readonly rule: string }
  | { readonly kind: "fault"; readonly reason: string };

export interface Framed {
  /** Bytes of the record with what ends it. */
  readonly length: number;
  /** Does it end as the format ends records? Otherwise it ends with the file, and may be cut. */
  readonly isEnded: boolean;
  readonly verdict: Verdict;
}

/** Nothing tells where the next record begins: the rest of the file is set aside. */
export interface Lost {
  readonly lost: string;
}

export interface Framing {
  /**
   * The record at `from`, which lies before the end of `bytes`; undefined where more bytes are needed. With `isFinal`
   * there are no more, and the answer is never undefined.
   */
  next(bytes: Buffer, from: number, isFinal: boolean): Framed | Lost | undefined;
  /** Behind the next end of a record, -1 where there is none; undefined where the format marks no ends. */
  findEnd?(bytes: Buffer, from: number): number;
}
