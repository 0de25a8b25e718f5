/** Where the fields of a data file come from: a format file, or the way that bcp was started. */
import path from "node:path";
import iconv from "iconv-lite";
import { UserError } from "../../errors.ts";
import type { CheckContext, EvidenceFile, TableMapping } from "../extractor.ts";
import { settle } from "../text/decode.ts";
import { findEncoding } from "../text/encodings.ts";
import { wholeDecoder } from "../text/whole.ts";
import type { BcpField, BcpFormat } from "./format/model.ts";
import { readFormat } from "./format/read.ts";
import { characterFields, characterNames, nativeFields } from "./modes.ts";
import type { BcpOptions } from "./options.ts";

export interface Layout extends Partial<Pick<BcpFormat, "notes">> {
  readonly form: string;
  readonly fields: readonly BcpField[];
  readonly encoding: string | undefined;
  readonly markLength: number;
  readonly assumesCollation: boolean;
}

/** The format file among the source's files. */
export function formatFile(
  { format }: BcpOptions,
  { files, folder }: Pick<CheckContext, "files" | "folder">,
): EvidenceFile | undefined {
  return format === undefined ? undefined : files.find((file) => file.path === path.resolve(folder, format));
}

/** `head`: the beginning of the file. Throws UserError for a format file that cannot be read, and an encoding that does not fit. */
export async function settleLayout(
  file: EvidenceFile,
  head: Buffer,
  mapping: TableMapping | undefined,
  settings: BcpOptions,
  context: CheckContext,
): Promise<Layout> {
  if (settings.mode === undefined) return formatLayout(file, head, settings, context);
  if (settings.mode === "native" || settings.mode === "widenative") return nativeLayout(mapping, settings);
  return characterLayout(file, head, mapping, settings);
}

async function formatLayout(
  file: EvidenceFile,
  head: Buffer,
  settings: BcpOptions,
  context: CheckContext,
): Promise<Layout> {
  const evidence = formatFile(settings, context);
  if (evidence === undefined)
    throw new UserError({
      what: `there is no format file ${settings.format}`,
      remedy: "Correct the source's `format`, which is relative to the recipe",
      where: { file: file.name },
    });
  const { fields, form, notes } = await readFormat(evidence, context.signal);
  const [first] = fields;
  const isMarked = first?.prefix === 0 && first.kind !== "native" && first.terminator.length > 0;
  const declared = first?.kind === "nchar" ? "utf-16le" : settings.encoding;
  const markLength = isMarked && hasMark(head) ? settle(file, declared, head).markLength : 0;
  return {
    form: `format file (${form})`,
    fields,
    notes,
    encoding: settings.encoding,
    markLength,
    assumesCollation: false,
  };
}

function hasMark(head: Buffer): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf);
}

/** Of a file that feeds no table nothing says what is in it. */
function nativeLayout(mapping: TableMapping | undefined, { mode = "native", encoding }: BcpOptions): Layout {
  const fields = mapping === undefined ? [] : nativeFields(mapping.table.columns, mode);
  return { form: mode, fields, encoding, markLength: 0, assumesCollation: true };
}

function characterLayout(
  file: EvidenceFile,
  head: Buffer,
  mapping: TableMapping | undefined,
  settings: BcpOptions,
): Layout {
  const isWide = settings.mode === "widechar";
  const { encoding, markLength } = settle(file, isWide ? "utf-16le" : settings.encoding, head);
  findEncoding(encoding, { file: file.name });
  const encode = (text: string) => encodeTerminator(text, encoding, file);
  const content = head.subarray(markLength);
  const fieldsOf = (names: readonly string[]) => characterFields(names, settings, content, encode);
  const names = characterNames(settings, mapping) ?? unnamed(content, fieldsOf(["", ""]));
  return {
    form: settings.mode ?? "char",
    fields: fieldsOf(names),
    encoding: isWide ? undefined : encoding,
    markLength,
    assumesCollation: false,
  };
}

function encodeTerminator(text: string, encoding: string, file: EvidenceFile): Buffer {
  const bytes = iconv.encode(text, encoding);
  if (wholeDecoder(encoding).decode(bytes) === text) return bytes;
  throw new UserError({
    what: `the terminator ${JSON.stringify(text)} cannot be written in ${encoding}`,
    remedy: "Correct the source's `encoding`, or give the terminator's bytes, such as 0xa6",
    where: { file: file.name },
  });
}

/** As many names as the first row has fields. */
function unnamed(head: Buffer, [first, last]: readonly BcpField[]): string[] {
  if (first === undefined || last === undefined) return [""];
  const end = head.indexOf(last.terminator);
  const row = head.subarray(0, end < 0 ? head.length : end);
  const names = [""];
  for (
    let at = row.indexOf(first.terminator);
    at >= 0;
    at = row.indexOf(first.terminator, at + first.terminator.length)
  )
    names.push("");
  return names;
}
