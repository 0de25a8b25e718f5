/** What a program's log is: how many records there are, of which shapes, and when; with a pattern for the shape that is most frequent. */
import type { EvidenceFile, LogSurveyContext, SurveyedLog } from "../extractor.ts";
import { LogFile } from "../events/log-file.ts";
import { LogSurvey } from "../events/survey.ts";
import { type LineTime, lineTimeOf } from "./detect.ts";
import type { TextLogOptions } from "./options.ts";

/** Behind it lines differ in what they quote. */
const longestShape = 160;

export async function surveyLog(
  file: EvidenceFile,
  options: Readonly<Record<string, unknown>>,
  context: LogSurveyContext,
): Promise<SurveyedLog> {
  const { encoding } = options as Partial<TextLogOptions>;
  const survey = new LogSurvey(file, context);
  const log = new LogFile(file, { encoding }, survey.context);
  let form: LineTime | undefined;
  let isWhole = true;
  let isFirst = true;
  let joined = 0;
  for await (const { records } of log.read()) {
    if (isFirst && records.length > 0) {
      form = lineTimeOf(
        records
          .slice(0, 200)
          .map(({ text }) => `${text}\n`)
          .join(""),
      );
      isFirst = false;
    }
    for (const record of records) {
      if (!record.isEnded) survey.damage("its last line has no end: possibly cut short", { file, line: record.line });
      const time = form?.pattern.exec(record.text);
      if (form !== undefined && time === null) joined++;
      else {
        survey.records++;
        survey.time(time?.[1]);
        survey.count("line", shapeOf(record.text, time));
      }
    }
    if (survey.spend(records.reduce((sum, { raw }) => sum + raw.length, 0))) {
      isWhole = false;
      break;
    }
  }
  const isJoined = form !== undefined && joined > 0;
  const format = `text, ${isJoined ? "records of several lines" : "a record a line"}`;
  return survey.result(format, suggest(survey.subjects[0]?.name ?? "", form, isJoined), isWhole);
}

/** Numbers, quoted texts and the time are what differs. */
function shapeOf(text: string, time: RegExpExecArray | null | undefined): string {
  const rest = time === null || time === undefined ? text : `<time>${text.slice(time[0].length)}`;
  return rest
    .slice(0, longestShape)
    .replaceAll(/'[^'\n]*'|"[^"\n]*"/g, (quoted) => `${quoted.slice(0, 1)}…${quoted.slice(0, 1)}`)
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/gi, "<guid>")
    .replaceAll(/\d+/g, "#");
}

const fixed = /<time>|<guid>|'…'|"…"|#/g;

/** A pattern that the shape fits: its fields wait for names. */
function patternOf(shape: string, form: LineTime | undefined): string {
  let [pattern, from, number, text] = ["^", 0, 0, 0];
  for (const { 0: part, index } of shape.matchAll(fixed)) {
    pattern += escaped(shape.slice(from, index));
    from = index + part.length;
    if (part === "<time>") pattern += `${shape.startsWith("<time>]") ? String.raw`\[` : ""}${form?.grok ?? ""}`;
    else if (part === "<guid>") pattern += `%{UUID:id${++number}}`;
    else if (part === "#") pattern += `%{NONNEGINT:number${++number}}`;
    else pattern += `${part.slice(0, 1)}(?<text${++text}>[^${part.slice(0, 1)}]*)${part.slice(-1)}`;
  }
  return pattern + escaped(shape.slice(from));
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

function suggest(shape: string, form: LineTime | undefined, isJoined: boolean): SurveyedLog["suggested"] {
  const time =
    form === undefined ? {} : { time: "time", ...(form.timeFormat === "iso" ? {} : { timeFormat: form.timeFormat }) };
  const start = form?.grok.replace(":time", "");
  return {
    ...(isJoined ? { record: { start: `^${String.raw`\[?`}${start}` } } : {}),
    patterns: [{ match: patternOf(shape, form), table: "dbo.Orders", operation: "update", ...time }],
  };
}
