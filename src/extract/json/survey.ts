/** Files of JSON as a profile sees them: the rows at each way that a table is taken from, or those that the file shows itself. */
import type { CheckContext, EvidenceFile, SurveyedTable } from "../extractor.ts";
import { hasUndecodable, readText, type TextChunk } from "../text/decode.ts";
import { isArray, isObject, isString, type Member, readNumber, readString } from "../text/json.ts";
import type { RawValue } from "../../values/codec.ts";
import { Tally } from "../../profile/tally.ts";
import type { JsonOptions } from "./options.ts";
import { buildPathTree } from "./path-tree.ts";
import { routeFiles } from "./route.ts";
import { readRecord, rowsIn } from "./rows.ts";
import { parseRowsPath, type RowsPath } from "./rows-path.ts";
import { JsonScanner } from "./scanner.ts";
import type { JsonRecord } from "./task.ts";

const rowsABatch = 1000;
/** Fields are those of so many rows; what comes later is told as damage. */
const headRows = 1000;
/** Of a document's beginning, to see where its rows are. */
const headLength = 1 << 20;
const mostWays = 50;

type Row = readonly Member[];

/** The tables as they lie in the files: one a way to rows. */
export async function* survey(settings: JsonOptions, context: CheckContext): AsyncGenerator<SurveyedTable> {
  for (const { file, tables } of routeFiles(context.files, context.mappings, settings.rows)) {
    const routed = tables.map(({ path }) => path);
    const ways = routed.length > 0 ? routed : await waysOf(file, settings, context.signal);
    for (const way of ways) yield await surveyWay(file, way, settings, context.signal);
  }
}

async function surveyWay(
  file: EvidenceFile,
  way: RowsPath,
  settings: JsonOptions,
  signal: AbortSignal,
): Promise<SurveyedTable> {
  const problems = new Tally<string>();
  const reader = new RowReader(file, way, settings, signal, problems);
  const head: Row[] = [];
  const rows = reader.rows();
  while (head.length < headRows) {
    const next = await rows.next();
    if (next.done === true) break;
    head.push(next.value);
  }
  const fields = [...new Set(head.flatMap((row) => row.map(({ name }) => name)))];
  const chunk = reader.last;
  return {
    file,
    ...(way.text === "" ? {} : { part: way.text }),
    facts: chunk === undefined ? [] : [{ name: "encoding", value: chunk.encoding, ...evidenceOf(chunk) }],
    fields,
    rows: batches(head, rows, fields, problems),
    damage: () => [...reader.damage(), ...sentences(problems)],
  };
}

function evidenceOf({ settledBy }: TextChunk): { evidence?: string } {
  if (settledBy === "declared") return {};
  return { evidence: settledBy === "bom" ? "by its byte order mark" : "by default: nothing says otherwise" };
}

async function* batches(
  head: readonly Row[],
  rest: AsyncGenerator<Row>,
  fields: readonly string[],
  problems: Tally<string>,
): AsyncGenerator<(RawValue | null)[][]> {
  const indexes = new Map(fields.map((field, index) => [field, index]));
  let batch = head.map((row) => cellsOf(row, indexes, problems));
  let record = batch.length;
  for await (const row of rest) {
    if (batch.length >= rowsABatch) {
      yield batch;
      batch = [];
    }
    batch.push(cellsOf(row, indexes, problems, ++record));
  }
  if (batch.length > 0) yield batch;
}

function cellsOf(
  row: Row,
  indexes: ReadonlyMap<string, number>,
  problems: Tally<string>,
  record = 0,
): (RawValue | null)[] {
  const cells: (RawValue | null)[] = Array.from(indexes, () => null);
  for (const { name, text } of row) {
    const index = indexes.get(name);
    if (index === undefined) problems.add(`the field ${name}, which the first ${headRows} lack`, name, record);
    else cells[index] = cellOf(text);
  }
  return cells;
}

/** Objects and arrays as their text. */
function cellOf(text: string): RawValue | null {
  if (text === "null") return null;
  if (text === "true" || text === "false") return text === "true";
  if (isString(text)) return readString(text);
  return isObject(text) || isArray(text) ? text : readNumber(text);
}

/** Reads the rows at one way of one file, once. */
class RowReader {
  readonly #file: EvidenceFile;
  readonly #way: RowsPath;
  readonly #settings: JsonOptions;
  readonly #signal: AbortSignal;
  readonly #problems: Tally<string>;
  readonly #scanner: JsonScanner;
  last: TextChunk | undefined;

