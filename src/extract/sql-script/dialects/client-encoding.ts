/** The encoding that a script says it is written in: `SET NAMES latin1`, `SET client_encoding = 'WIN1252'`. */
import { normalizeEncodingName } from "../../text/encodings.ts";
import type { Script } from "../script.ts";

/**
 * By the engines' own names, as iconv-lite names them. Facts: https://dev.mysql.com/doc/refman/8.4/en/charset-charsets.html (its latin1 is
 * windows-1252), https://www.postgresql.org/docs/current/multibyte.html
 */
const encodings: Readonly<Record<string, string>> = {
  utf8: "utf-8",
  utf8mb3: "utf-8",
  utf8mb4: "utf-8",
  unicode: "utf-8",
  latin1: "windows-1252",
  iso88591: "iso-8859-1",
  latin2: "iso-8859-2",
  latin5: "iso-8859-9",
  latin7: "iso-8859-13",
  latin9: "iso-8859-15",
  sqlascii: "utf-8",
  ascii: "utf-8",
  binary: "utf-8",
  greek: "iso-8859-7",
  hebrew: "iso-8859-8",
  cp932: "cp932",
  sjis: "shift_jis",
  ujis: "euc-jp",
  eucjp: "euc-jp",
  euckr: "euc-kr",
  gbk: "gbk",
  gb18030: "gb18030",
  big5: "big5",
  koi8r: "koi8-r",
  koi8u: "koi8-u",
  koi8: "koi8-r",
  macroman: "macroman",
  tis620: "tis620",
};

/** PostgreSQL's latin1 is ISO 8859-1. */
const ofPostgres: Readonly<Record<string, string>> = { latin1: "iso-8859-1" };

/** The name for iconv-lite; undefined for one that is not known. */
export function encodingOf(name: string, isPostgres: boolean): string | undefined {
  const key = name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const own = isPostgres ? ofPostgres[key] : undefined;
  const codePage = /^(?:win|cp)(\d+)$/.exec(key)?.[1];
  const numbered = codePage === undefined ? undefined : `${Number(codePage) >= 1250 ? "windows-" : "cp"}${codePage}`;
  return own ?? (Object.hasOwn(encodings, key) ? encodings[key] : numbered);
}

/** Tells where the script names another encoding than the one that it is read in. */
export function noteEncoding({ ledger, dialect }: Script, name: string, line: number): void {
  const encoding = encodingOf(name, dialect.id === "postgres");
  if (encoding !== undefined && normalizeEncodingName(encoding) === normalizeEncodingName(ledger.encoding)) return;
  ledger.warn(`the script says that it is written in ${name} from here on, and is read as ${ledger.encoding}`, line);
}
