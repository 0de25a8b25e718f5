/** Which extractor reads a file of which nothing is known: told by its first bytes, then by its name. */
import fs from "node:fs/promises";
import { UserError } from "../errors.ts";
import { hasSignature } from "../files/sqlite.ts";
import { signs as changeLogs } from "./cdc/detect.ts";
import { readBytes } from "./containers/bytes.ts";
import type { EvidenceFile } from "./extractor.ts";
import { signs as statementLogs } from "./sql-log/detect.ts";
import { isTextLog } from "./text-log/detect.ts";
import { isAccess, isExtended } from "./w3c/detect.ts";

export interface Sniffed {
  readonly extractor: string;
  readonly evidence: string;
  /** What it needs to be read so. */
  readonly options?: Readonly<Record<string, unknown>>;
}

interface Glance {
  /** Without what says how the file is packed. */
  readonly name: string;
  /** The first bytes as they lie. */
  readonly raw: Buffer;
  /** The last bytes as they lie: a zip names its members there. */
  readonly tail: Buffer;
  /** The first bytes, unpacked, as text; NUL characters of UTF-16 left out. */
  readonly text: string;
}

interface Form extends Sniffed {
  readonly fits: (glance: Glance) => boolean;
}

const glanceBytes = 64 * 1024;
const isZip = ({ raw }: Glance) => raw.subarray(0, 4).equals(Buffer.from("PK\u0003\u0004", "latin1"));
const names = (glance: Glance, member: string) =>
  isZip(glance) && (glance.tail.includes(member) || glance.raw.includes(member));
const comments = String.raw`\s*(?:(?:--[^\n]*\n|\/\*[\s\S]*?\*\/)\s*)*`;
const statements = String.raw`INSERT\s+INTO|CREATE\s+(?:TABLE|DATABASE|SCHEMA)|DROP\s+TABLE|ALTER\s+(?:TABLE|DATABASE)|SET\s+\w+\s*(?:ON\b|OFF\b|=|')|SET\s+NAMES|USE\s+[\[\`"\w]+\s*;?\s*\n|GO\s*\n|COPY\s+\S+\s*\(|PRAGMA\s+\w+|BEGIN\s+TRANSACTION`;
const script = new RegExp(`^${comments}(?:${statements})`, "i");

/** Logs are told by what they hold: their names say little, and some are CSV or JSON as well. */
const logs: readonly Form[] = [
  ...changeLogs.map(({ format, evidence, is }) => ({
    extractor: "cdc",
    evidence,
    options: { format },
    fits: ({ text }: Glance) => is(text),
  })),
  ...statementLogs.map(({ format, evidence, is }) => ({
    extractor: "sql-log",
    evidence,
    options: { format },
    fits: ({ text }: Glance) => is(text),
  })),
  { extractor: "w3c", evidence: "its #Fields", fits: ({ text }) => isExtended(text) },
  { extractor: "w3c", evidence: "lines of an access log", fits: ({ text }) => isAccess(text) },
];

