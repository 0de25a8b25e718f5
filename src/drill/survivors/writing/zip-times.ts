/** A zip archive without the times at which its members were packed. Format: APPNOTE 4.3 */

const endMark = 0x06_05_4b_50;
const endLength = 22;
/** 1980-01-01 00:00:00, the first moment that an archive can tell. */
const firstTime = 0x00_21_00_00;
const at = { entries: 10, directory: 16, entryTime: 12, nameLength: 28, extra: 30, comment: 32, header: 42, time: 10 };
const entryLength = 46;

/** Overwrites the times in place. The archive has no comment, as those of the writer of workbooks have none. */
export function withoutTimes(archive: Buffer): Buffer {
  const end = archive.length - endLength;
  if (archive.readUInt32LE(end) !== endMark) return archive;
  let entry = archive.readUInt32LE(end + at.directory);
  for (let left = archive.readUInt16LE(end + at.entries); left > 0; left--) {
    archive.writeUInt32LE(firstTime, entry + at.entryTime);
    archive.writeUInt32LE(firstTime, archive.readUInt32LE(entry + at.header) + at.time);
    const lengths = [at.nameLength, at.extra, at.comment].map((field) => archive.readUInt16LE(entry + field));
    entry += lengths.reduce((sum, length) => sum + length, entryLength);
  }
  return archive;
}
