/** What terminal and pages share: characters that may not be obeyed, and numbers, whatever the locale. */

const named: Readonly<Record<string, string>> = { "\n": String.raw`\n`, "\r": String.raw`\r`, "\t": String.raw`\t` };

/**
 * Control and format characters, lone surrogates, blanks that pose as another: what steers a terminal or hides in it.
 * Joiners are part of emoji, the wide blank of Japanese text.
 */
const unprintable = /(?! |\u200C|\u200D|\u3000)[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/gu;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return named[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, "0");
}

/** One line without any character that a terminal would obey. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, escaped);
}

export interface TextPiece {
  readonly text: string;
  /** Stands for a character that cannot be shown: `\u{202E}`. */
  readonly isEscape: boolean;
}

/** The same as {@link printable}, but what is an escape is told from a backslash that was there. */
export function printablePieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(unprintable)) {
    if (index > from) pieces.push({ text: text.slice(from, index), isEscape: false });
    pieces.push({ text: escaped(character), isEscape: true });
    from = index + character.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isEscape: false });
  return pieces;
}

/** The first characters of a text; a pair of surrogates is never torn apart. */
export function firstOf(text: string, most: number): string {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
}

const grouped = new Intl.NumberFormat("en-US");

/** `1,204` */
export function count(number: number): string {
  return grouped.format(number);
}

/** `1 cell`, `1,204 cells` */
export function counted(number: number, singular: string, plural = `${singular}s`): string {
  return `${count(number)} ${number === 1 ? singular : plural}`;
}
