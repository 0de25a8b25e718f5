/** Settles how a data file of bcp is laid out. */
import { UserError } from "../../errors.ts";
import type { Column } from "../../schema/model.ts";
import type { CheckContext, TableMapping } from "../extractor.ts";
import { readHead, readRecords } from "../records/byte-records.ts";
import { planColumns } from "../records/columns.ts";
import type { Framing } from "../records/framing.ts";
import type { RecordFile } from "../records/record-file.ts";
import type { Route } from "../records/route.ts";
import { findEncoding } from "../text/encodings.ts";
import { encodingOf, type FieldSettings, makeFields } from "./fields.ts";
import type { BcpField } from "./format/model.ts";
import { type Layout, settleLayout } from "./layouts.ts";
import type { BcpOptions } from "./options.ts";
import { SequentialRows } from "./sequential.ts";
import { TerminatedRows } from "./terminated.ts";

/** The kind of newline shows in so many bytes. */
const headBytes = 256 * 1024;

/** Throws UserError for a format file that cannot be read, and an encoding that is not known or does not fit. */
export async function openFile(
  { file, mapping }: Route,
  settings: BcpOptions,
  context: CheckContext,
): Promise<RecordFile> {
  const head = await readHead(file, headBytes);
  const layout = await settleLayout(file, head, mapping, settings, context);
  const names = layout.fields.map(({ name }) => name);
  const columns = columnsOf(names, mapping);
  const fieldSettings: FieldSettings = {
    encoding: layout.encoding,
    columns,
    assumesCollation: layout.assumesCollation,
  };
  for (const field of layout.fields) findEncoding(encodingOf(field, fieldSettings), { file: file.name });
  const framing = framingOf(layout.fields, fieldSettings);
  const types = typesOf(layout.fields);
  return {
    file,
    isEmpty: head.length === 0,
    fields: names,
    ...(types === undefined ? {} : { types }),
    facts: factsOf(layout, fieldSettings),
    positionsAre: "row",
    conventions: { dateOrder: settings.dateFormat ?? "unknown", namesBaseTypes: layout.fields.some(isNativeVariant) },
    unended: "the file ends without a row terminator",
    ...(layout.notes === undefined ? {} : { notes: layout.notes }),
    records: () => readRecords(file, framing(), layout.markLength, context.signal),
  };
}

/** The column that each field feeds. A mapping that does not fit is refused where records are planned, not here. */
function columnsOf(names: readonly string[], mapping: TableMapping | undefined): (Column | undefined)[] {
  if (mapping === undefined) return names.map(() => undefined);
  try {
    const { columns, cellIndexes } = planColumns(names, mapping, {});
    return names.map((_, index) => columns[cellIndexes.indexOf(index)]);
  } catch (error) {
    if (error instanceof UserError) return names.map(() => undefined);
    throw error;
  }
}

function framingOf(fields: readonly BcpField[], settings: FieldSettings): () => Framing {
  if (fields.length === 0) return () => ({ next: () => ({ lost: "nothing says which columns it holds" }) });
  const made = makeFields(fields, settings);
  return () => (TerminatedRows.fits(made) ? new TerminatedRows(made) : new SequentialRows(made));
}

function isNativeVariant({ kind, type }: BcpField): boolean {
  return kind === "native" && type?.name === "sql_variant";
}

function typesOf(fields: readonly BcpField[]): string[] | undefined {
  return fields.some(({ type }) => type !== undefined) ? fields.map(({ type }) => type?.name ?? "") : undefined;
}

function factsOf({ form, fields }: Layout, settings: FieldSettings): RecordFile["facts"] {
  const encodings = [
    ...new Set(fields.filter(({ kind }) => kind !== "native").map((field) => encodingOf(field, settings))),
  ];
  return [
    { name: "layout", value: form },
    ...(encodings.length === 0 ? [] : [{ name: "encoding", value: encodings.join(", ") }]),
    { name: "row terminator", value: shown(fields.at(-1)?.terminator ?? Buffer.alloc(0)) },
  ];
}

function shown(terminator: Buffer): string {
  return terminator.length === 0 ? "none" : JSON.stringify(terminator.toString("latin1"));
}
