/** A web server's log from its files to batches of changes: every line is accounted for. */
import { changeOf } from "../events/change-of.ts";
import { ChangeBatches } from "../events/changes.ts";
import { LogClock } from "../events/clock.ts";
import { LogFile } from "../events/log-file.ts";
import type { LogRecord } from "../events/records.ts";
import { timeFormat } from "../events/time-format.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { UrlDecoder } from "./decode.ts";
import { ExtendedLines, type LoggedRequest, readAccess } from "./fields.ts";
import type { W3cOptions } from "./options.ts";
import { RequestType } from "./request-type.ts";

/** Throws UserError for what of the requests cannot be used. */
export function requestTypes(options: W3cOptions, mappings: readonly TableMapping[]): readonly RequestType[] {
  const nulls = new Set([options.null ?? []].flat());
  const context = { mappings, decoder: new UrlDecoder(options.charset), nulls, form: options.form };
  return options.requests.map((request) => new RequestType(request, context));
}

/** Of the requests that are none of a kind, those that came near. */
interface Misses {
  matches: number;
  looks: number;
  readonly near: string[];
}

const mostLooks = 10_000;
const mostShown = 3;

/** A file that is being read. */
interface OpenFile {
  readonly log: LogFile;
  readonly batches: ChangeBatches;
  readonly lines: ExtendedLines;
  isExtended: boolean | undefined;
}

const times = { extended: timeFormat("iso"), access: timeFormat("apache") };

export class W3cRun {
  readonly #options: W3cOptions;
  readonly #context: ExtractContext;
  readonly #types: readonly RequestType[];
  readonly #misses = new Map<RequestType, Misses>();
  readonly #extendedClock: LogClock;
  #requests = 0;
  readonly #accessClock: LogClock;

  constructor(options: W3cOptions, context: ExtractContext) {
    const { zone } = context;
    this.#options = options;
    this.#context = context;
    this.#types = requestTypes(options, context.mappings);
    for (const type of this.#types) this.#misses.set(type, { matches: 0, looks: 0, near: [] });
    this.#extendedClock = new LogClock({ zone, offset: options.times === "utc" ? "Z" : undefined });
    this.#accessClock = new LogClock({ zone });
  }

  async *read(file: EvidenceFile, progress: (bytesRead: number) => void): AsyncGenerator<ObservationBatch> {
    const { encoding, format } = this.#options;
    const log = new LogFile(file, { encoding }, this.#context);
    const batches = new ChangeBatches({ file, positionsAre: "line", leftover: () => undefined });
    const isExtended = format === "auto" ? undefined : format === "w3c";
    const open: OpenFile = { log, batches, lines: new ExtendedLines(), isExtended };
    for await (const { records, bytesRead } of log.read()) {
      for (const record of records) yield* this.#account(record, open);
      progress(bytesRead);
    }
    yield* batches.flush();
  }

  /** After the last file. */
  end(): void {
    const leftovers = [...new Set(this.#types.flatMap((type) => [...type.leftovers]))];
    if (leftovers.length > 0) this.#context.leftover("the requests", leftovers);
    for (const [type, misses] of this.#misses)
      if (misses.matches === 0 && this.#requests > 0) this.#warnOf(type, misses);
  }

  #warnOf({ options: { path } }: RequestType, { near }: Misses): void {
    const why =
      near.length === 0 ? "no other request begins with such a path" : `the first that nearly are: ${near.join("; ")}`;
    this.#context.warn(`none of ${this.#requests} requests is one of ${JSON.stringify(path)}; ${why}`);
  }

  /** Only until one was found: what a kind of request is wrong in shows at the beginning. */
  #look(request: LoggedRequest, record: LogRecord, { log }: OpenFile): void {
    for (const [type, misses] of this.#misses) {
      if (misses.matches > 0 || misses.looks >= mostLooks || misses.near.length >= mostShown) continue;
      misses.looks++;
      const why = type.miss(request);
      if (why !== undefined) misses.near.push(`${log.file.name}:${record.line}, where ${why}`);
    }
  }

  *#account(record: LogRecord, open: OpenFile): Generator<ObservationBatch> {
    const { log, lines } = open;
    open.isExtended ??= record.text.startsWith("#");
    if (open.isExtended && lines.direct(record.text)) {
      this.#context.skip("directive");
      return;
    }
    const request = open.isExtended ? lines.read(record.text) : readAccess(record.text);
    if (typeof request === "object") yield* this.#accountRequest(request, record, open);
    else log.quarantine(record, withDoubt(request ?? "it is not of the common or combined format", record, log));
  }

  *#accountRequest(request: LoggedRequest, record: LogRecord, open: OpenFile): Generator<ObservationBatch> {
    this.#requests++;
    for (const type of this.#types) {
      const parameters = type.match(request);
      if (parameters === undefined) continue;
      const misses = this.#misses.get(type);
      if (misses !== undefined) misses.matches++;
      const reason = this.#passOver(type, request);
      if (!record.isEnded && type.needs(request.last)) open.log.quarantine(record, open.log.doubtOfEnd);
      else if (reason !== undefined) this.#context.skip(reason);
      else yield* this.#stage(type, type.read(parameters, request), { request, record, open });
      return;
    }
    this.#look(request, record, open);
    this.#context.skip("is no request of the recipe");
  }

  /** Why a request of a kind that the recipe knows says nothing; GOTCHAS 41. */
  #passOver(type: RequestType, { fields }: LoggedRequest): string | undefined {
    const status = fields.get("sc-status");
    if (type.mapping === undefined) return "of a table that this source does not fill";
    if (status === undefined || type.isDone(Number(status))) return undefined;
    return `answered with ${/^[1-5]\d\d$/.test(status) ? `${status.slice(0, 1)}xx` : "another status"}: nothing was done`;
  }

  *#stage(
    { mapping, options }: RequestType,
    read: ReturnType<RequestType["read"]>,
    {
      request,
      record,
      open: { log, batches, isExtended },
    }: { request: LoggedRequest; record: LogRecord; open: OpenFile },
  ): Generator<ObservationBatch> {
    if (mapping === undefined) return;
    const clock = isExtended === true ? this.#extendedClock : this.#accessClock;
    const format = isExtended === true ? times.extended : times.access;
    const at = request.time === undefined ? undefined : clock.read(request.time, format);
    if ("reason" in read) log.quarantine(record, read.reason);
    else if (request.time !== undefined && at === undefined)
      log.quarantine(record, `${JSON.stringify(request.time)} is no time`);
    else {
      const jump = at === undefined ? undefined : clock.jump(at);
      if (jump !== undefined) this.#context.warn(jump, log.locate(record));
      const change = { ...changeOf(mapping, options.operation, read.values, read.touched), at };
      const doubt = doubtOf(request, change.operation, batches.hasKey(change));
      if (doubt === undefined) yield* batches.add(change, { position: record.line, raw: () => record.raw });
      else this.#context.evidence(record.raw, { table: mapping.table, at, reason: doubt }, log.locate(record));
    }
  }
}

/** Why a request gives no value. */
function doubtOf({ fields }: LoggedRequest, operation: string, hasKey: boolean): string | undefined {
  if (!hasKey) return `${operation} of a row that is not named: the request does not say its key`;
  return fields.has("sc-status") ? undefined : `${operation} of which the log does not say whether it was done`;
}

function withDoubt(reason: string, { isEnded }: LogRecord, { doubtOfEnd }: LogFile): string {
  return isEnded ? reason : `${reason}; ${doubtOfEnd}`;
}
