/** A table that tells of changes of other tables, row by row: as the extractor of its file reads it, which accounts for what cannot be read. */
import { type Column, type Table, tableName } from "../../schema/model.ts";
import type { Conventions, RawValue } from "../../values/codec.ts";
import type { EvidenceFile, ExtractContext, Extractor, Locator, ObservationBatch, TableMapping } from "../extractor.ts";
import type { Placed } from "./feed.ts";

export interface TableRow {
  /** By the file's names of its columns; what a short record lacks is not there. */
  readonly values: ReadonlyMap<string, RawValue | null>;
  readonly place: Placed;
}

export interface TableSource {
  readonly extractor: Extractor;
  /** As a recipe would write them. */
  readonly options: unknown;
  readonly file: EvidenceFile;
  /** The table in a database. */
  readonly part?: string | undefined;
}

export interface TableChunk {
  readonly rows: readonly TableRow[];
  readonly conventions: Conventions;
}

/** Names of the table's columns; undefined where the file does not have the table. */
export async function tableFields(
  { extractor, options, file, part }: TableSource,
  { folder, signal }: Pick<ExtractContext, "folder" | "signal">,
): Promise<readonly string[] | undefined> {
  const asked = { files: [file], folder, mappings: [], signal };
  const tables = extractor.survey?.(extractor.options.parse(options), asked) ?? [];
  for await (const table of tables)
    if (part === undefined || table.part?.toUpperCase() === part.toUpperCase()) return table.fields;
  return undefined;
}

/** Rows are counted as they are read: what becomes of them has to be said of each. */
export async function* tableRows(
  source: TableSource,
  fields: readonly string[],
  context: ExtractContext,
): AsyncGenerator<TableChunk> {
  const { extractor, options, file } = source;
  const inner: ExtractContext = {
    ...context,
    files: [file],
    mappings: [mappingOf(source, fields)],
    leftover: () => undefined,
    partial: () => undefined,
  };
  for await (const batch of extractor.extract(extractor.options.parse(options), inner))
    yield { rows: batch.rows.map((_, index) => rowOf(batch, index)), conventions: batch.conventions };
}

/** A table of texts, which take any value as it is. */
function mappingOf({ part }: TableSource, fields: readonly string[]): TableMapping {
  const named = fields.filter((name) => name !== "");
  const columns = named.map((name, ordinal): Column => ({
    name,
    ordinal,
    type: { name: "nvarchar", length: "max" },
    declaredType: "nvarchar(max)",
    nullable: true,
  }));
  const name = part ?? "changes";
  const table: Table = {
    schema: "",
    name,
    id: tableName("", name),
    columns,
    unique: [],
    foreignKeys: [],
    checks: [],
    attachments: [],
  };
  return { table, columns: new Map(), cutAt: new Map(), ...(part === undefined ? {} : { from: part }) };
}

function rowOf(batch: ObservationBatch, index: number): TableRow {
  const { columns, rows, positions, positionsAre, file, part } = batch;
  const cells = rows[index] ?? [];
  const position = positions[index] ?? 0;
  const locator: Locator = { file, [positionsAre]: position, ...(part === undefined ? {} : { part }) };
  return {
    values: new Map(columns.map(({ name }, at) => [name, cells[at] ?? null])),
    place: { positionsAre, position, raw: () => batch.raw(index), locate: () => locator },
  };
}
