/** What a change log is: how many changes there are, of which tables, and when. */
import type { RawValue } from "../../values/codec.ts";
import type { EvidenceFile, LogSurveyContext, SurveyedLog } from "../extractor.ts";
import { type LoggedOperation, LogSurvey } from "../events/survey.ts";
import { tableFields, tableRows } from "../events/table-rows.ts";
import { JsonScanner } from "../json/scanner.ts";
import type { JsonRecord } from "../json/task.ts";
import { hasUndecodable, readText } from "../text/decode.ts";
import { elementsOf, isArray, type Member, readObject } from "../text/json.ts";
import { isCanal } from "./canal.ts";
import { csvSource } from "./change-table-rows.ts";
import { formOf } from "./change-table-form.ts";
import { tableOf, unwrap } from "./debezium.ts";
import { signs } from "./detect.ts";
import { wallTime } from "./epoch.ts";
import { everyObject } from "./json-file.ts";
import { isMaxwell } from "./maxwell.ts";
import { hasMember, memberInteger, memberObject, memberString, memberText } from "./members.ts";
import type { CdcOptions } from "./options.ts";

const operations: Readonly<Record<string, LoggedOperation>> = {
  c: "inserts",
  r: "inserts",
  u: "updates",
  d: "deletes",
  insert: "inserts",
  "bootstrap-insert": "inserts",
  update: "updates",
  delete: "deletes",
  INSERT: "inserts",
  UPDATE: "updates",
  DELETE: "deletes",
  1: "deletes",
  2: "inserts",
  4: "updates",
  5: "updates",
  LOP_INSERT_ROWS: "inserts",
  LOP_MODIFY_ROW: "updates",
  LOP_MODIFY_COLUMNS: "updates",
  LOP_DELETE_ROWS: "deletes",
};

interface Told {
  readonly table: string | undefined;
  readonly operation: string;
  readonly at: string | undefined;
  readonly rows?: number;
}

/** `sqlserver-cdc` and `fn-dblog` may be CSV; what else a file holds, each message shows. */
export async function surveyLog(
  file: EvidenceFile,
  options: Readonly<Record<string, unknown>>,
  context: LogSurveyContext,
): Promise<SurveyedLog> {
  const { format, encoding } = options as Partial<CdcOptions>;
  const survey = new LogSurvey(file, context);
  const isWhole =
    /\.(?:csv|txt)(?:\.\w+)?$/i.test(file.name) || format === "fn-dblog"
      ? await surveyRows(file, encoding, survey)
      : await surveyMessages(file, encoding, survey);
  const name = signs.find((sign) => sign.format === format)?.name ?? "messages of changes";
  const suggested = format === "fn-dblog" || format === "sqlserver-cdc" ? { format } : {};
  return survey.result(name, suggested, isWhole);
}

async function surveyMessages(file: EvidenceFile, encoding: string | undefined, survey: LogSurvey): Promise<boolean> {
  const { context } = survey;
  const scanner = new JsonScanner(everyObject(context.mappings));
  let used = "utf-8";
  for await (const chunk of readText(file, { encoding, signal: context.signal })) {
    used = chunk.encoding;
    if (chunk.cut !== undefined) context.warn(`the file is cut short: ${chunk.cut}`);
    for (const record of scanner.write(chunk.text)) takeRecord(record, used, file, survey);
    if (survey.spend(chunk.text.length)) return false;
  }
  for (const record of scanner.end()) takeRecord(record, used, file, survey);
  if (scanner.isUnclosed) context.warn("the file ends before its JSON does");
  return true;
}

function takeRecord(
  { text, line, fault, node, goesOn, isCut }: JsonRecord,
  encoding: string,
  file: EvidenceFile,
  survey: LogSurvey,
): void {
  if (goesOn) return;
  const at = { file, line };
  const members = readObject(text);
  if (hasUndecodable(text, encoding)) survey.damage(`it holds bytes that are not ${encoding}`, at);
  if (isCut) survey.damage("the file ends in the middle of it", at);
  else if (text.trim() !== "null" && (fault !== undefined || node === undefined || members === undefined))
    survey.damage(fault ?? "it is no object", at);
  if (members === undefined) survey.records++;
  else note(tellMessage(members, file), survey);
}

