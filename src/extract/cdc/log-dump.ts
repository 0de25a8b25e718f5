/**
 * The transaction log as `fn_dblog` shows it, exported as CSV. Which rows of a table were changed, and when: what they held is in row images,
 * which are not read, so that each change is evidence without a value.
 */
import { UserError } from "../../errors.ts";
import { sameName } from "../../schema/model.ts";
import type { Fields } from "../events/changes.ts";
import { ChangeFeed } from "../events/feed.ts";
import { momentOf } from "../events/moment.ts";
import { type Outcome, skipped, unrouted } from "../events/outcome.ts";
import { tableFields, tableRows, type TableSource } from "../events/table-rows.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { csvSource, unheard } from "./change-table-rows.ts";
import type { CdcOptions } from "./options.ts";

const changes = new Map([
  ["LOP_INSERT_ROWS", "a row was inserted"],
  ["LOP_DELETE_ROWS", "a row was deleted"],
  ["LOP_MODIFY_ROW", "a row was changed"],
  ["LOP_MODIFY_COLUMNS", "a row was changed"],
]);

/** How a transaction ended. */
interface End {
  readonly isCommitted: boolean;
  readonly at: string | undefined;
}

const ends = new Map([
  ["LOP_COMMIT_XACT", true],
  ["LOP_ABORT_XACT", false],
]);

/** Names as fn_dblog gives them; programs leave blanks out. */
const needed = { operation: "operation", transaction: "transactionid", unit: "allocunitname", end: "endtime" } as const;
type Names = Readonly<Record<keyof typeof needed, string>>;

/** Throws UserError for a file without the columns. */
export async function* readLogDump(
  file: EvidenceFile,
  settings: CdcOptions,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  const source = csvSource(file, settings);
  const fields = (await tableFields(source, context)) ?? [];
  if (fields.length === 0) {
    context.warn("the file is empty", { file });
    return;
  }
  const names = namesOf(fields, file);
  const ended = await endsOf(source, fields, names, context);
  const feed = new ChangeFeed(file, context);
  for await (const { rows } of tableRows(source, fields, context))
    for (const { values, place } of rows)
      yield* feed.take(outcomeOf(values, names, ended, context.mappings), place, true);
  yield* feed.end();
}

async function endsOf(
  source: TableSource,
  fields: readonly string[],
  names: Names,
  context: ExtractContext,
): Promise<Map<string, End>> {
  const found = new Map<string, End>();
  for await (const { rows } of tableRows(source, fields, { ...context, ...unheard }))
    for (const { values } of rows) {
      const isCommitted = ends.get(textOf(values, names.operation));
      if (isCommitted === undefined) continue;
      found.set(textOf(values, names.transaction), { isCommitted, at: timeOf(textOf(values, names.end)) });
    }
  return found;
}

function outcomeOf(
  row: Fields,
  names: Names,
  ended: ReadonlyMap<string, End>,
  mappings: readonly TableMapping[],
): readonly Outcome[] {
  const change = changes.get(textOf(row, names.operation));
  if (change === undefined) return skipped("record of the log that changes no row");
  const mapping = mappings.find(({ table, from }) =>
    isUnitOf(textOf(row, names.unit), from ?? `${table.schema}.${table.name}`),
  );
  if (mapping === undefined) return [unrouted];
  const end = ended.get(textOf(row, names.transaction));
  if (end?.isCommitted === false) return skipped("rolled back");
  const doubt = end === undefined ? ", if its transaction was committed: the export does not show its end" : "";
  const reason = `${change}${doubt}; its image in the log is not read`;
  return [{ kind: "evidence", proof: { table: mapping.table, at: end?.at, reason } }];
}

/** `dbo.Orders` of a heap, `dbo.Orders.PK_Orders` of an index. */
function isUnitOf(unit: string, table: string): boolean {
  return sameName(unit, table) || sameName(unit.slice(0, table.length + 1), `${table}.`);
}

function textOf(row: Fields, name: string): string {
  return String(row.get(name) ?? "").trim();
}

const ownForm = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d):(\d{3})$/;

/** fn_dblog writes `2026/03/01 10:00:00:123`. */
function timeOf(text: string): string | undefined {
  if (text === "") return undefined;
  return momentOf(text.replace(ownForm, "$1-$2-$3 $4.$5"), { dateOrder: "ymd" }, "UTC");
}

function namesOf(fields: readonly string[], file: EvidenceFile): Names {
  const found = Object.entries(needed).map(([name, plain]) => {
    const field = fields.find((candidate) => candidate.replaceAll(/[\s_]/g, "").toLowerCase() === plain);
    if (field === undefined) throw noColumn(plain, fields, file);
    return [name, field] as const;
  });
  return Object.fromEntries(found) as unknown as Names;
}

function noColumn(plain: string, fields: readonly string[], { name }: EvidenceFile): UserError {
  return new UserError({
    what: `the file is no export of fn_dblog: it has no column ${plain}`,
    remedy: `Export [Current LSN], Operation, [Transaction ID], AllocUnitName, [Begin Time] and [End Time] under a header; what is there is ${fields.slice(0, 12).join(", ")}`,
    where: { file: name },
  });
}
