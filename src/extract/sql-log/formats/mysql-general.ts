/**
 * The general query log of MySQL and MariaDB. It holds what the server was asked, and not what failed.
 * Source: https://dev.mysql.com/doc/refman/8.4/en/query-log.html, `File_query_log::write_general` of its source.
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../event.ts";
import { noBindings } from "../parameters.ts";
import { RecordLines, textOf, type LogRecord } from "../record-lines.ts";
import { timeOf } from "../time.ts";

const commands =
  "Sleep|Quit|Init DB|Query|Field List|Create DB|Drop DB|Refresh|Shutdown|Statistics|Processlist|Connect|Kill|Debug|Ping|Time|" +
  "Delayed insert|Change user|Binlog Dump|Table Dump|Connect Out|Register Slave|Register Replica|Prepare|Execute|Long Data|Close stmt|" +
  "Reset stmt|Set option|Fetch|Daemon|Binlog Dump GTID|Reset Connection|clone|Error";
const head = new RegExp(
  String.raw`^(?:(\d{4}-\d\d-\d\dT\S+|\d{6}\s+\d{1,2}:\d\d:\d\d)\s+|\t\s*)(\d+) (${commands})(?:\t([\s\S]*))?$`,
);
const shortTime = /^(\d\d)(\d\d)(\d\d)\s+(\d{1,2}):(.*)$/;

class GeneralLogParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #records = new RecordLines((text) => head.test(text));
  readonly #databases = new Map<string, string>();
  /** Older servers write a time once for all records of its second. */
  #at: string | undefined;

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  *take(line: LogLine): Generator<LogEvent> {
    const record = this.#records.take(line);
    if (record !== undefined) yield this.#read(record);
  }

  *end(): Generator<LogEvent> {
    const record = this.#records.end();
    if (record !== undefined) yield this.#read(record);
  }

  #read({ line, lines }: LogRecord): LogEvent {
    const raw = textOf(lines);
    const [, time, session = "", command = "", argument = ""] = head.exec(raw) ?? [];
    const place = { line, raw };
    if (command === "") return { ...place, kind: "skip", rule: "head of the log" };
    if (time !== undefined) this.#at = timeOf(longTime(time), this.#settings.zone, undefined);
    if (command === "Query" || command === "Execute") {
      const database = this.#databases.get(session);
      return {
        ...place,
        kind: "statement",
        session,
        at: this.#at,
        text: argument,
        bindings: noBindings,
        database,
        fate: "done",
      };
    }
    this.#follow(session, command, argument);
    const isOver =
      command === "Quit" || command === "Change user" || command === "Reset Connection" || command === "Connect";
    return isOver ? { ...place, kind: "end", session, rule: command } : { ...place, kind: "skip", rule: command };
  }

  #follow(session: string, command: string, argument: string): void {
    const database = command === "Init DB" ? argument.trim() : / on (\S+)(?: using |$)/.exec(argument)?.[1];
    if (command === "Quit") this.#databases.delete(session);
    else if (database !== undefined && database !== "") this.#databases.set(session, database);
  }
}

/** `260301  9:00:00` */
function longTime(text: string): string {
  const [, year, month, day, hour = "", rest] = shortTime.exec(text) ?? [];
  return year === undefined ? text : `20${year}-${month}-${day} ${hour.padStart(2, "0")}:${rest}`;
}

export const mysqlGeneral: LogFormat = { dialect: "mysql", open: (settings) => new GeneralLogParser(settings) };
