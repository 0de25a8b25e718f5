/** A parquet file opened: what is in it, before anything is decoded. */
import fs from "node:fs/promises";
import { parquetSchema, type RowGroup, type SchemaElement } from "hyparquet";
import { wholeFile } from "../containers/whole-file.ts";
import type { EvidenceFile } from "../extractor.ts";
import { readFooter } from "./footer.ts";
import { Malformed, reasonOf } from "./malformed.ts";
import { bareSchema, type Field, fieldsOf } from "./schema.ts";
import { typeName } from "./values.ts";

export interface ParquetSource {
  readonly handle: fs.FileHandle;
  readonly size: number;
  readonly fields: readonly Field[];
  readonly groups: readonly GroupPlace[];
  readonly schema: readonly SchemaElement[];
  readonly createdBy: string | undefined;
  readonly isEncrypted: boolean;
}

export interface GroupPlace {
  /** 1-based. */
  readonly number: number;
  readonly group: RowGroup;
  readonly rows: number;
  /** 0-based, of its first row in the file. */
  readonly firstRow: number;
}

/** Why nothing of a file can be read, and how long it is. */
export interface UnreadableFile {
  readonly reason: string;
  readonly size: number;
}

/** Opens a file for as long as `use` goes on. Throws UserError for what is no parquet. */
export async function* withSource<T>(
  file: EvidenceFile,
  signal: AbortSignal,
  use: (source: ParquetSource | UnreadableFile) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const whole = await wholeFile(file, signal);
  try {
    const handle = await fs.open(whole.path, "r");
    try {
      yield* use(await describe(handle, whole.size, file.name));
    } finally {
      await handle.close();
    }
  } finally {
    await whole.remove();
  }
}

async function describe(handle: fs.FileHandle, size: number, name: string): Promise<ParquetSource | UnreadableFile> {
  if (size === 0) return { reason: "the file is empty", size };
  try {
    const { metadata, isEncrypted } = await readFooter(handle, size, name);
    const tree = parquetSchema(metadata);
    const fields = fieldsOf(tree);
    // A type that makes no sense is found before the first row.
    for (const { node } of fields) if (node.children.length === 0) typeName(node.element);
    const groups = placesOf(metadata.row_groups);
    const schema = bareSchema(metadata.schema);
    return { handle, size, fields, groups, schema, createdBy: metadata.created_by, isEncrypted };
  } catch (error) {
    return { reason: damageOf(error), size };
  }
}

/** Whatever the footer's damage did to its reader; what people can put right goes on. */
function damageOf(error: unknown): string {
  if (error instanceof Malformed || error instanceof TypeError || error instanceof RangeError) return reasonOf(error);
  if (error instanceof Error && error.message.startsWith("parquet ")) return reasonOf(error);
  throw error;
}

function placesOf(groups: readonly RowGroup[]): GroupPlace[] {
  let firstRow = 0;
  return groups.map((group, index) => {
    const rows = Number(group.num_rows);
    if (!Number.isSafeInteger(rows) || rows < 0 || !Number.isSafeInteger(firstRow + rows))
      throw new Malformed("its footer is damaged: a row group has an impossible number of rows");
    const place = { number: index + 1, group, rows, firstRow };
    firstRow += rows;
    return place;
  });
}