function tellMessage(members: readonly Member[], file: EvidenceFile): Told {
  if (hasMember(members, "__$operation"))
    return {
      table: nameOf(file),
      operation: memberText(members, "__$operation") ?? "",
      at: memberString(members, "tran_end_time"),
    };
  if (isCanal(members)) return tellCanal(members);
  if (isMaxwell(members))
    return {
      table: joined(memberString(members, "database"), memberString(members, "table")),
      operation: memberString(members, "type") ?? "",
      at: wallTime(memberInteger(members, "ts"), 0),
    };
  return tellDebezium(members);
}

function tellCanal(members: readonly Member[]): Told {
  const data = memberText(members, "data");
  return {
    table: joined(memberString(members, "database"), memberString(members, "table")),
    operation: memberString(members, "type") ?? "",
    at: wallTime(memberInteger(members, "es"), 3),
    rows: data !== undefined && isArray(data) ? elementsOf(data).length : 1,
  };
}

function tellDebezium(members: readonly Member[]): Told {
  const payload = unwrap(members)?.members ?? [];
  const source = memberObject(payload, "source") ?? [];
  const { schema, name, database } = tableOf(source) ?? {};
  return {
    table: name === undefined ? undefined : joined(schema ?? database, name),
    operation: memberString(payload, "op") ?? "",
    at: wallTime(memberInteger(source, "ts_ms"), 3),
  };
}

function joined(schema: string | undefined, name: string | undefined): string | undefined {
  return schema === undefined || name === undefined ? name : `${schema}.${name}`;
}

/** Change tables are exported one by one, and the file is called after its table. */
function nameOf({ name }: EvidenceFile): string {
  return name.slice(name.lastIndexOf("/") + 1).replace(/\..*$/, (rest) => /^\.\w+_CT\b/i.exec(rest)?.[0] ?? "");
}

async function surveyRows(file: EvidenceFile, encoding: string | undefined, survey: LogSurvey): Promise<boolean> {
  const source = csvSource(file, { encoding });
  const { context } = survey;
  const fields = (await tableFields(source, context)) ?? [];
  const form = formOf(fields);
  for await (const { rows } of tableRows(source, fields, context)) {
    for (const { values } of rows) {
      const isDump = values.has("Current LSN");
      const told = isDump
        ? { table: unitOf(values), operation: textOf(values.get("Operation")), at: undefined }
        : { table: nameOf(file), operation: textOf(form.cell(values, "__$operation")), at: form.time(values) };
      survey.time(isDump ? dumpTime(values) : undefined);
      note(told, survey);
    }
    if (survey.spend(rows.reduce((sum, { values }) => sum + sizeOf(values), 0))) return false;
  }
  return true;
}

/** Operation 3 is the old row of an update, which 4 counts. */
function note({ table, operation, at, rows = 1 }: Told, survey: LogSurvey): void {
  survey.records++;
  survey.time(at);
  const known = operations[operation];
  if (table !== undefined && known !== undefined) survey.count("table", table, known, rows);
}

/** `dbo.Orders` of `dbo.Orders.PK_Orders`. */
function unitOf(values: ReadonlyMap<string, RawValue | null>): string | undefined {
  const unit = textOf(values.get("AllocUnitName"));
  return unit === "" ? undefined : unit.split(".").slice(0, 2).join(".");
}

function dumpTime(values: ReadonlyMap<string, RawValue | null>): string | undefined {
  const text = textOf(values.get("End Time"));
  return text === "" ? undefined : text.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, "$1-$2-$3");
}

function textOf(value: RawValue | null | undefined): string {
  return value === null || value === undefined ? "" : String(value).trim();
}

function sizeOf(values: ReadonlyMap<string, RawValue | null>): number {
  return [...values.values()].reduce((sum: number, value) => sum + textOf(value).length + 1, 0);
}
