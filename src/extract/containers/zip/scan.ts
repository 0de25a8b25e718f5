/** Finds the records of an archive by their signatures (APPNOTE 4.3). */
import type fs from "node:fs/promises";
import { readAt } from "../plain.ts";

const scanBytes = 256 * 1024;
const signatureBytes = 4;

export const signatures = { local: 0x0403_4b50, descriptor: 0x0807_4b50, directory: 0x0201_4b50 } as const;

/** Where, from `from` on, each of the signatures stands. */
export async function* scanFor(handle: fs.FileHandle, from: number, wanted: readonly number[]): AsyncGenerator<number> {
  for (let at = from; ; at += scanBytes) {
    const bytes = await readAt(handle, at, scanBytes + signatureBytes - 1);
    for (let found = bytes.indexOf("PK"); found >= 0 && found < scanBytes; found = bytes.indexOf("PK", found + 1)) {
      if (found + signatureBytes > bytes.length) return;
      if (wanted.includes(bytes.readUInt32LE(found))) yield at + found;
    }
    if (bytes.length < scanBytes) return;
  }
}

/** The next local header, or where the directory begins. */
export async function nextHeader(handle: fs.FileHandle, from: number): Promise<number | undefined> {
  for await (const at of scanFor(handle, from, [signatures.local, signatures.directory])) return at;
  return undefined;
}
