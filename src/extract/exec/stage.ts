/** From captured lines to observations: every line is accounted for. */
import { refuseAltered } from "../capture/folder.ts";
import { readLines } from "../capture/lines.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { TableFeed } from "./feed.ts";
import type { Line } from "./feed.ts";
import { readMessage } from "./message.ts";
import type { ObjectReader, RecordMessage } from "./message.ts";
import type { RecordPlan } from "./plan.ts";
import { Routes, listStreams } from "./routes.ts";

/** `read` knows the form of the output. Throws UserError where recipe and output do not fit together. */
export async function* stageOutput(
  files: readonly EvidenceFile[],
  read: ObjectReader,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  const stager = new Stager(read, context);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const file of files) {
    refuseAltered(file);
    let number = 0;
    for await (const lines of readLines(file.path)) {
      context.signal.throwIfAborted();
      for (const bytes of lines) yield* stager.take({ file, number: ++number, bytes });
    }
    yield* stager.flush();
    context.progress((done += file.bytes), total);
  }
  stager.end();
}

class Stager {
  readonly #read: ObjectReader;
  readonly #context: ExtractContext;
  readonly #routes: Routes;
  readonly #feeds = new Map<TableMapping, TableFeed>();
  /** Plans of which the fields that feed nothing are told. */
  readonly #told = new Set<RecordPlan>();
  #lines = 0;

  constructor(read: ObjectReader, context: ExtractContext) {
    this.#read = read;
    this.#context = context;
    this.#routes = new Routes(context.mappings);
  }

  *take(line: Line): Generator<ObservationBatch> {
    const { file, number, bytes } = line;
    this.#context.read(1);
    this.#lines++;
    const message = readMessage(bytes, this.#read, { file: file.name, line: number });
    if (message.kind === "record") yield* this.#record(message, line);
    else if (message.kind === "fault") this.#quarantine(line, message.reason);
    else if (message.kind === "skip") this.#context.skip(message.rule);
    else {
      this.#feedOf(message.stream)?.announce(message.fields);
      this.#context.skip("SCHEMA message");
    }
  }

  /** What is gathered of a file. */
  *flush(): Generator<ObservationBatch> {
    for (const feed of this.#feeds.values()) {
      const batch = feed.take();
      if (batch !== undefined) yield batch;
    }
  }

  /** Holds what the recipe expects against what came. */
  end(): void {
    for (const feed of this.#feeds.values()) feed.refuseMissing();
    for (const mapping of this.#context.mappings) if (!this.#feeds.has(mapping)) this.#tellUnseen(mapping);
    if (this.#lines === 0) this.#context.warn("the program printed nothing");
    const { passedOver } = this.#routes;
    if (passedOver.length > 0)
      this.#context.warn(`streams that feed no target table are passed over: ${listStreams(passedOver)}`);
  }

  *#record(message: RecordMessage, line: Line): Generator<ObservationBatch> {
    const feed = this.#feedOf(message.stream);
    const plan = feed?.plan(message);
    if (feed === undefined || plan === undefined) this.#context.skip("feeds no target table");
    else if (typeof plan === "string") this.#quarantine(line, plan);
    else {
      this.#tellLeftover(feed.mapping, message.stream, plan);
      const finished = feed.add(message, plan, line);
      if (finished !== undefined) yield finished;
    }
  }

  #feedOf(stream: string | undefined): TableFeed | undefined {
    const mapping = this.#routes.find(stream);
    if (mapping === undefined) return undefined;
    const feed = this.#feeds.get(mapping) ?? new TableFeed(mapping, this.#context.zone);
    this.#feeds.set(mapping, feed);
    return feed;
  }

  #tellLeftover({ table }: TableMapping, stream: string | undefined, plan: RecordPlan): void {
    if (plan.leftover.length === 0 || this.#told.has(plan)) return;
    this.#told.add(plan);
    this.#context.leftover(stream ?? table.id, plan.leftover);
  }

  #tellUnseen(mapping: TableMapping): void {
    if (mapping.from === undefined && mapping.columns.size === 0) return;
    this.#routes.refuseUnseen(mapping);
    if (this.#lines > 0) this.#context.warn(`the program printed nothing for ${mapping.table.id}`);
  }

  #quarantine({ file, number, bytes }: Line, reason: string): void {
    this.#context.quarantine(bytes, reason, { file, line: number });
  }
}
