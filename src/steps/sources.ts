/** A source made ready: its extractor found, its files resolved and hashed, its mappings held against the schema. */
import { createHash } from "node:crypto";
import type { CheckContext, EvidenceFile, Extractor, TableMapping } from "../extract/extractor.ts";
import { CaptureFolder, refuseAltered } from "../extract/capture/folder.ts";
import { expandArchives } from "../extract/containers/archives.ts";
import { resolveInputs } from "../extract/inputs.ts";
import { findExtractor } from "../extract/registry.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { timeInName } from "../recipe/file-times.ts";
import { resolveTable } from "../recipe/names.ts";
import { present } from "../recipe/records.ts";
import type { RecipeSource, RecipeTable } from "../recipe/recipe.ts";
import { rowTime, withRowTime } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { stagingFormat } from "../stage/source-writer.ts";

export interface PreparedSource {
  readonly source: RecipeSource;
  readonly extractor: Extractor;
  readonly files: readonly EvidenceFile[];
  readonly mappings: readonly TableMapping[];
  /** Changes exactly when the source has to be read again; begins with {@link settingsFingerprint}. */
  readonly fingerprint: string;
}

interface Settings {
  readonly extractor: Extractor;
  readonly mappings: readonly TableMapping[];
  readonly fingerprint: string;
}

/** Throws UserError where an input is missing. Hashes every file. */
export async function prepareSource(incident: Incident, source: RecipeSource): Promise<PreparedSource> {
  const { extractor, mappings, fingerprint } = settingsOf(incident, source);
  const files =
    extractor.captures === true ? capturedFiles(incident, source) : await givenFiles(incident, source, extractor);
  const dated = withFileTimes(incident, source, files);
  const evidence = hashOf(dated.map(({ name, sha256, asOf }) => [name, sha256, ...(asOf === undefined ? [] : [asOf])]));
  return { source, extractor, files: dated, mappings, fingerprint: `${fingerprint}.${evidence}` };
}

async function givenFiles(incident: Incident, source: RecipeSource, extractor: Extractor): Promise<EvidenceFile[]> {
  const resolved = await resolveInputs(extractor.inputs(source.options), incident.recipe.folder);
  // A path may come from the environment: what is stored and shown of it is not its value.
  const files = resolved.map((file) => ({ ...file, name: incident.recipe.redact(file.name) }));
  const members = extractor.members?.(source.options);
  return members === undefined ? files : expandArchives(files, members === "all" ? undefined : members);
}

/** A file whose time nobody knows has none: where it holds rows, staging refuses it. */
function withFileTimes(
  { recipe }: Incident,
  { timezone, fileTimes }: RecipeSource,
  files: EvidenceFile[],
): EvidenceFile[] {
  if (fileTimes === undefined) return files;
  const zone = timezone ?? recipe.target.timezone ?? "UTC";
  return files.map((file) => ({
    ...file,
    ...present({ asOf: fileTimes.from === "modified" ? file.modified : timeInName(file.name, fileTimes, zone) }),
  }));
}

/** What is whole of the source's capture; a source is staged only from a capture that is complete. */
function capturedFiles(incident: Incident, source: RecipeSource): EvidenceFile[] {
  const files = new CaptureFolder(layoutOf(incident.directory).captured(source.id)).files();
  for (const file of files) refuseAltered(file);
  return files;
}

/** What of recipe and schema a source is read by; known without a look at its files. */
export function settingsFingerprint(incident: Incident, source: RecipeSource): string {
  return settingsOf(incident, source).fingerprint;
}

export function checkContext(incident: Incident, prepared: PreparedSource, signal: AbortSignal): CheckContext {
  return { files: prepared.files, folder: incident.recipe.folder, mappings: prepared.mappings, signal };
}

/** The tables that the source's recipe names, else all of the target. */
function mapTables(incident: Incident, source: RecipeSource, timesRows: boolean): TableMapping[] {
  const named = Object.entries(source.tables);
  if (named.length === 0)
    return incident.tables.map((table) => ({
      table: timesRows ? withRowTime(table) : table,
      columns: new Map<string, string>(),
      cutAt: new Map<string, number>(),
    }));
  return named.flatMap(([name, own]) => {
    const table = resolveTable(incident.schema, name);
    return incident.tables.includes(table) ? mapTable(incident, table, own, timesRows) : [];
  });
}

function mapTable(
  { recipe }: Incident,
  table: Table,
  { from, query, where, columns, zones, modifiedAt, cutAt }: RecipeTable,
  timesRows: boolean,
): TableMapping {
  const sourceColumns = new Map(Object.entries(columns));
  if (modifiedAt !== undefined) sourceColumns.set(rowTime, modifiedAt);
  return {
    table: modifiedAt !== undefined || timesRows ? withRowTime(table) : table,
    ...present({ from, query, where }),
    columns: sourceColumns,
    shifts: new Map(
      Object.entries(zones).map(([name, zone]) => [name, { from: zone, to: recipe.target.timezone ?? zone }]),
    ),
    cutAt: new Map(Object.entries(cutAt)),
  };
}

function settingsOf(incident: Incident, source: RecipeSource): Settings {
  const extractor = findExtractor(source.extractor, incident.extractors);
  const mappings = mapTables(incident, source, extractor.timesRows === true);
  const fingerprint = hashOf({
    stagingFormat,
    extractor: [extractor.id, extractor.revision],
    // What a variable says is no part of it: paths show in the files, servers in what was captured of them, and secrets change nothing.
    options: source.written,
    fileTimes: source.fileTimes && [source.fileTimes, source.timezone ?? incident.recipe.target.timezone],
    mappings: mappings.map(({ table, from, query, where, columns, shifts, cutAt }) => [
      shapeOf(table),
      [from, query, where],
      [...columns],
      [...(shifts ?? [])],
      [...cutAt],
    ]),
  });
  return { extractor, mappings, fingerprint };
}

export function hashOf(what: unknown): string {
  return createHash("sha256").update(JSON.stringify(what)).digest("hex");
}

/** What of a table bears on how its rows are staged. */
function shapeOf(table: Table) {
  const { id, columns, primaryKey, unique } = table;
  return [
    id,
    columns.map(({ name, type, nullable, collation, computed, generated, period }) => [
      name,
      type,
      nullable,
      collation,
      computed,
      generated,
      period,
    ]),
    primaryKey?.columns,
    unique.map((key) => key.columns),
  ];
}
