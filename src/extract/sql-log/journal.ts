/** Where what a log says ends up: in batches, as evidence, passed over, or in quarantine; each counted once. */
import type { EvidenceFile, ExtractContext, ObservationBatch } from "../extractor.ts";
import { ChangeBatches } from "../events/changes.ts";
import type { DateOrder } from "../../values/codec.ts";
import { hasUndecodable, toBytes } from "../text/decode.ts";
import type { Outcome } from "./outcome.ts";

/** What a record says, and the record. */
export interface Entry {
  readonly outcome: Exclude<Outcome, { kind: "transaction" }>;
  readonly at: string | undefined;
  readonly line: number;
  readonly raw: string;
}

export class Journal {
  readonly #file: EvidenceFile;
  readonly #context: ExtractContext;
  readonly #batches: ChangeBatches;
  #ready: ObservationBatch[] = [];
  encoding = "utf-8";

  constructor(file: EvidenceFile, context: ExtractContext, dateOrder: DateOrder) {
    this.#file = file;
    this.#context = context;
    const told = new Map<string, string[]>();
    this.#batches = new ChangeBatches({
      file,
      positionsAre: "line",
      conventions: { dateOrder },
      leftover: ({ id }, field) => {
        const fields = [...(told.get(id) ?? []), field];
        told.set(id, fields);
        context.leftover(`${file.name}: ${id}`, fields);
      },
    });
  }

  enter({ outcome, at, line, raw }: Entry): void {
    if (outcome.kind === "skip") return this.skip(outcome.rule);
    this.#context.read(1);
    const locator = { file: this.#file, line };
    if (hasUndecodable(raw, this.encoding))
      return this.#context.quarantine(
        toBytes(raw, this.encoding),
        `holds bytes that are no text in ${this.encoding}`,
        locator,
      );
    if (outcome.kind === "fault") return this.#context.quarantine(raw, outcome.reason, locator);
    if (outcome.kind === "evidence") {
      const { table, reason } = outcome;
      return this.#context.evidence(raw, { table, at, reason }, locator);
    }
    this.#ready.push(...this.#batches.add({ ...outcome.change, at }, { position: line, raw: () => raw }));
  }

  skip(rule: string): void {
    this.#context.read(1);
    this.#context.skip(rule);
  }

  end(): void {
    this.#ready.push(...this.#batches.flush());
  }

  /** The batches that are complete; they are handed over once. */
  take(): ObservationBatch[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}
