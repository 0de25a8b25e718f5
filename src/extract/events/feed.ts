/** From what messages come to, to batches, evidence, skips and quarantine: every one is accounted for. */
import { sameName, type Table } from "../../schema/model.ts";
import type { Conventions } from "../../values/codec.ts";
import { ChangeBatches, type RecordPlace, type RowChange } from "./changes.ts";
import type { EvidenceFile, ExtractContext, Locator, ObservationBatch } from "../extractor.ts";
import { splitKeyChange } from "./images.ts";
import type { Outcome } from "./outcome.ts";

export type FeedContext = Pick<ExtractContext, "read" | "skip" | "evidence" | "quarantine" | "leftover">;

export interface Placed extends RecordPlace {
  readonly positionsAre: "line" | "row";
  locate(): Locator;
}

/** What all records of the file have in common. */
interface Shared {
  readonly conventions?: Conventions;
  /** The table of a database file. */
  readonly part?: string;
}

const noKey = "a row was changed; the record does not say its key";

export class ChangeFeed {
  readonly #file: EvidenceFile;
  readonly #context: FeedContext;
  readonly #shared: Shared;
  readonly #leftovers = new Map<string, Set<string>>();
  #isCounted = false;
  #batches: ChangeBatches | undefined;
  #positionsAre: "line" | "row" | undefined;

  constructor(file: EvidenceFile, context: FeedContext, shared: Shared = {}) {
    this.#file = file;
    this.#context = context;
    this.#shared = shared;
  }

  /** `isCounted`: the record is counted as read already. */
  *take(outcomes: readonly Outcome[], place: Placed, isCounted = false): Generator<ObservationBatch> {
    this.#isCounted = isCounted;
    for (const outcome of outcomes)
      if (outcome.kind === "change") yield* this.#change(outcome.change, place);
      else this.#other(outcome, place);
  }

  /** A record may come to more than one. */
  #count(): void {
    if (!this.#isCounted) this.#context.read(1);
    this.#isCounted = false;
  }

  /** The last batches. */
  *end(): Generator<ObservationBatch> {
    if (this.#batches !== undefined) yield* this.#batches.flush();
    for (const [table, fields] of this.#leftovers) this.#context.leftover(table, [...fields]);
  }

  #other(outcome: Exclude<Outcome, { kind: "change" }>, place: Placed): void {
    this.#count();
    if (outcome.kind === "skip") this.#context.skip(outcome.rule);
    else if (outcome.kind === "evidence") this.#context.evidence(place.raw(), outcome.proof, place.locate());
    else this.#context.quarantine(place.raw(), outcome.reason, place.locate());
  }

  *#change(change: RowChange, place: Placed): Generator<ObservationBatch> {
    if (this.#batches === undefined || place.positionsAre !== this.#positionsAre) yield* this.#begin(place);
    const batches = this.#batches as ChangeBatches;
    if (!batches.hasKey(change)) {
      this.#other({ kind: "evidence", proof: { table: change.mapping.table, at: change.at, reason: noKey } }, place);
      return;
    }
    for (const one of splitKeyChange(change)) {
      this.#count();
      yield* batches.add(one, place);
    }
  }

  /** One file counts lines, or elements of an array; a strange one may do both. */
  *#begin({ positionsAre }: Placed): Generator<ObservationBatch> {
    if (this.#batches !== undefined) yield* this.#batches.flush();
    this.#positionsAre = positionsAre;
    this.#batches = new ChangeBatches({
      file: this.#file,
      positionsAre,
      ...this.#shared,
      leftover: (table, field) => this.#leftOver(table, field),
    });
  }

  #leftOver({ id }: Table, field: string): void {
    const fields = this.#leftovers.get(id) ?? new Set<string>();
    this.#leftovers.set(id, fields);
    if (![...fields].some((known) => sameName(known, field))) fields.add(field);
  }
}
