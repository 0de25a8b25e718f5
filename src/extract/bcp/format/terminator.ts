/** Terminators as people write them for bcp: `\t`, `\r\n`, `\0`, `\\`, `0x0a`, or the characters themselves. */

const escapes: Readonly<Record<string, string>> = {
  t: "\t",
  n: "\n",
  r: "\r",
  "0": "\0",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** Hex as BULK INSERT takes it: the bytes themselves. */
const hex = /^0x((?:[\da-f]{2})+)$/i;

/**
 * The bytes of a terminator of text in UTF-16 (`wide`) or a code page. Format files write both bytes of each UTF-16
 * character (`\t\0`); command lines write the character.
 */
export function terminatorBytes(written: string, wide: boolean, encode: (text: string) => Buffer): Buffer {
  const bytes = hex.exec(written)?.[1];
  if (bytes !== undefined) return Buffer.from(bytes, "hex");
  const text = written.replaceAll(/\\(.)/gs, (all, letter: string) => escapes[letter] ?? all);
  if (!wide) return encode(text);
  return text.includes("\0") && text.length % 2 === 0 ? Buffer.from(text, "latin1") : Buffer.from(text, "utf16le");
}
