/** What a log of statements is: how many there are, of which tables, and when. Only verb and table are read of each. */
import type { EvidenceFile, LogSurveyContext, SurveyedLog } from "../extractor.ts";
import { type LoggedOperation, LogSurvey } from "../events/survey.ts";
import { hasUndecodable } from "../text/decode.ts";
import { linePrefixOf, signs } from "./detect.ts";
import type { LogEvent, LogLine, LogParser } from "./event.ts";
import { formats } from "./formats/registry.ts";
import { readLines } from "./lines.ts";
import type { SqlLogOptions } from "./options.ts";

type Declared = Partial<Pick<SqlLogOptions, "encoding" | "linePrefix" | "dateFormat">> & Pick<SqlLogOptions, "format">;

const operations: Readonly<Record<string, LoggedOperation>> = {
  insert: "inserts",
  replace: "inserts",
  update: "updates",
  delete: "deletes",
};

const name = String.raw`(?:[\w$#@]+|"[^"]+"|\`[^\`]+\`|\[[^\]]+\])`;
const change = new RegExp(
  String.raw`(?:^|[;\n(])\s*(?:(insert|replace)\s+(?:ignore\s+|low_priority\s+)*into|(update)(?:\s+only)?|(delete)\s+from(?:\s+only)?)\s+(${name}(?:\s*\.\s*${name})*)`,
  "gi",
);
const literal = /N?'(?:[^']|'')*'/g;
const executed = /^\s*exec(?:ute)?\s+(?:sys\.)?sp_executesql\s+N?'((?:[^']|'')*)'/i;

/** Tables that the statements of a text change, with what is done. */
function changesNamed(text: string): { table: string; operation: LoggedOperation }[] {
  const body = executed.exec(text)?.[1]?.replaceAll("''", "'") ?? text;
  return [...body.replaceAll(literal, "''").matchAll(change)].flatMap(([, insert, update, del, table = ""]) => {
    const operation = operations[(insert ?? update ?? del ?? "").toLowerCase()];
    return operation === undefined ? [] : { table: table.replaceAll(/["`[\]\s]/g, ""), operation };
  });
}

/** Of lines, until the end or until enough was looked at. */
export async function surveyLog(
  file: EvidenceFile,
  options: Readonly<Record<string, unknown>>,
  context: LogSurveyContext,
): Promise<SurveyedLog> {
  const declared = options as Declared;
  const survey = new LogSurvey(file, context);
  let parser: LogParser | undefined;
  let linePrefix: string | undefined;
  let isWhole = true;
  let last: LogLine | undefined;
  for await (const { lines, encoding } of readLines(file, 1, declared.encoding, survey.context)) {
    if (parser === undefined) {
      linePrefix = prefixFor(declared, lines);
      const { dateFormat } = declared;
      const format = formats[declared.format];
      parser = format.open({ dialect: format.dialect ?? "postgres", zone: "UTC", dateFormat, linePrefix });
    }
    for (const line of lines) {
      noteDamage(line, encoding, file, survey);
      for (const event of parser.take(line)) note(event, file, survey);
    }
    last = lines.at(-1) ?? last;
    if (survey.spend(lines.reduce((sum, { text }) => sum + text.length + 1, 0))) {
      isWhole = false;
      break;
    }
  }
  if (isWhole) {
    for (const event of parser?.end() ?? []) note(event, file, survey);
    if (last?.ending === "") survey.damage("its last line has no end: possibly cut short", { file, line: last.number });
  }
  const format = signs.find((sign) => sign.format === declared.format)?.name ?? declared.format;
  return survey.result(
    format,
    { format: declared.format, ...(linePrefix === undefined ? {} : { linePrefix }) },
    isWhole,
  );
}

/** Declared, or seen; undefined is PostgreSQL's own. */
function prefixFor({ format, linePrefix }: Declared, lines: readonly LogLine[]): string | undefined {
  if (format !== "postgres-stderr" || linePrefix !== undefined) return linePrefix;
  return linePrefixOf(lines.map(({ text }) => `${text}\n`).join(""));
}

function noteDamage({ text, number }: LogLine, encoding: string, file: EvidenceFile, survey: LogSurvey): void {
  if (text.includes("\0"))
    survey.damage("it holds NUL characters: the line was not written whole", { file, line: number });
  if (hasUndecodable(text, encoding)) survey.damage(`it holds bytes that are not ${encoding}`, { file, line: number });
}

function note(event: LogEvent, file: EvidenceFile, survey: LogSurvey): void {
  survey.records++;
  if (event.kind === "fault") survey.damage(event.reason, { file, line: event.line });
  if (event.kind === "statement") {
    survey.time(shortTime(event.at));
    for (const { table, operation } of changesNamed(event.text)) survey.count("table", table, operation);
  }
  if (event.kind === "row") {
    survey.time(shortTime(event.at));
    survey.count("table", event.table.join("."), operations[event.operation]);
  }
}

function shortTime(at: string | undefined): string | undefined {
  return at?.replace(/\.0+$/, "");
}
