/** What a web server's log is: how many requests there are, of which kinds, and when. */
import type { EvidenceFile, LogSubject, LogSurveyContext, SurveyedLog } from "../extractor.ts";
import { LogFile } from "../events/log-file.ts";
import type { LogRecord } from "../events/records.ts";
import { LogSurvey } from "../events/survey.ts";
import { ExtendedLines, type LoggedRequest, readAccess } from "./fields.ts";
import type { W3cOptions } from "./options.ts";

/** A part of a path that tells one row from others: a number, a GUID, or what holds a digit and is no file. */
const own = /\/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]*\d[\w-]*)(?=\/|$)/gi;
const changing = new Set(["POST", "PUT", "PATCH", "DELETE"]);

export async function surveyLog(
  file: EvidenceFile,
  options: Readonly<Record<string, unknown>>,
  context: LogSurveyContext,
): Promise<SurveyedLog> {
  const { encoding } = options as Partial<W3cOptions>;
  const survey = new LogSurvey(file, context);
  const lines = new ExtendedLines();
  let isExtended: boolean | undefined;
  let isWhole = true;
  const log = new LogFile(file, { encoding }, survey.context);
  for await (const { records } of log.read()) {
    for (const record of records) {
      isExtended ??= record.text.startsWith("#");
      if (!isExtended || !lines.direct(record.text)) take(record, isExtended ? lines : undefined, file, survey);
    }
    if (survey.spend(records.reduce((sum, { raw }) => sum + raw.length, 0))) {
      isWhole = false;
      break;
    }
  }
  const format = isExtended === true ? "W3C extended log" : "access log (common or combined)";
  return survey.result(format, suggest(survey.subjects), isWhole);
}

function take(record: LogRecord, lines: ExtendedLines | undefined, file: EvidenceFile, survey: LogSurvey): void {
  survey.records++;
  const request = lines === undefined ? readAccess(record.text) : lines.read(record.text);
  const at = { file, line: record.line };
  if (!record.isEnded) survey.damage("its last line has no end: possibly cut short", at);
  if (typeof request !== "object") return survey.damage(request ?? "it is not of the common or combined format", at);
  survey.time(timeOf(request));
  survey.count("request", kindOf(request));
}

function kindOf({ fields }: LoggedRequest): string {
  const path = (fields.get("cs-uri-stem") ?? "").replaceAll(own, "/{id}");
  return `${fields.get("cs-method") ?? "?"} ${path}`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Apache's `01/Mar/2026:16:00:00 +0000` in an order that can be compared. */
function timeOf({ time }: LoggedRequest): string | undefined {
  const [, day, month = "", year, clock, offset] =
    /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})$/.exec(time ?? "") ?? [];
  if (day === undefined) return time;
  const number = String(months.indexOf(month) + 1).padStart(2, "0");
  return `${year}-${number}-${day} ${clock} ${offset}`;
}

/** The request that most likely changes rows. */
function suggest(subjects: readonly LogSubject[]): SurveyedLog["suggested"] {
  const [method = "", path] =
    subjects.map(({ name }) => name.split(" ", 2)).find(([verb = ""]) => changing.has(verb)) ?? [];
  const operation = method === "DELETE" ? "delete" : "update";
  return { requests: [{ path: path ?? "/orders/{id}", table: "dbo.Orders", operation }] };
}
