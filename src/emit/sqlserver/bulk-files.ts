/**
 * Large tables as files that BULK INSERT and bcp read: UTF-16 texts between terminators (bcp -w), a format file, and a script. The server reads the data file
 * itself, from a folder that it sees. Sources: Microsoft's "BULK INSERT", "Non-XML format files", "Keep nulls or default values during bulk import", "bcp utility".
 */
import path from "node:path";
import { setImmediate as yieldToEvents } from "node:timers/promises";
import { AtomicFile, writeFileAtomic } from "../../files/atomic.ts";
import type { Column, Table, TypeName } from "../../schema/model.ts";
import type { PresentValue } from "../../values/codec.ts";
import { Fault } from "../../errors.ts";
import type { EmitTable } from "../emitter.ts";
import { guardOf } from "./batches.ts";
import { opening } from "./data-file-opening.ts";
import type { SeriesPlan } from "./data-files.ts";
import { TableFacts } from "./digests.ts";
import { tableIdentifier } from "./identifiers.ts";
import { enter } from "./log.ts";
import type { Row } from "./rows.ts";
import { writeScript } from "./script-file.ts";
import { nationalLiteral } from "./strings.ts";
import type { VersionRules } from "./versions.ts";

const betweenCells = "|~|";
const betweenRows = "|=|\r\n";
/** An empty text; an empty cell is NULL. */
const emptyText = "\0";

type Form = (value: PresentValue) => string;

const asIs: Form = (value) => String(value);
const hex: Form = (value) =>
  Buffer.from(value as Uint8Array)
    .toString("hex")
    .toUpperCase();
/** ISO 8601 with its `T`, which no setting of the server's reads otherwise (GOTCHAS 10). */
const moment =
  (length: number): Form =>
  (value) =>
    String(value).slice(0, length).replace(" ", "T");

/** Types whose text the server takes for exactly the value. */
const forms: Partial<Record<TypeName, Form>> = {
  bit: asIs,
  tinyint: asIs,
  smallint: asIs,
  int: asIs,
  bigint: asIs,
  decimal: asIs,
  numeric: asIs,
  money: asIs,
  smallmoney: asIs,
  float: asIs,
  real: asIs,
  date: asIs,
  time: asIs,
  smalldatetime: moment(19),
  datetime: moment(23),
  datetime2: moment(27),
  char: asIs,
  varchar: asIs,
  text: asIs,
  nchar: asIs,
  nvarchar: asIs,
  ntext: asIs,
  binary: hex,
  varbinary: hex,
  image: hex,
  uniqueidentifier: asIs,
};

/** Are there rows enough, and only types that a text says exactly? */
export function isBulk(
  { columns, rowCount }: EmitTable,
  { split, bulkFolder, ifExists }: SeriesPlan["request"],
): boolean {
  const isLarge = bulkFolder !== undefined && ifExists === "stop" && rowCount >= split.rows;
  return isLarge && columns.every(({ type, period }) => forms[type.name] !== undefined && period === undefined);
}

/** A value that such a file cannot carry: the table is written as INSERTs then. */
class NotBulk extends Error {}

/** The text of a cell. Throws NotBulk where a terminator stands in it, or arises behind it. */
function cellText(value: Row[number], form: Form): string {
  if (value === null) return "";
  const text = form(value);
  if (text === "") return emptyText;
  const isCut = [betweenCells, betweenRows].some((end) => `${text}${end}`.indexOf(end) < text.length);
  if (text === emptyText || isCut) throw new NotBulk();
  return text;
}

/** Each character with its second byte. */
function terminator(text: string): string {
  return Array.from(text, (character) => `${{ "\r": "\\r", "\n": "\\n" }[character] ?? character}\\0`).join("");
}

