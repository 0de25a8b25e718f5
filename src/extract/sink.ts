/** Where typed observations go. The staging store implements it; extraction knows no more of the store than this. */
import type { Column, Table } from "../schema/model.ts";
import type { CanonicalValue } from "../values/codec.ts";
import type { RowKey } from "../values/key.ts";
import type { EvidenceFile, Locator, Operation, Proof, RecordDigest, WarningWeight } from "./extractor.ts";

/** A cell that its type could not hold: kept as raw text and reported, never a claim. */
export interface UnparsedCell {
  readonly column: Column;
  readonly raw: string | Uint8Array;
  readonly reason: string;
}

/** What the observations of one batch share. */
export interface ObservationHead {
  readonly table: Table;
  readonly operation: Operation;
  readonly file: EvidenceFile;
  readonly part: string | undefined;
  readonly positionsAre: "line" | "row";
}

/** One observation in canonical form. */
export interface TypedObservation {
  readonly key: RowKey;
  readonly position: number;
  /** What each cell is; shared between rows of the same form, so that the store can prepare for it. */
  readonly columns: readonly Column[];
  readonly cells: readonly CanonicalValue[];
  readonly unparsed: readonly UnparsedCell[];
  readonly doubts: readonly { readonly column: Column; readonly reason: string }[];
  readonly touches: readonly { readonly column: Column; readonly by: string }[];
}

export interface ObservationSink {
  observe(head: ObservationHead, rows: readonly TypedObservation[]): void;
  evidence(raw: string | Uint8Array, proof: Proof, locator: Locator): void;
  quarantine(raw: string | Uint8Array | RecordDigest, reason: string, locator: Locator): void;
  skip(rule: string, records: number): void;
  leftover(place: string, fields: readonly string[]): void;
  warn(message: string, locator: Locator | undefined, weight: WarningWeight): void;
  /** What the table lacks proves nothing. */
  partial(table: Table, why: string): void;
}