  constructor(file: EvidenceFile, way: RowsPath, settings: JsonOptions, signal: AbortSignal, problems: Tally<string>) {
    this.#file = file;
    this.#way = way;
    this.#settings = settings;
    this.#signal = signal;
    this.#problems = problems;
    this.#scanner = new JsonScanner(treeOf(way));
  }

  async *rows(): AsyncGenerator<Row> {
    for await (const chunk of readText(this.#file, { encoding: this.#settings.encoding, signal: this.#signal })) {
      this.last = chunk;
      for (const record of this.#scanner.write(chunk.text)) yield* this.#rowsOf(record);
    }
    for (const record of this.#scanner.end()) yield* this.#rowsOf(record);
  }

  damage(): string[] {
    const isCut = this.last?.cut !== undefined || this.#scanner.isUnclosed;
    return [
      ...(isCut ? [`the file is cut short${this.last?.cut === undefined ? "" : `: ${this.last.cut}`}`] : []),
      ...(this.#scanner.isHeadless ? ["commas or brackets stand between its records, and no array is open"] : []),
    ];
  }

  *#rowsOf(record: JsonRecord): Generator<Row> {
    const problem = this.#problemOf(record);
    if (problem !== undefined) this.#problems.add(problem, record.text, record.line);
    else if (record.text.trim() !== "null") yield* this.#rowsIn(record);
  }

  #problemOf({ fault, text, node }: JsonRecord): string | undefined {
    const encoding = this.last?.encoding ?? "utf-8";
    if (hasUndecodable(text, encoding)) return `bytes that are not ${encoding}`;
    return fault ?? (node === undefined ? "something that is no object" : undefined);
  }

  *#rowsIn({ text, line }: JsonRecord): Generator<Row> {
    const record = readRecord(text);
    const rows = "reason" in record ? [record] : rowsIn(record, this.#way.inner);
    for (const row of rows)
      if ("reason" in row) this.#problems.add(row.reason, row.text, line);
      else yield row.members;
  }
}

function treeOf(path: RowsPath) {
  const table = {
    schema: "",
    name: "",
    id: "" as never,
    columns: [],
    unique: [],
    foreignKeys: [],
    checks: [],
    attachments: [],
  };
  return buildPathTree([{ mapping: { table, columns: new Map(), cutAt: new Map() }, path }]);
}

function sentences(problems: Tally<string>): string[] {
  return [...problems].map(([what, { count, first }]) => {
    const line = first.record === 0 ? "" : `, ${count === 1 ? "" : "the first "}on line ${first.record}`;
    return `${count === 1 ? "1 record" : `${count} records`} with a fault (${what})${line}`;
  });
}

/** The arrays of objects in a document that is one object; else the file's own records. */
async function waysOf(file: EvidenceFile, { encoding }: JsonOptions, signal: AbortSignal): Promise<RowsPath[]> {
  if (/\.(?:jsonl|ndjson)(?:\.\w+)?$/i.test(file.name)) return [parseRowsPath()];
  let head = "";
  for await (const { text } of readText(file, { encoding, signal })) {
    head += text;
    if (head.length >= headLength) break;
  }
  const found = head.trimStart().startsWith("{") && !/^\s*\{[^\n]*\}\s*\n\s*\{/.test(head) ? arraysIn(head) : [];
  return (found.length === 0 ? [""] : found.slice(0, mostWays)).map((path) => parseRowsPath(path));
}

interface Container {
  readonly isArray: boolean;
  /** In the object around it; "" in an array. */
  readonly name: string;
}

const tokens = /"((?:[^"\\]|\\.)*)"\s*(:?)|[[\]{}]/g;
const deepest = 3;

/** Ways to arrays that hold objects, down to three names deep and not in elements of other arrays, in a text that may be cut. */
function arraysIn(head: string): string[] {
  const found = new Set<string>();
  const open: Container[] = [];
  let name = "";
  for (const [token, text = "", colon] of head.matchAll(tokens)) {
    if (token.startsWith('"')) name = colon === ":" ? text : "";
    else if (token === "]" || token === "}") open.pop();
    else {
      const around = open.at(-1);
      if (token === "{" && around?.isArray === true) found.add(wayTo(open));
      open.push({ isArray: token === "[", name: around?.isArray === false ? name : "" });
    }
  }
  return [...found].filter((path) => path !== "" && path.split(".").length <= deepest);
}

/** "" for one within the elements of another. */
function wayTo(open: readonly Container[]): string {
  return open.filter(({ isArray: each }) => each).length > 1
    ? ""
    : open
        .slice(1)
        .map(({ name }) => name)
        .join(".");
}
