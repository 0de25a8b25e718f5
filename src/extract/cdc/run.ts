/** What the files of one change log have in common while they are read. */
import type { RawValue } from "../../values/codec.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { cellReader } from "../exec/cells.ts";
import type { Fields } from "../events/changes.ts";
import { columnOf } from "../events/columns.ts";
import { type MessageReader, unrouted } from "../events/outcome.ts";
import { matchesFile } from "../records/route.ts";
import { skipFile } from "../csv/skip-file.ts";
import { options as csvOptions } from "../csv/options.ts";
import { readText } from "../text/decode.ts";
import { isString, type Member, readString } from "../text/json.ts";
import { readBytesText } from "./bytes.ts";
import { ChangeTableReader, type LsnTimes } from "./change-table.ts";
import { tableOfFile } from "./change-table-files.ts";
import { readChangeTable } from "./change-table-rows.ts";
import { isBinary } from "./connect-values.ts";
import { readMessages } from "./json-file.ts";
import { readLsnTimes } from "./lsn-times.ts";
import { readLogDump } from "./log-dump.ts";
import { messageReader, withChangeTable } from "./messages.ts";
import type { CdcOptions } from "./options.ts";
import { TableRoutes } from "../events/routes.ts";
import { Unsettled } from "./unsettled.ts";

export class CdcRun {
  readonly #settings: CdcOptions;
  readonly #context: ExtractContext;
  readonly #routes: TableRoutes;
  readonly #unsettled = new Unsettled();
  readonly #read: MessageReader;
  readonly #tables: { readonly file: EvidenceFile; readonly table: ChangeTableReader }[] = [];
  #times: LsnTimes = new Map();

  constructor(settings: CdcOptions, context: ExtractContext) {
    this.#settings = settings;
    this.#context = context;
    this.#routes = new TableRoutes(context.mappings);
    this.#read = messageReader({
      settings,
      routes: this.#routes,
      zone: context.zone,
      ambiguous: (...told) => this.#unsettled.add(...told),
    });
  }

  /** The files that hold changes; the times of transactions are read first. */
  async logs(): Promise<readonly EvidenceFile[]> {
    const { lsnTimes } = this.#settings;
    if (lsnTimes === undefined) return this.#context.files;
    const of = this.#context.files.filter((file) => matchesFile(lsnTimes, file));
    const times = await Promise.all(of.map((file) => readLsnTimes(file, this.#settings, this.#context)));
    this.#times = new Map(times.flatMap((found) => [...found]));
    return this.#context.files.filter((file) => !of.includes(file));
  }

  async *read(file: EvidenceFile, context: ExtractContext): AsyncGenerator<ObservationBatch> {
    const { encoding, format } = this.#settings;
    if (format === "fn-dblog") {
      yield* readLogDump(file, this.#settings, context);
      return;
    }
    if (await this.#isJson(file)) {
      const progress = (bytesRead: number) => context.progress(bytesRead, file.bytes);
      yield* readMessages({ file, encoding, read: this.#readerOf(file) }, context, progress);
      return;
    }
    const mapping = tableOfFile(file, context.mappings);
    if (mapping !== undefined)
      yield* readChangeTable({ file, mapping, settings: this.#settings, times: this.#times }, context);
    else
      for await (const { bytesRead } of skipFile(file, csvOptions.parse({ path: file.name, encoding }), context))
        context.progress(bytesRead, file.bytes);
  }

  /** What is to be said of all files. */
  end(): void {
    for (const sentence of this.#unsettled.sentences()) this.#context.warn(sentence);
    for (const { file, table } of this.#tables)
      for (const sentence of table.sentences()) this.#context.warn(sentence, { file });
    const { passedOver } = this.#routes;
    if (passedOver.length > 0)
      this.#context.warn(`tables of the log that feed no target table are passed over: ${passedOver.join(", ")}`);
  }

  /** Change tables may be CSV, and show it in their header; messages never are. */
  async #isJson(file: EvidenceFile): Promise<boolean> {
    const { format, encoding } = this.#settings;
    if (format !== undefined && format !== "sqlserver-cdc") return true;
    for await (const { text } of readText(file, { encoding, signal: this.#context.signal })) {
      const begin = text.trimStart();
      const isCsv = format === undefined ? header.test(begin) : !/^[[{]/.test(begin);
      if (begin !== "") return !isCsv;
    }
    return true;
  }

  #readerOf(file: EvidenceFile): MessageReader {
    const { format } = this.#settings;
    if (format !== undefined && format !== "sqlserver-cdc") return this.#read;
    const mapping = tableOfFile(file, this.#context.mappings);
    if (mapping === undefined) return withChangeTable(this.#read, () => [unrouted]);
    const table = new ChangeTableReader(mapping, this.#times);
    this.#tables.push({ file, table });
    return withChangeTable(this.#read, (row) => table.read(this.#cells(row, mapping)));
  }

  #cells(row: readonly Member[], mapping: TableMapping): Fields {
    return new Map(
      row.map(({ name, text }) => {
        const column = columnOf(mapping, name);
        if (column === undefined || text === "null") return [name, plainText(text)];
        if (isBinary(column) && isString(text)) return [name, this.#bytes(readString(text))];
        return [name, cellReader(column, this.#context.zone)(text)];
      }),
    );
  }

  /** FOR JSON writes base64; other programs what people see. */
  #bytes(text: string): RawValue {
    return (text.startsWith("0x") ? undefined : readBytesText(text, this.#settings.binary ?? "base64")) ?? text;
  }
}

const header = /^[^\r\n{[]*__\$operation/i;

/** A value of the change table's own columns. */
function plainText(text: string): string | null {
  if (text === "null") return null;
  return isString(text) ? readString(text) : text;
}
