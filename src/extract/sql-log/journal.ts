/** Where what a log says ends up: in batches, as evidence, passed over, or in quarantine; each counted once. */
import { Fault } from "../../errors.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch } from "../extractor.ts";
import { ChangeBatches } from "../events/changes.ts";
import type { DateOrder } from "../../values/codec.ts";
import { hasUndecodable, toBytes } from "../text/decode.ts";
import type { Outcome } from "./outcome.ts";

/** What a record says, and the record. */
export interface Entry {
  readonly outcome: Exclude<Outcome, { kind: "transaction" }>;
  readonly at: string | undefined;
  /** Counted through the files of a set. */
  readonly line: number;
  readonly raw: string;
}

/** One file of a set. */
interface Page {
  readonly file: EvidenceFile;
  /** Its first line, as the set's lines are counted. */
  readonly first: number;
  readonly batches: ChangeBatches;
  encoding: string;
}

/** Of one log: a file, or the files of a rotated set. */
export class Journal {
  readonly #context: ExtractContext;
  readonly #dateOrder: DateOrder;
  readonly #pages: Page[] = [];
  /** The one whose batches are open. */
  #filled: Page | undefined;
  #ready: ObservationBatch[] = [];

  constructor(context: ExtractContext, dateOrder: DateOrder) {
    this.#context = context;
    this.#dateOrder = dateOrder;
  }

  /** The lines from `first` on are of this file. */
  open(file: EvidenceFile, first: number): void {
    this.#pages.push({ file, first, batches: this.#batchesOf(file), encoding: "utf-8" });
  }

  /** Of the file that was opened last. */
  set encoding(encoding: string) {
    const page = this.#pages.at(-1);
    if (page !== undefined) page.encoding = encoding;
  }

  enter({ outcome, at, line, raw }: Entry): void {
    if (outcome.kind === "skip") return this.skip(outcome.rule);
    this.#context.read(1);
    const page = this.#pageOf(line);
    const { file, first, encoding } = page;
    const position = line - first + 1;
    const locator = { file, line: position };
    if (hasUndecodable(raw, encoding))
      return this.#context.quarantine(toBytes(raw, encoding), `holds bytes that are no text in ${encoding}`, locator);
    if (outcome.kind === "fault") return this.#context.quarantine(raw, outcome.reason, locator);
    if (outcome.kind === "evidence") {
      const { table, reason } = outcome;
      return this.#context.evidence(raw, { table, at, reason }, locator);
    }
    this.#fill(page);
    this.#ready.push(...page.batches.add({ ...outcome.change, at }, { position, raw: () => raw }));
  }

  skip(rule: string): void {
    this.#context.read(1);
    this.#context.skip(rule);
  }

  end(): void {
    this.#fill(undefined);
  }

  /** The batches that are complete; they are handed over once. */
  take(): ObservationBatch[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #pageOf(line: number): Page {
    const page = this.#pages.findLast(({ first }) => first <= line);
    if (page === undefined) throw new Fault(`line ${line} is of no file`);
    return page;
  }

  /** Batches keep the order of the log, over its files as well. */
  #fill(page: Page | undefined): void {
    if (this.#filled !== undefined && this.#filled !== page) this.#ready.push(...this.#filled.batches.flush());
    this.#filled = page;
  }

  #batchesOf(file: EvidenceFile): ChangeBatches {
    const told = new Map<string, string[]>();
    return new ChangeBatches({
      file,
      positionsAre: "line",
      conventions: { dateOrder: this.#dateOrder },
      leftover: ({ id }, field) => {
        const fields = [...(told.get(id) ?? []), field];
        told.set(id, fields);
        this.#context.leftover(`${file.name}: ${id}`, fields);
      },
    });
  }
}
