/** One file of JSON, from its text to batches of observations: every record is accounted for. */
import type { Conventions } from "../../values/codec.ts";
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import type { EvidenceFile, ExtractContext, Locator, ObservationBatch } from "../extractor.ts";
import { hasUndecodable, readText, type TextChunk, toBytes } from "../text/decode.ts";
import { LongRecords } from "../text/long-record.ts";
import { ByteOffsets } from "../text/offsets.ts";
import { NodeFeed } from "./node-feed.ts";
import { buildPathTree, type PathNode, type TableRows } from "./path-tree.ts";
import { type JsonRow, type NoRow, readRecord, rowsIn } from "./rows.ts";
import { JsonScanner } from "./scanner.ts";
import type { JsonRecord } from "./task.ts";
import type { RowPlace, TableFeed } from "./table-feed.ts";

type FileContext = Pick<ExtractContext, "read" | "skip" | "quarantine" | "leftover" | "warn" | "zone">;

const shownNames = 12;

/** What becomes of the records of a file. */
export class FileExtraction {
  readonly #file: EvidenceFile;
  readonly #context: FileContext;
  readonly #scanner: JsonScanner;
  readonly #feeds: ReadonlyMap<PathNode, NodeFeed>;
  readonly #offsets = new ByteOffsets();
  readonly #long: LongRecords;
  readonly #ordinals = new Map<PathNode, number>();
  #last: TextChunk | undefined;
  #length = 0;
  /** Up to here, in code units, records may hold bytes that did not decode. */
  #suspectUntil = 0;
  #undecodable = 0;
  #records = 0;
  #isCut = false;
  #isOddByteTold = false;

  constructor(file: EvidenceFile, tables: readonly TableRows[], conventions: Conventions, context: FileContext) {
    this.#file = file;
    this.#context = context;
    this.#long = new LongRecords(context);
    const tree = buildPathTree(tables);
    this.#scanner = new JsonScanner(tree);
    this.#feeds = new Map(nodesOf(tree).map((node) => [node, new NodeFeed(node, conventions, context.zone)]));
  }

  *write(chunk: TextChunk): Generator<ObservationBatch> {
    this.#length += chunk.text.length;
    if (hasUndecodable(chunk.text, chunk.encoding)) this.#suspectUntil = this.#length;
    this.#offsets.advance(chunk, this.#scanner.pendingFrom);
    this.#last = chunk;
    for (const record of this.#scanner.write(chunk.text)) yield* this.#account(record);
  }

  /** What stands at the end of the file, and the last batches. Throws UserError where nothing stands where the recipe says. */
  *end(): Generator<ObservationBatch> {
    for (const record of this.#scanner.end()) yield* this.#account(record);
    this.#long.end();
    this.#accountOddByte();
    for (const feed of this.#tableFeeds()) {
      const batch = feed.take(this.#file, this.#encoding);
      if (batch !== undefined) yield batch;
    }
    this.#accountRowless();
    this.#tellLeftovers();
    this.#warnOfFile();
    this.#warnOfMissing();
  }

  get #encoding(): string {
    return this.#last?.encoding ?? "utf-8";
  }

  #tableFeeds(): TableFeed[] {
    return [...this.#feeds.values()].flatMap(({ feeds }) => feeds);
  }

  *#account(record: JsonRecord): Generator<ObservationBatch> {
    if (record.goesOn || this.#long.isOpen) {
      this.#accountPiece(record);
      return;
    }
    this.#records++;
    const place = this.#placeOf(record);
    const reason = this.#problemOf(record);
    if (record.isCut) this.#isCut = true;
    if (reason !== undefined) this.#quarantine(record, { text: record.text, reason }, place);
    else if (record.text.trim() === "null") this.#skip("null in place of a record");
    else yield* this.#stage(record, place);
  }

  #accountPiece(record: JsonRecord): void {
    if (!this.#long.isOpen) this.#records++;
    if (record.isCut) this.#isCut = true;
    const bytes = toBytes(record.text, this.#encoding);
    this.#long.add(bytes, record.goesOn, () => this.#locate(record, this.#placeOf(record)));
  }

  #problemOf({ text, at, node, fault }: JsonRecord): string | undefined {
    if (at < this.#suspectUntil && hasUndecodable(text, this.#encoding)) {
      this.#undecodable++;
      return `it holds bytes that are not ${this.#encoding}`;
    }
    return fault ?? (node === undefined || node.tables.length === 0 ? "it is no object" : undefined);
  }

  *#stage(record: JsonRecord, place: RowPlace): Generator<ObservationBatch> {
    const read = readRecord(record.text);
    const node = this.#feeds.get(record.node as PathNode);
    if ("reason" in read || node === undefined) {
      this.#quarantine(record, "reason" in read ? read : { ...read, reason: "it feeds no table" }, place);
      return;
    }
    node.pass(read);
    let rows = 0;
    for (const feed of node.feeds)
      for (const row of rowsIn(read, feed.inner)) {
        rows++;
        yield* this.#stageRow(row, feed, record, place);
      }
    if (rows === 0) this.#skip(`holds no ${node.feeds.map(({ inner }) => inner.join(".")).join(", no ")}`);
  }

