/** What is known of one member of an archive before it is read. */
import { parseExtraFields, type ExtraField } from "yauzl";

export interface ZipEntry {
  readonly name: string;
  /** Where its local header begins in the archive. */
  readonly at: number;
  readonly method: number;
  readonly flags: number;
  /** Where its content, as it lies, begins. */
  readonly start: number;
  /** Bytes of it as they lie. */
  readonly compressed: number;
  /** Bytes of its content; undefined where that is not known. */
  readonly size: number | undefined;
  readonly crc32: number | undefined;
  /** Milliseconds since 1970 (UTC), where the archive says a moment. */
  readonly modified: number | undefined;
  /** Why not all of it is there. */
  readonly cut: string | undefined;
}

const extendedTimestamp = 0x5455;
const hasModified = 1;

/** DOS times, which every member has, are of an unknown zone. */
export function modifiedOf(fields: readonly ExtraField[]): number | undefined {
  const data = fields.find(({ id }) => id === extendedTimestamp)?.data;
  if (data === undefined || data.length < 5 || (data.readUInt8(0) & hasModified) === 0) return undefined;
  return data.readInt32LE(1) * 1000;
}

/** None where the fields are not what they should be. */
export function extraFieldsOf(raw: Buffer): ExtraField[] {
  try {
    return parseExtraFields(raw);
  } catch {
    return [];
  }
}

export const localHeaderBytes = 30;
const localSignature = 0x0403_4b50;

export function isLocalHeader(header: Buffer): boolean {
  return header.length >= localHeaderBytes && header.readUInt32LE(0) === localSignature;
}

/** Bytes of name and extra fields that follow a local header. */
export function nameAndExtraBytes(header: Buffer): { name: number; extra: number } {
  return { name: header.readUInt16LE(26), extra: header.readUInt16LE(28) };
}
