/** Change data capture: a topic's messages of Debezium, one a line, old values and new ones, without their schema. */
import { storedColumns } from "../../../schema/model.ts";
import type { Cells } from "../../truth/model.ts";
import type { Format, Log, LoggedChange } from "../model.ts";
import { debeziumText } from "../writing/debezium-values.ts";
import { variantAsText } from "../writing/plain-text.ts";
import { RecordFile } from "../writing/record-file.ts";

const id = "debezium";
const fileName = "changes.ndjson";
const operations = { insert: "c", update: "u", delete: "d" } as const;
/** Milliseconds from a change to its message. */
const delay = 350;

function imageText({ table }: LoggedChange, cells: Cells | undefined): string {
  if (cells === undefined) return "null";
  const members = storedColumns(table).map(
    (column, index) => `${JSON.stringify(column.name)}:${debeziumText(cells[index] ?? null, column)}`,
  );
  return `{${members.join(",")}}`;
}

function messageText(change: LoggedChange): string {
  const { at, kind, table } = change;
  const origin = { connector: "sqlserver", name: "drill", ts_ms: at, snapshot: "false", db: "drill" };
  const source = JSON.stringify({ ...origin, schema: table.schema, table: table.name });
  const [before, after] = [imageText(change, change.before), imageText(change, change.after)];
  return `{"before":${before},"after":${after},"source":${source},"op":"${operations[kind]}","ts_ms":${at + delay}}\n`;
}

export const debezium: Format<Log> = {
  id,
  content: "changes",
  asWritten: variantAsText,
  /** The strikes leave no message: a table that is dropped or emptied is no change of a row to the server's capture. */
  async write({ changes }) {
    const file = new RecordFile("utf-8");
    for (const change of changes) file.record(change.table, change.key, messageText(change));
    return [file.named(fileName)];
  },
  source: (folder, _content, { timezone }) => ({
    extractor: "cdc",
    format: "debezium",
    path: `${folder}/${fileName}`,
    timePrecision: "adaptive",
    decimals: "precise",
    binary: "base64",
    timezone,
  }),
};
