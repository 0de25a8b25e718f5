/** Names of members: how they are written, and which are refused. */
import { getFileNameLowLevel } from "yauzl";
import type { ExtraField } from "yauzl";

const utf8Flag = 0x800;

/**
 * UTF-8 where the archive says so, or where the bytes are nothing else (macOS and many a library forget to say it), else CP437. Backslashes,
 * which .NET wrote until 4.6.1, are slashes.
 */
export function decodeName(raw: Buffer, flags: number, extraFields: ExtraField[]): string {
  const isUtf8 = (flags & utf8Flag) !== 0 || isWellFormed(raw);
  return getFileNameLowLevel(isUtf8 ? utf8Flag : 0, raw, extraFields, false);
}

function isWellFormed(raw: Buffer): boolean {
  return Buffer.from(raw.toString("utf8"), "utf8").equals(raw);
}

/** Why a member of that name is not read; undefined: it is. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "it has no name";
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name)) return "its name holds control characters";
  if (/^([a-z]:|\/)/i.test(name)) return "its name is an absolute path";
  return name.split("/").includes("..") ? "its name leads out of the archive" : undefined;
}
