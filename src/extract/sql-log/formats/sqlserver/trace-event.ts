/**
 * What an event of Profiler or Extended Events says, however it was exported.
 * Source: https://learn.microsoft.com/sql/relational-databases/event-classes/sql-server-event-class-reference, and `sys.dm_xe_map_values`.
 */
import type { FormatSettings, LogEvent } from "../../event.ts";
import type { TransactionStep } from "../../outcome.ts";
import { noBindings } from "../../parameters.ts";
import { timeOf } from "../../time.ts";

/** Fields by their names in lower case, without blanks and underscores. */
export interface TraceEvent {
  readonly line: number;
  readonly raw: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** A batch and a call tell all that they did; the statements in them would tell it again. */
const completed = new Set(["sqlbatchcompleted", "rpccompleted", "sql:batchcompleted", "rpc:completed"]);
const ends = new Set(["logout", "auditlogout", "attention"]);
const steps: Readonly<Record<string, TransactionStep>> = {
  "tm:begintrancompleted": "begin",
  "tm:committrancompleted": "commit",
  "tm:rollbacktrancompleted": "rollback",
  begintrancompleted: "begin",
  committrancompleted: "commit",
  rollbacktrancompleted: "rollback",
};

/** Event classes by their ids, as Profiler saves a trace in a table: `sys.trace_events`. */
const classes: Readonly<Record<string, string>> = {
  "10": "RPC:Completed",
  "12": "SQL:BatchCompleted",
  "15": "Audit Logout",
  "182": "TM: Begin Tran completed",
  "186": "TM: Commit Tran completed",
  "188": "TM: Rollback Tran completed",
};

export function fieldName(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_]/g, "");
}

export function readTraceEvent({ line, raw, fields }: TraceEvent, settings: FormatSettings): LogEvent {
  const place = { line, raw };
  const first = (...names: string[]) =>
    names.map((name) => fields.get(name)).find((value) => value !== undefined && value !== "");
  const shown = first("name", "eventclass", "eventname") ?? "";
  const name = classes[shown] ?? shown;
  const key = fieldName(name);
  const session = first("sessionid", "spid") ?? "";
  const step = steps[key];
  if (step !== undefined) return { ...place, kind: "step", session, step, rule: name };
  if (ends.has(key)) return { ...place, kind: "end", session, rule: name };
  if (!completed.has(key)) return { ...place, kind: "skip", rule: name === "" ? "no event" : name };
  const text = first("statement", "batchtext", "textdata");
  if (text === undefined) return { ...place, kind: "fault", reason: "the event does not say what was run" };
  if (/^\s*exec(?:ute)?\s+(?:sys\.)?sp_reset_connection\b/i.test(text))
    return { ...place, kind: "end", session, rule: "sp_reset_connection" };
  if (session === "") return { ...place, kind: "fault", reason: "the event does not say in which session it was" };
  const at = timeOf(first("endtime", "timestamp", "starttime") ?? "", settings.zone, settings.dateFormat);
  const isDone = isFine(first("result")) && isFine(first("error"));
  return { ...place, kind: "statement", session, at, text, bindings: noBindings, fate: isDone ? "done" : "failed" };
}

/** `0`, `OK`, `0 - OK`; `1`, `Error`, `2`, `Abort`, and numbers of errors are not. */
function isFine(outcome: string | undefined): boolean {
  return outcome === undefined || /^(?:0\b|OK$)/i.test(outcome.trim());
}
