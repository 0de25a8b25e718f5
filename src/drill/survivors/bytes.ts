/** Files that were cut short, and bytes that were overwritten. */
import type { Random } from "../random.ts";
import type { EvidenceFile, WrittenRecord } from "./model.ts";

export interface DamagedFile {
  readonly file: EvidenceFile;
  /** Records of which not everything is there any more. */
  readonly lost: readonly WrittenRecord[];
}

/** A share of the record that is cut stays: less than makes its last cell. */
const partKept = 0.3;

/** The first `share` of the file's bytes; the cut goes through a record. */
export function cutShort(file: EvidenceFile, share: number): DamagedFile {
  const limit = Math.floor(file.bytes.length * share);
  const cut = file.records.find(({ to }) => to > limit);
  if (cut === undefined) return { file, lost: [] };
  const end = cut.from + Math.max(1, Math.floor((cut.to - cut.from) * partKept));
  const lost = file.records.filter(({ to }) => to > end);
  return { file: { ...file, bytes: file.bytes.subarray(0, end) }, lost };
}

/** In no encoding that is read here, UTF-8 and UTF-16, these are text in the middle of a record. */
const garbage = Buffer.from([0xff, 0xfe, 0xfd, 0xfc]);

/** Some bytes in the middle of a share of the records become garbage. */
export function overwritten(file: EvidenceFile, share: number, random: Random): DamagedFile {
  const struck = random.sample(file.records, share).filter(({ from, to }) => to - from > 2 * garbage.length);
  const bytes = Buffer.from(file.bytes);
  for (const { from, to } of struck) garbage.copy(bytes, Math.floor((from + to) / 2));
  return { file: { ...file, bytes }, lost: struck };
}
