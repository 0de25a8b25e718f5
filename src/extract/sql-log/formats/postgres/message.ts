/**
 * What a message of PostgreSQL's log says, however it is written.
 * Source: https://www.postgresql.org/docs/current/runtime-config-logging.html, and `exec_simple_query`, `errdetail_params` of its source.
 */
import type { FormatSettings, LogEvent } from "../../event.ts";
import { bindingName, NotLogged, type Bindings, type Bound } from "../../parameters.ts";
import { timeOf } from "../../time.ts";

/** One message with what stands behind it. */
export interface PgMessage {
  readonly line: number;
  readonly raw: string;
  /** With its zone, as the log writes it. */
  readonly time: string;
  readonly session: string;
  /** `LOG`, `ERROR`. */
  readonly severity: string;
  readonly text: string;
  readonly detail: string | undefined;
  /** The statement that an error is of. */
  readonly statement: string | undefined;
}

const logged =
  /^(duration: [\d.]+ ms {2})?(statement|execute (?:fetch from )?[^:]*|parse [^:]*|bind [^:]*): ([\s\S]*)$/;
/** What the first process writes when the server starts, and when it starts again because a session crashed. */
const started = /^(?:starting PostgreSQL |all server processes terminated; reinitializing)/;
const parameterList = /^parameters: /i;
const parameter = /\$(\d+) = (?:NULL|'([^']*(?:''[^']*)*)')(?:, |$)/y;

export function readMessage(message: PgMessage, settings: FormatSettings): LogEvent {
  const { line, raw, session, severity, text, statement } = message;
  const place = { line, raw };
  if (severity === "ERROR" || severity === "PANIC")
    return { ...place, kind: "failure", session, aborts: true, rule: severity, text: statement };
  if (severity === "FATAL") return { ...place, kind: "end", session, rule: severity };
  if (severity !== "LOG") return { ...place, kind: "skip", rule: severity };
  if (text.startsWith("disconnection: ")) return { ...place, kind: "end", session, rule: "disconnection" };
  if (started.test(text)) return { ...place, kind: "restart", rule: "start of the server" };
  const [, duration, what = "", sql = ""] = logged.exec(text) ?? [];
  if (what === "") return { ...place, kind: "skip", rule: text.startsWith("duration: ") ? "duration" : "message" };
  // What is parsed or bound has not run.
  if (/^(?:parse|bind)/.test(what)) return { ...place, kind: "skip", rule: what.split(" ")[0] ?? "" };
  const at = momentOf(message.time, settings.zone);
  const bindings = readParameters(message.detail);
  return {
    ...place,
    kind: "statement",
    session,
    at,
    text: sql,
    bindings,
    fate: duration === undefined ? "unknown" : "done",
  };
}

/** The server's own clock stands there, under an abbreviation that only it can tell; UTC and offsets are moments. */
function momentOf(text: string, zone: string): string | undefined {
  if (/^\d{10,}\.\d{3}$/.test(text)) return timeOf(new Date(Number(text) * 1000).toISOString(), zone, undefined);
  return timeOf(text, zone, undefined);
}

/** `parameters: $1 = 'it''s', $2 = NULL` */
function readParameters(detail: string | undefined): Bindings {
  const found = new Map<string, Bound>();
  const head = parameterList.exec(detail ?? "");
  if (detail === undefined || head === null) return found;
  for (parameter.lastIndex = head[0].length; parameter.lastIndex < detail.length;) {
    const one = parameter.exec(detail);
    if (one === null) break;
    found.set(bindingName(one[1] ?? ""), valueOf(one[2]));
  }
  return found;
}

/** `log_parameter_max_length` cuts a value, and puts three dots behind it. */
function valueOf(text: string | undefined): Bound {
  if (text === undefined) return null;
  return text.endsWith("...")
    ? new NotLogged("the log may have cut: it ends in three dots")
    : text.replaceAll("''", "'");
}