/** `1 SQLNCHAR 0 0 "|\\0~\\0|\\0" 1 ID ""`: a line a field. */
function formatFile(table: Table, columns: readonly Column[], rules: VersionRules): string {
  const lines = columns.map(({ name }, index) => {
    const end = terminator(index === columns.length - 1 ? betweenRows : betweenCells);
    const place = table.columns.findIndex((column) => column.name === name) + 1;
    return `${index + 1} SQLNCHAR 0 0 "${end}" ${place} ${quoted(name)} ""`;
  });
  return [rules.sysViews ? "9.0" : "8.0", columns.length, ...lines, ""].join("\r\n");
}

/** Only for people: the column's number decides. */
function quoted(name: string): string {
  return /^\w+$/.test(name) ? name : `"${name.replaceAll(/["\r\n]/g, "_")}"`;
}

async function writeData(plan: SeriesPlan, file: AtomicFile, progress: (rows: number) => void): Promise<TableFacts> {
  const { emit } = plan.planned;
  const facts = new TableFacts(emit, plan.rules);
  const cells = emit.columns.map(({ type }) => forms[type.name] ?? asIs);
  let rows = 0;
  for (const batch of emit.rows()) {
    let text = "";
    for (const row of batch) {
      text += `${cells.map((form, index) => cellText(row[index] ?? null, form)).join(betweenCells)}${betweenRows}`;
      facts.add(row);
    }
    file.write(text, "utf16le");
    rows += batch.length;
    progress(batch.length);
    await yieldToEvents();
    plan.request.signal.throwIfAborted();
  }
  if (rows !== emit.rowCount) throw new Fault(`${emit.table.id}: ${emit.rowCount} rows announced, ${rows} given`);
  return facts;
}

/** As the server sees it: its own kind of separator. */
function seenByServer(folder: string, name: string): string {
  const separator = folder.includes("\\") || !folder.includes("/") ? "\\" : "/";
  return nationalLiteral(`${folder.replace(/[\\/]$/, "")}${separator}${name}`);
}

function bulkInsert({ planned: { emit }, request, stem }: SeriesPlan): string {
  const folder = request.bulkFolder ?? "";
  return [
    `BULK INSERT ${tableIdentifier(emit.table)} FROM ${seenByServer(folder, `${stem}.bcp`)}`,
    `WITH (FORMATFILE = ${seenByServer(folder, `${stem}.fmt`)}, KEEPIDENTITY, KEEPNULLS, CHECK_CONSTRAINTS, TABLOCK, MAXERRORS = 0)`,
  ].join("\n");
}

/** Undefined where a value cannot stand in such a file; nothing is left of it then. */
export async function writeBulkFiles(
  plan: SeriesPlan,
  progress: (rows: number) => void,
): Promise<TableFacts | undefined> {
  const { request, rules, planned, stem, finished } = plan;
  const { emit } = planned;
  const file = new AtomicFile(path.join(request.folder, `${stem}.bcp`));
  let facts: TableFacts;
  let told = 0;
  try {
    facts = await writeData(plan, file, (rows) => {
      told += rows;
      progress(rows);
    });
  } catch (error) {
    file.discard();
    if (!(error instanceof NotBulk)) throw error;
    progress(-told);
    return undefined;
  }
  finished({ ...file.commit(), purpose: "bulk", table: emit.table.id });
  const format = writeFileAtomic(path.join(request.folder, `${stem}.fmt`), formatFile(emit.table, emit.columns, rules));
  finished({ ...format, purpose: "bulk", table: emit.table.id });
  const name = `${stem}.001.sql`;
  const batches = [
    ...opening(request, rules, planned, { number: 1, name, before: undefined, isBulk: true }),
    ...[bulkInsert(plan), enter(request, name, emit.rowCount)].flatMap((batch) => [batch, guardOf(request)]),
    ...(request.transaction === "file" ? ["COMMIT TRANSACTION"] : []),
  ];
  const script = writeScript(path.join(request.folder, name), rules, batches);
  finished({ ...script, purpose: "data", table: emit.table.id, rows: emit.rowCount });
  return facts;
}
