/**
 * The heads of records as the loggers of Java and .NET write them by their usual layouts: log4j, logback, Spring Boot, JBoss, log4net.
 * `2026-03-01 10:00:00,123 [5] DEBUG NHibernate.SQL - …`, `… DEBUG 77 --- [main] org.hibernate.SQL : …`, `… DEBUG [org.hibernate.SQL] (main) …`.
 */
import { rawOf, type LogRecord } from "../record-lines.ts";
import { timeOf } from "../time.ts";
import type { FormatSettings } from "../event.ts";

export interface LoggedRecord {
  readonly line: number;
  readonly raw: string;
  readonly at: string | undefined;
  /** Empty where the layout names none. */
  readonly thread: string;
  readonly level: string;
  /** As the layout writes it: its packages may be cut to their first letters. Empty where it names none. */
  readonly logger: string;
  readonly message: string;
}

const levels = "TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL";
const begins = new RegExp(
  String.raw`^(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d[.,]?\d* |\[?(?:${levels})\b)`,
);
const head = new RegExp(String.raw`^([\s\S]{0,200}?)\b(${levels})\b`);
/** Behind the level: what a thread's brackets hold, the logger, the method that logs, and a mark. */
const behindLevel =
  /^\]?:?(?<between>(?:\s+(?:\d+|---|\[[^\]]*\](?=\s+[\w[$.-])))*)\s+\[?(?<logger>[A-Za-z_$][\w$]*(?:\.[\w$]+)*)(?::\d+)?\]?(?:\s*\[(?:\(null\)|[\w.]+:\d+)\])?(?:\s*\((?<thread>[^)]*)\))?\s*(?:(?:--?|:)(?:\s|$)|(?=\s))\s?(?<message>[\s\S]*)$/;
const bracketed = /\[([^\]]*)\]/g;

/** Does a record begin with the line? */
export function beginsRecord(text: string): boolean {
  return begins.test(text);
}

/** Undefined where the record has no head that could be told. */
export function readHead(record: LogRecord, settings: FormatSettings): LoggedRecord | undefined {
  const raw = rawOf(record);
  const [found, before = "", level = ""] = head.exec(raw) ?? [];
  const groups = found === undefined ? undefined : behindLevel.exec(raw.slice(found.length))?.groups;
  if (groups === undefined) return undefined;
  const { between = "", logger = "", thread, message = "" } = groups;
  return {
    line: record.line,
    raw,
    at: timeOf(before.replace(/^\[/, ""), settings.zone, settings.dateFormat),
    thread: thread ?? threadOf(`${before} ${between}`),
    level,
    logger,
    message,
  };
}

/** The last brackets in front of the logger: Spring Boot writes the application's name before it. */
function threadOf(text: string): string {
  const names = [...text.matchAll(bracketed)].map(([, name = ""]) => name.trim());
  return names.findLast((name) => name !== "" && !/^\d{4}-\d\d-\d\d/.test(name)) ?? "";
}
