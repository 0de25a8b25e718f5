/** The parts of a workbook: members of a zip archive, which are found by its central directory. */
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { UserError } from "../../errors.ts";
import { type WholeFile, wholeFile } from "../containers/whole-file.ts";
import type { EvidenceFile } from "../extractor.ts";
import { refuseOtherKinds } from "./kind.ts";
import { readMember } from "./member.ts";

export interface Parts {
  /** As the archive spells them, with forward slashes. */
  readonly names: readonly string[];
  /** The name of a part without regard to case and a leading slash; undefined where there is none. */
  find(name: string): string | undefined;
  /** Bytes of the decompressed part, as the archive says. */
  size(name: string): number;
  /** Streams a part of {@link Parts.names}, decompressed. A damaged one gives what came, then throws. */
  open(name: string): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** Far more than a workbook of a million pictures. */
const mostMembers = 200_000;

/** Throws UserError for a file that is no zip archive, or one without its end. */
export async function openParts(file: EvidenceFile, signal: AbortSignal): Promise<Parts> {
  const whole = await wholeFile(file, signal);
  try {
    await refuseOtherKinds(whole.path, file.name);
    const zip = await openZip(whole, file.name);
    return partsOf(zip, await entriesOf(zip, file.name), async () => {
      zip.close();
      await whole.remove();
    });
  } catch (error) {
    await whole.remove();
    throw error;
  }
}

async function openZip(whole: WholeFile, name: string): Promise<ZipFile> {
  try {
    return await openPromise(whole.path, { autoClose: false, decodeStrings: false, validateEntrySizes: true });
  } catch (cause) {
    throw damagedArchive(name, whole.cut ?? messageOf(cause), cause);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
}

function damagedArchive(file: string, why: string, cause?: unknown): UserError {
  return new UserError({
    what: `the workbook is cut short or damaged: ${why}`,
    remedy: "Ask for the file again; or let a spreadsheet program repair it, and name the copy in the recipe",
    where: { file },
    cause,
  });
}

async function entriesOf(zip: ZipFile, file: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileNameRaw.toString("utf8").replaceAll("\\", "/");
      if (!entries.has(name)) entries.set(name, entry);
      if (entries.size > mostMembers) throw new Error(`it has more than ${mostMembers} members`);
    }
  } catch (cause) {
    zip.close();
    throw damagedArchive(file, messageOf(cause), cause);
  }
  return entries;
}

function partsOf(zip: ZipFile, entries: ReadonlyMap<string, Entry>, close: () => Promise<void>): Parts {
  const names = [...entries.keys()];
  const byLowerCase = new Map(names.toReversed().map((name) => [name.toLowerCase(), name]));
  return {
    names,
    find(name) {
      const plain = name.replace(/^\/+/, "");
      return entries.has(plain) ? plain : byLowerCase.get(plain.toLowerCase());
    },
    size: (name) => entries.get(name)?.uncompressedSize ?? 0,
    open: (name) => readMember(zip, entries.get(name) as Entry),
    close,
  };
}
