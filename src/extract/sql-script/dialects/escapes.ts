/** What a backslash in a literal stands for. */
import { carryByte, hasCarriedBytes } from "../../text/carry.ts";
import { toBytes } from "../../text/decode.ts";

export type Unescape = (text: string) => string;

const mysqlEscapes: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\u001A",
  // Wildcards of LIKE keep their backslash.
  "%": String.raw`\%`,
  _: String.raw`\_`,
};

/** https://dev.mysql.com/doc/refman/8.4/en/string-literals.html, table "Special Character Escape Sequences". */
export function unescapeMysql(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (_, mark: string) => mysqlEscapes[mark] ?? mark);
}

const postgresEscapes: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const postgresForm = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;

/** `E'…'`, section "String Constants with C-Style Escapes": it knows no `\v`, which is a plain v there. */
export function unescapePostgres(text: string): string {
  return unescapeBytes(text, true);
}

/** A field of COPY's text format: https://www.postgresql.org/docs/current/sql-copy.html, "File Formats". */
export function unescapeCopy(text: string): string {
  return text.includes("\\") ? unescapeBytes(text, false) : text;
}

function unescapeBytes(text: string, isLiteral: boolean): string {
  let holdsBytes = false;
  const plain = text.replaceAll(
    postgresForm,
    (whole, octal?: string, hex?: string, short?: string, long?: string, mark?: string) => {
      const unicode = short ?? long;
      if (unicode !== undefined) return isLiteral ? String.fromCodePoint(Number.parseInt(unicode, 16)) : whole.slice(1);
      if (mark !== undefined) return isLiteral && mark === "v" ? mark : (postgresEscapes[mark] ?? mark);
      const byte = octal === undefined ? Number.parseInt(hex ?? "", 16) : Number.parseInt(octal, 8) & 0xff;
      holdsBytes ||= byte > 127;
      return byte > 127 ? carryByte(byte) : String.fromCharCode(byte);
    },
  );
  return holdsBytes ? joinBytes(plain) : plain;
}

/** Bytes that make UTF-8 together are its characters; others stay what they are, and their row goes to quarantine. */
function joinBytes(text: string): string {
  const joined = Buffer.from(toBytes(text, "utf-8")).toString("utf8");
  return hasCarriedBytes(text) && !joined.includes("\uFFFD") ? joined : text;
}
