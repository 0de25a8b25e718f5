/** Texts out of the evidence, cut and with their invisible characters named. */

/**
 * Control and format characters, lone surrogates, blanks that pose as another. Joiners are part of emoji, the wide blank of
 * Japanese text.
 */
const unprintable = /((?! |\u200C|\u200D|\u3000)[\p{Cc}\p{Cf}\p{Cs}\p{Z}])/u;

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

export interface Piece {
  readonly text: string;
  readonly isEscape: boolean;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return named[character] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** What can be seen as it is, and what cannot by name; a line feed stays where lines are shown, behind its escape. */
export function escapePieces(text: string): Piece[] {
  return text
    .split(unprintable)
    .map((piece, index) =>
      index % 2 === 0
        ? { text: piece, isEscape: false }
        : { text: `${escaped(piece)}${piece === "\n" ? "\n" : ""}`, isEscape: true },
    )
    .filter(({ text: shown }) => shown !== "");
}

/** The text without its end; no character is cut in two. */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
}
