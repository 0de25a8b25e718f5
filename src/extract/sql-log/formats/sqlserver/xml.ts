/** Events in XML: what Profiler saves, and what Extended Events hold (`sys.fn_xe_file_target_read_file`, one event a line or all in one). */
import { SaxesParser, type SaxesTagPlain } from "saxes";
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../../event.ts";
import { textOf } from "../../record-lines.ts";
import { fieldName, readTraceEvent } from "./trace-event.ts";

const begins = /<event\b/i;
/** Elements that name a field; a value's type has a name, too. */
const holders = new Set(["Column", "data", "action"]);
const finishes = /<\/event\s*>/gi;

/** Gathers lines until an event is whole; each is read as a document of its own, so that one that is broken costs no other. */
class XmlParser implements LogParser {
  readonly #settings: FormatSettings;
  #open: LogLine[] = [];

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  *take(line: LogLine): Generator<LogEvent> {
    let from = 0;
    for (const { index, 0: tag } of line.text.matchAll(finishes)) {
      const end = index + tag.length;
      yield this.#read([...this.#open, { ...line, text: line.text.slice(from, end) }]);
      this.#open = [];
      from = end;
    }
    const rest = { ...line, text: line.text.slice(from) };
    if (this.#open.length > 0 || begins.test(rest.text)) this.#open.push(rest);
    else if (rest.text.trim() !== "") yield { kind: "skip", rule: "no event", line: line.number, raw: line.text };
  }

  *end(): Generator<LogEvent> {
    if (this.#open.length === 0) return;
    yield {
      kind: "fault",
      reason: "the event is cut short",
      line: this.#open[0]?.number ?? 1,
      raw: textOf(this.#open),
    };
  }

  #read(lines: readonly LogLine[]): LogEvent {
    const raw = textOf(lines);
    const line = lines[0]?.number ?? 1;
    const fields = fieldsOf(raw.slice(Math.max(0, raw.search(begins))));
    if (typeof fields === "string") return { kind: "fault", reason: `the event is no XML: ${fields}`, line, raw };
    return readTraceEvent({ line, raw, fields }, this.#settings);
  }
}

/** `<Column name="TextData">`, `<data name="statement"><value>`. */
function fieldsOf(document: string): Map<string, string> | string {
  const fields = new Map<string, string>();
  const parser = new SaxesParser();
  let field = "";
  let text = "";
  let problem: string | undefined;
  parser.on("opentag", ({ name, attributes }: SaxesTagPlain) => {
    text = "";
    if (name.toLowerCase() === "event")
      for (const [key, value] of Object.entries(attributes)) fields.set(fieldName(key), value);
    else if (holders.has(name) && attributes["name"] !== undefined) field = fieldName(attributes["name"]);
  });
  parser.on("text", (piece) => (text += piece));
  parser.on("cdata", (piece) => (text += piece));
  parser.on("closetag", ({ name }: SaxesTagPlain) => {
    const isValue = name === "value" || name === "Column";
    if (isValue && field !== "") fields.set(field, text);
    text = "";
  });
  parser.on("error", ({ message }) => (problem ??= message));
  parser.write(document).close();
  return problem ?? fields;
}

export const sqlserverXml: LogFormat = {
  dialect: "sqlserver",
  provesItsEnd: true,
  open: (settings) => new XmlParser(settings),
};
