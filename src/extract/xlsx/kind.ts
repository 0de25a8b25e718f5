/** What a file is that is called a workbook: told by its first bytes, never by its name. */
import fs from "node:fs/promises";
import { UserError } from "../../errors.ts";

/** Directory entries of an OLE2 file lie anywhere; those of spreadsheets mostly near its beginning or its end. */
const looksAt = 1 << 20;
const saveAsXlsx = "Open it in a spreadsheet program, save a copy as .xlsx, and name the copy in the recipe";

interface Kind {
  readonly what: string;
  readonly remedy: string;
}

const compound = Buffer.from("d0cf11e0a1b11ae1", "hex");
const encrypted: Kind = {
  what: "the workbook is encrypted with a password",
  remedy: "Open it with its password, save a copy without one, and name the copy in the recipe",
};
const legacy: Kind = { what: "the file is a workbook of Excel 97 to 2003 (.xls), not an .xlsx", remedy: saveAsXlsx };
const csvInstead = "Read it with `extractor: csv`, under whatever name it has";

const texts: readonly (readonly [RegExp, Kind])[] = [
  [
    /^\s*<\?xml[^]*urn:schemas-microsoft-com:office:spreadsheet/i,
    { what: "the file is an XML spreadsheet of 2003, not an .xlsx", remedy: saveAsXlsx },
  ],
  [
    /^\s*(?:<!doctype html|<html|<head|<meta|<table|<body|<style)/i,
    { what: "the file is a web page (HTML) that is called a workbook", remedy: saveAsXlsx },
  ],
  [/^%PDF/, { what: "the file is a PDF, not a workbook", remedy: "Ask for the workbook that it was printed from" }],
  [/^\s*[[{]/, { what: "the file looks like JSON, not like a workbook", remedy: "Read it with `extractor: json`" }],
];

/** Throws UserError for a file that is no zip archive: it says what it is instead, and what to do. */
export async function refuseOtherKinds(path: string, name: string): Promise<void> {
  const { head, tail } = await endsOf(path);
  if (head.length === 0) throw refusal({ what: "the file is empty", remedy: "Ask for it again" }, name);
  if (head.length < 4 || head.readUInt16BE(0) !== 0x504b) throw refusal(kindOf(head, tail), name);
}

function refusal({ what, remedy }: Kind, file: string): UserError {
  return new UserError({ what, remedy, where: { file } });
}

function kindOf(head: Buffer, tail: Buffer): Kind {
  if (head.subarray(0, 8).equals(compound)) {
    const entry = Buffer.from("EncryptedPackage", "utf16le");
    return head.includes(entry) || tail.includes(entry) ? encrypted : legacy;
  }
  if (head[0] === 0x09 && [0x00, 0x02, 0x04, 0x08].includes(head[1] ?? -1)) return legacy;
  const isUtf16 = head[0] === 0xff && head[1] === 0xfe;
  const text = head
    .subarray(0, 4096)
    .toString(isUtf16 ? "utf16le" : "utf8")
    .replace(/^\uFEFF/, "");
  const known = texts.find(([form]) => form.test(text));
  if (known !== undefined) return known[1];
  // oxlint-disable-next-line no-control-regex -- that is what tells text from other bytes
  if (/[\0-\x08]/.test(text))
    return { what: "the file is no workbook: it does not begin as a zip archive does", remedy: saveAsXlsx };
  return { what: "the file is text that is called a workbook", remedy: csvInstead };
}

async function endsOf(path: string): Promise<{ head: Buffer; tail: Buffer }> {
  const handle = await fs.open(path, "r");
  try {
    const { size } = await handle.stat();
    const read = async (from: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(looksAt, size)), 0, undefined, from);
      return buffer.subarray(0, bytesRead);
    };
    return { head: await read(0), tail: await read(Math.max(0, size - looksAt)) };
  } finally {
    await handle.close();
  }
}

const archives: readonly (readonly [RegExp, Kind])[] = [
  [/(?:^|\/)workbook\.bin$/i, { what: "the file is a binary workbook (.xlsb), not an .xlsx", remedy: saveAsXlsx }],
  [/^content\.xml$/i, { what: "the file is an OpenDocument file (.ods), not an .xlsx", remedy: saveAsXlsx }],
  [/^index\.zip$|^Index\//i, { what: "the file is a document of Apple Numbers, not an .xlsx", remedy: saveAsXlsx }],
  [/^(?:word|ppt)\//i, { what: "the file is a text document or slides, not a workbook", remedy: saveAsXlsx }],
  [
    /\.xlsx$/i,
    {
      what: "the file is a zip archive with workbooks in it, not a workbook",
      remedy: "Unpack it, and name its workbooks",
    },
  ],
];

/** What a zip archive is in which no workbook is found. */
export function otherArchive(members: readonly string[], file: string): UserError {
  const known = archives.find(([form]) => members.some((member) => form.test(member)));
  const other = { what: "the file is a zip archive, and no workbook", remedy: saveAsXlsx };
  return refusal(known?.[1] ?? other, file);
}
