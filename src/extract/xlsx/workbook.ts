/** Opens a workbook: its sheets, the system of its dates, number formats, shared strings. */
import { UserError } from "../../errors.ts";
import type { EvidenceFile } from "../extractor.ts";
import { otherArchive } from "./kind.ts";
import type { NumberFormat } from "./number-format.ts";
import { openParts, type Parts } from "./parts.ts";
import { type Relationship, relationshipsOf } from "./relationships.ts";
import { readSharedStrings } from "./shared-strings.ts";
import type { StringTable } from "./string-table.ts";
import { readStyles } from "./styles.ts";
import { attribute, type Attributes, isTrue, readXml } from "./xml.ts";

export interface Sheet {
  readonly name: string;
  readonly state: "visible" | "hidden" | "veryHidden";
  /** The part that holds its rows; undefined where the archive has none. */
  readonly part: string | undefined;
}

export interface Workbook {
  readonly file: EvidenceFile;
  readonly parts: Parts;
  readonly sheets: readonly Sheet[];
  /** Do dates count from 1904-01-01? */
  readonly is1904: boolean;
  /** By style number. */
  readonly formats: readonly NumberFormat[];
  readonly strings: StringTable;
  /** What of it could not be read, as sentences. */
  readonly damage: readonly string[];
  close(): Promise<void>;
}

interface Outline {
  is1904: boolean;
  readonly sheets: { readonly name: string; readonly state: Sheet["state"]; readonly relationship: string }[];
}

/** Throws UserError for what is no workbook, or one whose list of sheets cannot be read. */
export async function openWorkbook(file: EvidenceFile, signal: AbortSignal): Promise<Workbook> {
  const parts = await openParts(file, signal);
  try {
    return await readWorkbook(file, parts, signal);
  } catch (error) {
    await parts.close();
    throw error;
  }
}

async function readWorkbook(file: EvidenceFile, parts: Parts, signal: AbortSignal): Promise<Workbook> {
  const main = await mainPart(parts, signal);
  if (main === undefined || main.endsWith(".bin")) throw otherArchive(parts.names, file.name);
  const { outline, relationships } = await readOutline(file, parts, main, signal);
  const { strings, damage } = await readSharedStrings(parts, targetOf(relationships, "sharedStrings"), signal);
  const styles = await stylesOf(parts, targetOf(relationships, "styles"), signal);
  return {
    file,
    parts,
    sheets: sheetsOf(outline, relationships, parts),
    is1904: outline.is1904,
    ...styles,
    strings,
    damage: [
      ...(damage === undefined ? [] : [`the shared strings cannot be read behind number ${strings.count}: ${damage}`]),
      ...styles.damage,
    ],
    close: () => parts.close(),
  };
}

async function mainPart(parts: Parts, signal: AbortSignal): Promise<string | undefined> {
  const usual = parts.find("xl/workbook.xml");
  try {
    const relationships = await relationshipsOf(parts, "", signal);
    const target = targetOf(relationships, "officeDocument");
    return target !== undefined && /workbook[^/]*$|\/xl\/|^xl\//i.test(target) ? target : usual;
  } catch {
    signal.throwIfAborted();
    return usual;
  }
}

function targetOf(relationships: readonly Relationship[], type: string): string | undefined {
  return relationships.find((candidate) => candidate.type === type && candidate.target !== undefined)?.target;
}

async function readOutline(
  file: EvidenceFile,
  parts: Parts,
  main: string,
  signal: AbortSignal,
): Promise<{ outline: Outline; relationships: Relationship[] }> {
  const outline: Outline = { is1904: false, sheets: [] };
  const open = (name: string, attributes: Attributes): void => {
    if (name === "workbookPr") outline.is1904 = isTrue(attributes["date1904"]);
    if (name === "sheet") outline.sheets.push(sheetOf(attributes));
  };
  try {
    await readXml(parts.open(main), { open }, signal);
    return { outline, relationships: await relationshipsOf(parts, main, signal) };
  } catch (cause) {
    signal.throwIfAborted();
    throw new UserError({
      what: `the workbook's list of sheets cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: "Ask for the file again; or let a spreadsheet program repair it, and name the copy in the recipe",
      where: { file: file.name },
      cause,
    });
  }
}

function sheetOf(attributes: Attributes): Outline["sheets"][number] {
  const { name = "", state } = attributes;
  return {
    name,
    state: state === "hidden" || state === "veryHidden" ? state : "visible",
    relationship: attribute(attributes, "id") ?? "",
  };
}

/** Chart sheets have no rows. Where the workbook lost its relationships, sheets are found by their usual names. */
function sheetsOf({ sheets }: Outline, relationships: readonly Relationship[], parts: Parts): Sheet[] {
  return sheets.flatMap(({ name, state, relationship }, index) => {
    const found = relationships.find(({ id }) => id === relationship);
    if (found !== undefined && found.type !== "worksheet") return [];
    return { name, state, part: found?.target ?? parts.find(`xl/worksheets/sheet${index + 1}.xml`) };
  });
}

async function stylesOf(
  parts: Parts,
  part: string | undefined,
  signal: AbortSignal,
): Promise<{ formats: readonly NumberFormat[]; damage: readonly string[] }> {
  try {
    return { formats: await readStyles(parts, part, signal), damage: [] };
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return { formats: [], damage: [`the number formats cannot be read, so dates are numbers: ${why}`] };
  }
}
