/** The rows of one table of a package, as batches: every record is accounted for. */
import type { ZipMember } from "../../files/zip.ts";
import type { ExtractContext, Locator, ObservationBatch } from "../extractor.ts";
import { BatchBuilder } from "../records/batches.ts";
import type { NativeRecord, NativeRest } from "../bcp/native/reader.ts";
import type { Layout } from "./layout.ts";
import type { OpenedPackage } from "./package.ts";
import type { TablePlan } from "./plan.ts";
import type { Probed } from "./probe.ts";
import { readPart } from "./records.ts";

const unfedRule = "feeds no target table";
/** Rows may be long. */
const bytesABatch = 8 * 1024 * 1024;
const conventions = { dateOrder: "ymd", namesBaseTypes: true } as const;

export class TableExtraction {
  readonly #package: OpenedPackage;
  readonly #plan: TablePlan;
  readonly #context: ExtractContext;
  /** The layout of a part whose bytes allow no other. */
  #proven: Layout | undefined;
  /** Rows found, those in quarantine among them. */
  rows = 0;
  /** There are bytes that could not be told apart into rows. */
  isCut = false;

  constructor(opened: OpenedPackage, plan: TablePlan, context: ExtractContext) {
    this.#package = opened;
    this.#plan = plan;
    this.#context = context;
  }

  /** `advance` is told how many of the archive's bytes are through. */
  async *read(part: ZipMember, advance: (packed: number) => void): AsyncGenerator<ObservationBatch> {
    const batches = this.#builder(part);
    let bytes = 0;
    for await (const event of readPart(this.#package.zip, part, this.#plan.source, this.#proven)) {
      this.#context.signal.throwIfAborted();
      if (event.kind === "layout") this.#tellOfLayout(event.layout, part);
      else if (event.kind === "rest") this.#setAside(event.rest, part);
      else if (event.kind === "damage") this.#tellOfDamage(event.damage, part);
      else {
        for (const record of event.records) {
          this.#account(record, part, batches);
          bytes += record.bytes.length;
          if (batches?.isFull !== true && bytes < bytesABatch) continue;
          bytes = 0;
          yield* flush(batches);
        }
        advance(event.packedRead);
      }
    }
    yield* flush(batches);
  }

  #builder(part: ZipMember): BatchBuilder<NativeRecord> | undefined {
    const { feeds } = this.#plan;
    if (feeds === undefined) return undefined;
    const { mapping, columns: plan } = feeds;
    return new BatchBuilder<NativeRecord>(
      { file: this.#package.file, part: part.name, positionsAre: "row", mapping, plan, conventions },
      { cells: ({ cells }) => cells, position: ({ row }) => row, bytes: ({ bytes }) => bytes },
    );
  }

  #account(record: NativeRecord, part: ZipMember, batches: BatchBuilder<NativeRecord> | undefined): void {
    this.rows++;
    this.#context.read(1);
    const { row, offset, fault, bytes } = record;
    if (batches === undefined) this.#context.skip(unfedRule);
    else if (fault === undefined) batches.add(record);
    else this.#context.quarantine(bytes, fault, { ...this.#at(part), row, offset });
  }

  /** What cannot be told apart into rows counts as one record. */
  #setAside(rest: NativeRest, part: ZipMember): void {
    const { feeds } = this.#plan;
    const at: Locator = { ...this.#at(part), row: rest.row, offset: rest.offset };
    this.isCut = true;
    this.#context.read(1);
    if (feeds === undefined) {
      this.#context.skip(unfedRule);
      return;
    }
    const why = `the last ${rest.length} bytes of the part cannot be told apart into rows: ${rest.reason}`;
    this.#context.quarantine(rest.bytes, why, at);
    this.#context.warn(why, at, "loss");
    this.#context.partial(feeds.mapping.table, `${part.name} cannot be read to its end`);
  }

  #tellOfDamage(damage: string, part: ZipMember): void {
    const { feeds } = this.#plan;
    this.#context.warn(
      `the part is damaged in the archive: ${damage}`,
      this.#at(part),
      feeds === undefined ? "note" : "loss",
    );
    if (feeds !== undefined) this.#context.partial(feeds.mapping.table, `${part.name} is damaged`);
  }

  #tellOfLayout({ layout, oddities, isAmbiguous, isOnly }: Probed, part: ZipMember): void {
    if (isOnly) this.#proven ??= layout;
    if (this.#plan.feeds === undefined) return;
    if (oddities.length > 0)
      this.#context.warn(
        `the part is not laid out as most are (${oddities.join(", ")}), by its own bytes`,
        this.#at(part),
      );
    if (isAmbiguous)
      this.#context.warn(
        "the bytes of the part would be rows under another layout, too; the likelier one was taken",
        this.#at(part),
      );
  }

  #at(part: ZipMember): Locator {
    return { file: this.#package.file, part: part.name };
  }
}

function* flush(batches: BatchBuilder<NativeRecord> | undefined): Generator<ObservationBatch> {
  const batch = batches?.take();
  if (batch !== undefined) yield batch;
}