/** In this order; the first that fits is it. */
const forms: readonly Form[] = [
  { extractor: "sqlite", evidence: "it begins as SQLite databases do", fits: ({ raw }) => hasSignature(raw) },
  { extractor: "parquet", evidence: "it begins with PAR1", fits: ({ raw }) => raw.toString("latin1", 0, 4) === "PAR1" },
  { extractor: "xlsx", evidence: "it is a zip with a workbook", fits: (glance) => names(glance, "xl/workbook.xml") },
  { extractor: "bacpac", evidence: "it is a zip with model.xml", fits: (glance) => names(glance, "model.xml") },
  { extractor: "xlsx", evidence: "its name", fits: ({ name }) => /\.xls[xm]$/i.test(name) },
  { extractor: "bacpac", evidence: "its name", fits: ({ name }) => /\.bacpac$/i.test(name) },
  { extractor: "parquet", evidence: "its name", fits: ({ name }) => /\.parquet$/i.test(name) },
  ...logs,
  { extractor: "json", evidence: "its name", fits: ({ name }) => /\.(?:json|jsonl|ndjson)$/i.test(name) },
  { extractor: "sql-script", evidence: "its name", fits: ({ name }) => /\.sql$/i.test(name) },
  { extractor: "csv", evidence: "its name", fits: ({ name }) => /\.(?:csv|tsv|tab|psv)$/i.test(name) },
  {
    extractor: "json",
    evidence: "it begins with a bracket",
    fits: ({ text }) => /^\s*(?:\{\s*["}]|\[\s*[[{\]])/.test(text),
  },
  { extractor: "sql-script", evidence: "it begins with a statement", fits: ({ text }) => script.test(text) },
  {
    extractor: "text-log",
    evidence: "its name, or lines with times and levels",
    fits: ({ text, name }) => isTextLog(text, name),
  },
];

/** What cannot be told by looking: the format stands in a file of its own, or in the recipe. */
const undescribed: readonly { readonly extractor: string; readonly name: RegExp }[] = [
  { extractor: "bcp", name: /\.(?:bcp|fmt)$/i },
  { extractor: "fixed-width", name: /\.(?:fix|fwf|prn)$/i },
];

/**
 * `ids`: the extractors there are. Delimited text is what is left.
 * @throws UserError for an empty file, one that cannot be opened, one of a format that nothing here reads, and binary data
 */
export async function sniff(file: EvidenceFile, ids: ReadonlySet<string>): Promise<Sniffed> {
  refuseEmpty(file);
  const glance = await glanceAt(file);
  const form = forms.find(({ fits }) => fits(glance));
  if (form !== undefined && ids.has(form.extractor)) {
    const { extractor, evidence, options } = form;
    return { extractor, evidence, ...(options === undefined ? {} : { options }) };
  }
  if (form !== undefined) throw unread(file, form.extractor);
  const needy = undescribed.find(({ extractor, name }) => ids.has(extractor) && name.test(glance.name));
  if (needy !== undefined) throw needsDescription(file, needy.extractor);
  if (isBinary(glance)) throw binary(file, ids);
  return { extractor: "csv", evidence: "it is text, and nothing else that is known" };
}

/** Throws UserError for a file without a byte. */
export function refuseEmpty(file: EvidenceFile): void {
  if (file.bytes > 0) return;
  throw new UserError({
    what: "the file is empty",
    remedy: "Look for another copy of it: an export that failed often leaves such a file",
    where: { file: file.name },
  });
}

const packings = /\.(?:gz|bz2|zst|zip)$/i;

async function glanceAt(file: EvidenceFile): Promise<Glance> {
  if (file.member !== undefined) return glanceAtMember(file);
  const handle = await open(file);
  try {
    const raw = await readAt(handle, 0);
    const tail = await readAt(handle, Math.max(0, file.bytes - glanceBytes));
    return { name: file.name.replace(packings, ""), raw, tail, text: withoutNul(await unpackedHead(file)) };
  } finally {
    await handle.close();
  }
}

/** What a member holds is not to be seen in its archive. */
async function glanceAtMember(file: EvidenceFile): Promise<Glance> {
  const raw = await unpackedHead(file);
  return { name: file.name.replace(packings, ""), raw, tail: raw, text: withoutNul(raw) };
}

async function open(file: EvidenceFile): Promise<fs.FileHandle> {
  try {
    return await fs.open(file.path, "r");
  } catch (cause) {
    const what = `the file cannot be opened (${cause instanceof Error ? cause.message : String(cause)})`;
    throw new UserError({ what, remedy: "Check that it is there and may be read", where: { file: file.name }, cause });
  }
}

async function readAt(handle: fs.FileHandle, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(glanceBytes), 0, glanceBytes, position);
  return buffer.subarray(0, bytesRead);
}

async function unpackedHead(file: EvidenceFile): Promise<Buffer> {
  for await (const { bytes } of readBytes(file)) return Buffer.from(bytes.subarray(0, glanceBytes));
  return Buffer.alloc(0);
}

function withoutNul(head: Buffer): string {
  return head
    .toString("latin1")
    .replace(/^(?:ÿþ|þÿ|ï»¿)/, "")
    .replaceAll("\0", "");
}

const textHead = 4096;

/** Text has no such control characters; what bcp writes natively is full of them. */
function isBinary({ text }: Glance): boolean {
  const head = Buffer.from(text.slice(0, textHead), "latin1");
  const controls = head.filter((byte) => (byte > 1 && byte < 9) || (byte > 13 && byte < 27)).length;
  return controls > head.length / 50;
}

function unread({ name }: EvidenceFile, extractor: string): UserError {
  return new UserError({
    what: `this looks like a file for an extractor ${extractor}, which is not there`,
    remedy: "Export it as delimited text, or name another extractor with --as",
    where: { file: name },
  });
}

function needsDescription({ name }: EvidenceFile, extractor: string): UserError {
  return new UserError({
    what: `such a file does not say how it is laid out`,
    remedy: `Give --as ${extractor} and, with --option, what it needs (\`salvage extractors\` lists that)`,
    where: { file: name },
  });
}

function binary({ name }: EvidenceFile, ids: ReadonlySet<string>): UserError {
  const native = ids.has("bcp") ? "; native bcp data needs --as bcp and its format file" : "";
  return new UserError({
    what: "this is neither text nor a format that is known",
    remedy: `Name what reads it with --as (\`salvage extractors\` lists what there is)${native}`,
    where: { file: name },
  });
}
