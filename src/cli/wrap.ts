/** Breaks text into lines of at most so many terminal columns; nothing is cut off. */

/** In a table's cell: a blank at which the line does not break. */
export const unbreakable = "\u00A0";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Terminal columns that a text takes at most: what lies beyond the Latin scripts may take two. */
export function columnsOf(text: string): number {
  return text.replaceAll(/[^\0-\u02FF]/gu, "##").length;
}

/** Joins pieces to lines; a piece that alone is too wide stands alone. */
function packed(pieces: readonly string[], width: number): string[] {
  const lines = [""];
  for (const piece of pieces) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && columnsOf(line + piece) > width) lines.push(piece);
    else lines[lines.length - 1] = line + piece;
  }
  return lines;
}

/** Paths break after a slash as long as their parts fit. */
function broken(word: string, width: number): string[] {
  const parts = word.split(/(?<=\/)/).flatMap((part) => {
    return columnsOf(part) <= width ? [part] : Array.from(graphemes.segment(part), ({ segment }) => segment);
  });
  return packed(parts, width);
}

function wrapLine(text: string, width: number): string[] {
  const [first = "", ...words] = text.split(" ");
  const lines = broken(first, width);
  for (const word of words) {
    const joined = `${lines.at(-1) ?? ""} ${word}`;
    if (columnsOf(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(...broken(word, width));
  }
  return lines;
}

/** Breaks at blanks, and within a word only where it alone is too wide: after a slash if it can. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, width));
}
