/** The model and the origin of a package (.bacpac, .dacpac): a zip archive with model.xml, Origin.xml, and data. */
import { createHash } from "node:crypto";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { openZip, type Zip, type ZipMember } from "../../files/zip.ts";
import type { DatabaseSchema } from "../model.ts";
import { assemble, type PackagedModel } from "./assemble.ts";
import { ElementReader } from "./elements.ts";
import { Gathered } from "./gather.ts";
import { OriginReader, type Origin } from "./origin.ts";

export interface Package extends PackagedModel {
  readonly origin: Origin | undefined;
  /** What people should know of the package itself, as sentences. */
  readonly warnings: readonly string[];
}

/** The newest that this was written against. */
const knownFormat = 1;

/** Throws UserError (where: `name`) for an archive without a model, and for a model that cannot be read. */
export async function readPackage(zip: Zip, name: string): Promise<Package> {
  const member = memberNamed(zip, "model.xml");
  if (member === undefined) throw withoutModel(name);
  const gathered = new Gathered();
  let format = "";
  const reader = new ElementReader({
    root: (attributes) => void (format = attributes["FileFormatVersion"] ?? ""),
    element: (element) => gathered.add(element),
  });
  const sha256 = await readXml(zip, member, reader, name);
  const origin = await readOrigin(zip);
  return { ...assemble(gathered), origin, warnings: [...oddities(format, origin), ...checksumWarning(origin, sha256)] };
}

/** Names of an archive's parts do not depend on case (ISO/IEC 29500-2, 6.2.2.3). */
function memberNamed(zip: Zip, name: string): ZipMember | undefined {
  return zip.members.find((member) => member.name.toLowerCase() === name.toLowerCase());
}

function withoutModel(name: string): UserError {
  return new UserError({
    what: "the archive has no model.xml, so it is no package of a database (.bacpac, .dacpac)",
    remedy: "Name the file that was exported, not one that it was packed into",
    where: { file: name },
  });
}

interface XmlReader {
  write(text: string): void;
  end(): void;
}

/** Returns the SHA-256 of the bytes, in upper-case hex. */
async function readXml(zip: Zip, member: ZipMember, reader: XmlReader, name: string): Promise<string> {
  const hash = createHash("sha256");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let damage: string | undefined;
  try {
    for await (const chunk of zip.read(member)) {
      hash.update(chunk.bytes);
      ({ damage } = chunk);
      reader.write(decoder.decode(chunk.bytes, { stream: true }));
    }
    reader.write(decoder.decode());
    reader.end();
  } catch (cause) {
    const message = damage ?? (cause instanceof Error ? cause.message : String(cause));
    throw unreadableXml(member, message, name, cause);
  }
  if (damage !== undefined) throw unreadableXml(member, damage, name, undefined);
  return hash.digest("hex").toUpperCase();
}

function unreadableXml(member: ZipMember, message: string, name: string, cause: unknown): UserError {
  return new UserError({
    what: `${member.name} cannot be read, and without it nothing says what the data is: ${message.replaceAll("\n", " ").trim()}`,
    remedy: "Take a whole copy of the package; a model.xml of an older export of the same tables can stand in for it",
    where: { file: name },
    cause,
  });
}

/** Undefined where there is none, or none that can be read: it says only what ought to be there. */
async function readOrigin(zip: Zip): Promise<Origin | undefined> {
  const member = memberNamed(zip, "Origin.xml");
  if (member === undefined) return undefined;
  const reader = new OriginReader();
  try {
    await readXml(zip, member, reader, "");
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
  return reader.origin;
}

function oddities(format: string, origin: Origin | undefined): string[] {
  const newer = Number(format.split(".")[0]) > knownFormat;
  return [
    ...(newer ? [`model.xml is of the newer format ${format}: what is not known of it is left out`] : []),
    ...(origin === undefined ? ["Origin.xml is missing or cannot be read: nothing says how many rows there were"] : []),
  ];
}

function checksumWarning(origin: Origin | undefined, sha256: string): string[] {
  const expected = origin?.modelChecksum;
  if (expected === undefined || expected.toUpperCase() === sha256) return [];
  return ["model.xml does not have the checksum that Origin.xml says: it was changed after the export"];
}

/** The schema of a package's file. Throws UserError as {@link readPackage} does. */
export async function readPackageSchema(file: string): Promise<DatabaseSchema> {
  const name = path.basename(file);
  const zip = await openZip(file, name);
  try {
    const { schema, warnings } = await readPackage(zip, name);
    const ofSchema = warnings.filter((warning) => warning.startsWith("model.xml"));
    const notes = [...(schema.notes ?? []), ...ofSchema];
    return notes.length === 0 ? schema : { ...schema, notes };
  } finally {
    zip.close();
  }
}
