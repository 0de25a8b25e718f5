/**
 * String literals. No literal that is written here holds a raw newline or another control character, `$(`, or half
 * of a surrogate pair, so that no script tool, editor or encoding can change it (GOTCHAS 6, 7, 8, 9, 17, 18).
 */
import { Fault } from "../../errors.ts";

/** Longest nvarchar and varchar that is not a max type. */
export const nvarcharLimit = 4000;
export const varcharLimit = 8000;

/** Beyond this many operands of `+` a text is written as hex: the server's parser nests them (GOTCHAS 18). */
const mostOperands = 200;

/** What cannot stand in a literal. Pairs of surrogates are here too, since only a closer look tells them from halves. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const special = /[\u0000-\u001f$\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]/;

/** One stretch of a text; pairs stand before halves. No nested repetition: texts may be megabytes long. */
const stretches =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /(?<plain>[^\u0000-\u001f$\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]+|[\ud800-\udbff][\udc00-\udfff]|\$(?!\())|(?<variable>\$)|(?<half>[\ud800-\udfff]{1,4000})|(?<control>[^])/g;

interface Spelling {
  readonly prefix: "N" | "";
  readonly charFunction: "NCHAR" | "CHAR";
}

const national: Spelling = { prefix: "N", charFunction: "NCHAR" };
const plain: Spelling = { prefix: "", charFunction: "CHAR" };

/** Most texts hold no quote, and are not copied. */
function quote(text: string, spelling: Spelling): string {
  return `${spelling.prefix}'${text.includes("'") ? text.replaceAll("'", "''") : text}'`;
}

/** Upper-case hex of the text's UTF-16 code units, little endian: the bytes of an nvarchar. */
function utf16Hex(text: string): string {
  return `0x${Buffer.from(text, "utf16le").toString("hex").toUpperCase()}`;
}

/** The operands that make up a text, or undefined where they would be too many. */
function operands(text: string, spelling: Spelling): string[] | undefined {
  const parts: string[] = [];
  let verbatim = "";
  const flush = (): void => {
    if (verbatim !== "") parts.push(quote(verbatim, spelling));
    verbatim = "";
  };
  for (const match of text.matchAll(stretches)) {
    const [stretch] = match;
    if (match.groups?.["plain"] !== undefined || match.groups?.["variable"] !== undefined) verbatim += stretch;
    if (match.groups?.["plain"] === undefined) flush();
    if (match.groups?.["half"] !== undefined) parts.push(`CAST(${utf16Hex(stretch)} AS nvarchar(${stretch.length}))`);
    if (match.groups?.["control"] !== undefined) parts.push(`${spelling.charFunction}(${stretch.charCodeAt(0)})`);
    if (parts.length > mostOperands) return undefined;
  }
  flush();
  return parts;
}

/**
 * A text as an nvarchar expression; longer than 4000 characters as nvarchar(max), which SQL Server 2000 does not have.
 */
export function nationalLiteral(text: string): string {
  const isLong = text.length > nvarcharLimit;
  if (!isLong && !special.test(text)) return quote(text, national);
  const parts = operands(text, national);
  if (parts === undefined) return `CAST(${utf16Hex(text)} AS nvarchar(${isLong ? "max" : text.length}))`;
  return isLong ? ["CAST(N'' AS nvarchar(max))", ...parts].join("+") : parts.join("+");
}

/** Is the text within ASCII, so that no code page can change it? */
export function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- all of ASCII is meant
  return /^[\u0000-\u007f]*$/.test(text);
}

/** An ASCII text of at most 8000 characters as a varchar expression. */
export function asciiLiteral(text: string): string {
  if (text.length > varcharLimit || !isAscii(text)) throw new Fault(`not an ASCII text of at most ${varcharLimit}`);
  if (!special.test(text)) return quote(text, plain);
  const parts = operands(text, plain);
  return (
    parts?.join("+") ??
    `CAST(0x${Buffer.from(text, "latin1").toString("hex").toUpperCase()} AS varchar(${text.length}))`
  );
}

/** Cuts a text into parts of at most `length` characters, never within a surrogate pair. */
export function cut(text: string, length: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + length, text.length);
    if (end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1)) && /[\udc00-\udfff]/.test(text.charAt(end)))
      end--;
    parts.push(text.slice(at, end));
    at = end;
  }
  return parts;
}