  *#stageRow(row: JsonRow | NoRow, feed: TableFeed, record: JsonRecord, place: RowPlace): Generator<ObservationBatch> {
    const planned = "reason" in row ? row.reason : feed.plan(row);
    if (typeof planned === "string") {
      this.#quarantine(record, { text: row.text, reason: planned }, place);
      return;
    }
    this.#context.read(1);
    const batch = feed.add(planned, place, this.#file, this.#encoding);
    if (batch !== undefined) yield batch;
  }

  #skip(rule: string): void {
    this.#context.read(1);
    this.#context.skip(rule);
  }

  #quarantine(record: JsonRecord, { text, reason }: NoRow, place: RowPlace): void {
    this.#context.read(1);
    const isLast = record.isCut && this.#last?.oddByte !== undefined && !this.#isOddByteTold;
    const bytes = toBytes(text, this.#encoding);
    const raw = isLast ? Buffer.concat([bytes, Buffer.of(this.#last?.oddByte ?? 0)]) : bytes;
    this.#isOddByteTold ||= isLast;
    this.#context.quarantine(raw, reason, this.#locate(record, place));
  }

  #locate({ line, at }: JsonRecord, { positionsAre, position, part }: RowPlace): Locator {
    const row = positionsAre === "row" ? { row: position } : {};
    return { file: this.#file, line, offset: this.#offsets.of(at), ...row, ...(part === undefined ? {} : { part }) };
  }

  /** In a file of one line its lines tell nothing: elements are counted. */
  #placeOf({ node, isElement, line }: JsonRecord): RowPlace {
    const part = node === undefined || node.path === "" ? undefined : node.path;
    if (!isElement || node === undefined) return { positionsAre: "line", position: line, part };
    const ordinal = (this.#ordinals.get(node) ?? 0) + 1;
    this.#ordinals.set(node, ordinal);
    return { positionsAre: "row", position: ordinal, part };
  }

  /** Half a UTF-16 code unit that no record takes with it. */
  #accountOddByte(): void {
    const oddByte = this.#last?.oddByte;
    if (oddByte === undefined || this.#isOddByteTold) return;
    this.#context.read(1);
    const locator = { file: this.#file, offset: this.#offsets.of(this.#length) };
    this.#context.quarantine(Buffer.of(oddByte), "the file ends in the middle of a UTF-16 code unit", locator);
  }

  #accountRowless(): void {
    const { rowless } = this.#scanner;
    if (rowless === 0) return;
    const ways = this.#ways();
    if (this.#scanner.met.size === 0 && this.#records === 0 && !this.#isCutShort) throw this.#nothingThere(ways);
    this.#context.read(rowless);
    this.#context.skip(`holds no ${ways.join(", no ")}`, rowless);
  }

  #ways(): string[] {
    return [...this.#feeds.keys()].map(({ path }) => path);
  }

  get #isCutShort(): boolean {
    return this.#isCut || this.#scanner.isUnclosed || this.#last?.cut !== undefined;
  }

  #nothingThere(ways: readonly string[]): UserError {
    const names = [...this.#scanner.leftovers];
    const near = nearest(ways[0] ?? "", names);
    const there = names.length === 0 ? "" : `; what is there is ${names.slice(0, shownNames).join(", ")}`;
    return new UserError({
      what: `there is no ${ways.join(" and no ")}, where the recipe looks for rows`,
      remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Correct \`rows\`, or the way behind # in the table's \`from\`${there}`,
      where: { file: this.#file.name },
    });
  }

  #tellLeftovers(): void {
    const places = new Map<string, readonly string[]>([[this.#file.name, [...this.#scanner.leftovers]]]);
    for (const [{ path }, { leftovers, feeds }] of this.#feeds) {
      this.#addLeftovers(places, path, leftovers);
      for (const feed of feeds) this.#addLeftovers(places, [path, ...feed.inner].join("."), feed.leftovers);
    }
    for (const [place, fields] of places) if (fields.length > 0) this.#context.leftover(place, fields);
  }

  #addLeftovers(places: Map<string, readonly string[]>, way: string, fields: ReadonlySet<string>): void {
    const path = way.replace(/^\./, "");
    const place = path === "" ? this.#file.name : `${this.#file.name}#${path}`;
    places.set(place, [...new Set([...(places.get(place) ?? []), ...fields])]);
  }

  #warnOfFile(): void {
    const at = { file: this.#file };
    if (this.#last === undefined) this.#context.warn("the file is empty", at);
    else if (this.#isBlank) this.#context.warn("the file holds nothing but blanks", at);
    if (this.#isCutShort) this.#context.warn(`the file is cut short: ${this.#cutBecause()}`, at, "loss");
    if (this.#scanner.isHeadless)
      this.#context.warn(
        "commas or brackets stand between its records, and no array is open: is its beginning missing?",
        at,
        "loss",
      );
    if (this.#undecodable > 0) this.#context.warn(this.#undecodableWarning(), at);
  }

  get #isBlank(): boolean {
    return this.#records === 0 && !this.#scanner.isBegun && this.#last?.oddByte === undefined;
  }

  #cutBecause(): string {
    if (this.#last?.cut !== undefined) return this.#last.cut;
    return this.#isCut ? "it ends in the middle of a record" : "it ends before an array or object is closed";
  }

  #undecodableWarning(): string {
    const records = this.#undecodable === 1 ? "1 record holds" : `${this.#undecodable} records hold`;
    return `${records} bytes that are not ${this.#encoding} (${this.#last?.settledBy}): is the file in another encoding?`;
  }

  /** Writers leave properties out where they are null, so that one that is never there need not be a mistake. */
  #warnOfMissing(): void {
    for (const feed of this.#tableFeeds()) this.#warnOfColumns(feed);
  }

  #warnOfColumns(feed: TableFeed): void {
    const { columns, fields } = feed.missing;
    if (fields.length === 0) return;
    for (const [column, field] of columns) {
      const near = nearest(field, fields);
      const hint = near === undefined ? "" : `: did you mean ${near}?`;
      this.#context.warn(
        `no record has the field ${field}, from which the recipe takes ${feed.tableId}.${column}${hint}`,
        { file: this.#file },
      );
    }
  }
}

/** Counts the records of a file that feeds no table. */
export async function* skipFile(
  file: EvidenceFile,
  encoding: string | undefined,
  context: ExtractContext,
): AsyncGenerator<TextChunk> {
  const scanner = new JsonScanner(buildPathTree([]));
  let records = 0;
  for await (const chunk of readText(file, { encoding, signal: context.signal })) {
    for (const { goesOn } of scanner.write(chunk.text)) if (!goesOn) records++;
    yield chunk;
  }
  for (const _ of scanner.end()) records++;
  records += scanner.rowless;
  context.read(records);
  context.skip("feeds no target table", records);
  context.warn(`the file feeds no target table: ${records} records passed over`, { file });
}

function nodesOf(node: PathNode): PathNode[] {
  const below = [...node.children.values()].flatMap((child) => nodesOf(child));
  return node.tables.length > 0 ? [node, ...below] : below;
}
