/** Records of the transaction log as `fn_dblog` shows them. */
import { UserError } from "../../errors.ts";
import type { Fields } from "../events/changes.ts";
import { momentOf } from "../events/moment.ts";
import type { EvidenceFile } from "../extractor.ts";

/** Names of columns as fn_dblog gives them; programs leave blanks out. */
const needed = { operation: "operation", transaction: "transactionid", unit: "allocunitname", end: "endtime" } as const;
/** Without the first three there are no values; without the others no changed rows. */
const wanted = {
  context: "context",
  contents: "rowlogcontents0",
  description: "description",
  lsn: "currentlsn",
  name: "transactionname",
  partition: "partitionid",
  unitId: "allocunitid",
  changedTo: "rowlogcontents1",
  page: "pageid",
  slot: "slotid",
  offset: "offsetinrow",
  pageLsn: "previouspagelsn",
} as const;

type Field = keyof typeof needed | keyof typeof wanted;
export type LogFields = Readonly<Partial<Record<Field, string>>>;
/** Empty where the export does not have it, or it is NULL. */
export type LogRecord = Readonly<Record<Field, string>>;

const all: readonly (readonly [Field, string])[] = Object.entries({ ...needed, ...wanted }) as [Field, string][];

/** Throws UserError for a file without the columns. */
export function logFields(fields: readonly string[], file: EvidenceFile): LogFields {
  const find = (plain: string) => fields.find((name) => name.replaceAll(/[\s_]/g, "").toLowerCase() === plain);
  const missing = Object.values(needed).find((plain) => find(plain) === undefined);
  if (missing !== undefined) throw noColumn(missing, fields, file);
  return Object.fromEntries(all.flatMap(([field, plain]) => [[field, find(plain)]].filter(([, name]) => name)));
}

export function logRecord(row: Fields, fields: LogFields): LogRecord {
  const text = (name: string | undefined) => {
    const value = name === undefined ? "" : String(row.get(name) ?? "").trim();
    return value.toUpperCase() === "NULL" ? "" : value;
  };
  return Object.fromEntries(all.map(([field]) => [field, text(fields[field])])) as Record<Field, string>;
}

/** A record that takes back what its transaction did. */
export function isCompensation({ description }: LogRecord): boolean {
  return /^COMPENSATION\b/i.test(description);
}

const hex = /^(?:0x)?((?:[0-9a-f]{2})*)$/i;

/** Undefined for what is not written in hex. */
export function logBytes(text: string): Buffer | undefined {
  const digits = text === "" ? undefined : hex.exec(text)?.[1];
  return digits === undefined ? undefined : Buffer.from(digits, "hex");
}

const ownForm = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d):(\d{3})$/;

/** fn_dblog writes `2026/03/01 10:00:00:123`. */
export function logTime(text: string): string | undefined {
  if (text === "") return undefined;
  return momentOf(text.replace(ownForm, "$1-$2-$3 $4.$5"), { dateOrder: "ymd" }, "UTC");
}

function noColumn(plain: string, fields: readonly string[], { name }: EvidenceFile): UserError {
  return new UserError({
    what: `the file is no export of fn_dblog: it has no column ${plain}`,
    remedy: `Export all columns of fn_dblog(NULL, NULL) under a header; what is there is ${fields.slice(0, 12).join(", ")}`,
    where: { file: name },
  });
}
