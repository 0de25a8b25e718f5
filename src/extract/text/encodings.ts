/** Finds an encoding by the name that people and iconv-lite give it. */
import { distance } from "fastest-levenshtein";
import iconv from "iconv-lite";
import { type Place, UserError } from "../../errors.ts";
import type { TextEncoding } from "./encoding.ts";
import { multiByte } from "./multi-byte.ts";
import { singleByte } from "./single-byte.ts";
import { utf16 } from "./utf16.ts";
import { utf8 } from "./utf8.ts";

/** For "did you mean": what SQL Server's machines write. */
const commonNames = (
  "utf-8 utf-16le utf-16be ascii shift_jis cp932 gbk gb18030 big5 euc-kr euc-jp koi8-r macintosh " +
  "cp437 cp850 cp852 cp855 cp857 cp858 cp862 cp866 cp874 iso-8859-1 iso-8859-2 iso-8859-5 iso-8859-15 " +
  "windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258"
).split(" ");

/** iconv-lite knows these, but their bytes do not fall into characters the way text files' do. */
const unsupported = /^(?:base64|hex|utf7.*|unicode11utf7|utf32.*|ucs4.*|cesu8)$/;

const unicodeEncodings: ReadonlyMap<string, () => TextEncoding> = new Map([
  ["utf8", () => utf8],
  ["unicode11utf8", () => utf8],
  ["utf16", () => utf16(false)],
  ["utf16le", () => utf16(false)],
  ["ucs2", () => utf16(false)],
  ["utf16be", () => utf16(true)],
]);

const found = new Map<string, TextEncoding>();

/** As iconv-lite compares names: `Windows-1252`, `windows1252` and `WINDOWS_1252` are one. */
export function normalizeEncodingName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]|:\d{4}$/g, "");
}

/** Only where characters take two bytes does some lead byte with the trail byte 0xA1 make one character. */
function isMultiByte(name: string): boolean {
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    const text = iconv.decode(Buffer.of(lead, 0xa1), name, { stripBOM: false });
    if (text.length === 1 && text !== "\uFFFD") return true;
  }
  return false;
}

function nearestName(name: string): string {
  const near = commonNames.map((known) => ({ known, steps: distance(name.toLowerCase(), known) }));
  return near.reduce((best, next) => (next.steps < best.steps ? next : best)).known;
}

function unknownEncoding(name: string, where: Place | undefined): UserError {
  return new UserError({
    what: `the encoding "${name}" is not known`,
    remedy: `Did you mean ${nearestName(name)}? Name the encoding as iconv-lite does, such as windows-1252, cp437 or utf-16le`,
    ...(where === undefined ? {} : { where }),
  });
}

/** Throws UserError for a name that is not a text encoding's. */
export function findEncoding(name: string, where?: Place): TextEncoding {
  const id = normalizeEncodingName(name);
  const known = found.get(id);
  if (known !== undefined) return known;
  if (unsupported.test(id) || !iconv.encodingExists(id)) throw unknownEncoding(name, where);
  const encoding = unicodeEncodings.get(id)?.() ?? (isMultiByte(id) ? multiByte(id) : singleByte(id));
  found.set(id, encoding);
  return encoding;
}
