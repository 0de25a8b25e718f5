/** Opens a package: its archive, the model of its tables, and which member holds rows of which table. */
import type { Zip, ZipMember } from "../../files/zip.ts";
import { openZip } from "../../files/zip.ts";
import type { PackagedTable } from "../../schema/dacpac/assemble.ts";
import { readPackage, type Package } from "../../schema/dacpac/read.ts";
import { sameName } from "../../schema/model.ts";
import { wholeFile } from "../containers/whole-file.ts";
import type { EvidenceFile } from "../extractor.ts";

export interface OpenedPackage {
  readonly file: EvidenceFile;
  readonly zip: Zip;
  readonly contents: Package;
  /** Members with rows, in their order. */
  readonly parts: ReadonlyMap<PackagedTable, readonly ZipMember[]>;
  /** Members with rows of a table that the model does not have. */
  readonly strayParts: readonly ZipMember[];
  close(): Promise<void>;
}

/** Throws UserError for what is no package, or one whose model cannot be read. */
export async function openPackage(file: EvidenceFile, signal: AbortSignal): Promise<OpenedPackage> {
  const whole = await wholeFile(file, signal);
  let zip: Zip | undefined;
  try {
    const opened = (zip = await openZip(whole.path, file.name));
    const contents = await readPackage(opened, file.name);
    const close = async (): Promise<void> => {
      opened.close();
      await whole.remove();
    };
    return { file, zip: opened, contents, ...assignParts(opened.members, contents.tables), close };
  } catch (error) {
    zip?.close();
    await whole.remove();
    throw error;
  }
}

/** `Data/dbo.Order%20Details/TableData-000-00000.BCP`: the name of a part is percent-encoded (ISO/IEC 29500-2, 6.2.2). */
const partForm = /^Data\/([^/]+)\/[^/]+\.BCP$/i;

function assignParts(
  members: readonly ZipMember[],
  tables: readonly PackagedTable[],
): Pick<OpenedPackage, "parts" | "strayParts"> {
  const parts = new Map<PackagedTable, ZipMember[]>(tables.map((table) => [table, []]));
  const strayParts: ZipMember[] = [];
  for (const member of members.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    const [, folder] = partForm.exec(member.name) ?? [];
    if (folder === undefined) continue;
    const owner = ownerOf(decoded(folder), tables);
    const list = owner === undefined ? strayParts : (parts.get(owner) ?? strayParts);
    list.push(member);
  }
  return { parts, strayParts };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function ownerOf(name: string, tables: readonly PackagedTable[]): PackagedTable | undefined {
  return tables.find((each) => written(each) === name) ?? tables.find((each) => sameName(written(each), name));
}

function written({ table }: PackagedTable): string {
  return `${table.schema}.${table.name}`;
}
