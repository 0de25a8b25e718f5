/** The tables that are audits, in CSV files and SQLite databases. */
import { UserError } from "../../errors.ts";
import { sameName } from "../../schema/model.ts";
import { readBytes } from "../containers/bytes.ts";
import csv from "../csv/index.ts";
import type { TableSource } from "../events/table-rows.ts";
import type { CheckContext, EvidenceFile, TableMapping } from "../extractor.ts";
import { routeFiles } from "../records/route.ts";
import { databasesAmong } from "../sqlite/survey.ts";
import sqlite from "../sqlite/index.ts";
import type { AuditOptions } from "./options.ts";

export interface AuditTable {
  readonly source: TableSource;
  /** Where rows are copied: whose they are. Undefined: none of the target's. */
  readonly mapping: TableMapping | undefined;
}

/** Throws UserError where the recipe does not say which table of a database is meant. */
export async function auditTables(settings: AuditOptions, context: CheckContext): Promise<AuditTable[]> {
  const files = databasesAmong(context.files);
  const copied = settings.column === undefined;
  const tables: AuditTable[] = [];
  for (const file of files)
    if (await isDatabase(file)) tables.push(...inDatabase(file, settings, context.mappings));
    else tables.push(inFile(file, settings, copied ? context : { files, mappings: [] }));
  return tables;
}

const sqliteHeader = "SQLite format 3\0";

async function isDatabase(file: EvidenceFile): Promise<boolean> {
  for await (const { bytes } of readBytes(file))
    return bytes.subarray(0, sqliteHeader.length).toString("latin1") === sqliteHeader;
  return false;
}

function inFile(
  file: EvidenceFile,
  { csv: form = {} }: AuditOptions,
  { files, mappings }: Pick<CheckContext, "files" | "mappings">,
): AuditTable {
  const options = {
    ...Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined)),
    path: file.name,
  };
  const route = mappings.length === 0 ? undefined : routeFiles(files, mappings).find((one) => one.file === file);
  return { source: { extractor: csv, options, file }, mapping: route?.mapping };
}

function inDatabase(file: EvidenceFile, settings: AuditOptions, mappings: readonly TableMapping[]): AuditTable[] {
  const source = { extractor: sqlite, options: { path: file.name }, file };
  const { table, column } = settings;
  if (column !== undefined) {
    if (table === undefined) throw unnamed(file);
    return [{ source: { ...source, part: table }, mapping: undefined }];
  }
  const asked = mappings.flatMap((mapping) => {
    const part = mapping.from ?? (mappings.length === 1 ? table : undefined);
    return part === undefined || (table !== undefined && !sameName(table, part))
      ? []
      : [{ source: { ...source, part }, mapping }];
  });
  if (asked.length === 0) throw unnamed(file);
  return asked;
}

function unnamed({ name }: EvidenceFile): UserError {
  return new UserError({
    what: "the file is a database, and nothing says which of its tables is the audit",
    remedy: "Name it with `table`; or, where rows are copied, with a `from` for each target table",
    where: { file: name },
  });
}
