/** Records of Java's and .NET's loggers: when, which thread, which logger, and the message. */
import type { LogRecord } from "../../record-lines.ts";
import { rawOf } from "../../record-lines.ts";

/** A line that begins a record: a time, a level, or what is printed without a logger. */
const begins =
  /^(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d[.,]\d{3}\b|(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b|N?Hibernate: ?)/;

export function beginsRecord(text: string): boolean {
  return begins.test(text);
}

export interface LoggedMessage {
  readonly line: number;
  readonly raw: string;
  /** Empty where the record does not say one. */
  readonly thread: string;
  /** Empty of what is printed without a logger. */
  readonly logger: string;
  readonly message: string;
}

const printed = /^N?Hibernate: ?/;
/** The names of loggers that count here, shortened as Spring Boot does or not; then what stands between name and message. */
const logged =
  /(?:^|[\s[])((?:o|org)\.(?:h|hibernate)\.[\w.]+|NHibernate\.[\w.]+|[\w.]*\.(?:SqlExceptionHelper|JdbcTransaction|TransactionImpl|BasicBinder))\]?(?::\d+)?(?: \[[^\]]*\]| <[^>]*>)?\s*(?:[-:]\s|\s-\s)/;
const inBrackets = /\[([^\][]+)\]/g;

/** Undefined where the record is of another logger. */
export function readMessage(record: LogRecord): LoggedMessage | undefined {
  const raw = rawOf(record);
  const place = { line: record.line, raw };
  const print = printed.exec(raw);
  if (print !== null) return { ...place, thread: "", logger: "", message: raw.slice(print[0].length) };
  const found = logged.exec(raw);
  if (found === null || raw.slice(0, found.index).includes("\n")) return undefined;
  const brackets = [...raw.slice(0, found.index + 1).matchAll(inBrackets)];
  const message = raw.slice(found.index + found[0].length);
  return { ...place, thread: brackets.at(-1)?.[1]?.trim() ?? "", logger: found[1] ?? "", message };
}
