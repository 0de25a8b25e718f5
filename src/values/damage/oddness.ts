/** How little a text looks like one that somebody wrote; only good for comparing two readings of the same bytes. */

const controls = /[\u0080-\u00A0\uFFFD]/gu;

const capitalAfterSmall = String.raw`(?<=\p{Ll})\p{Lu}`;
const mixedScripts = String.raw`(?<=\p{sc=Latin})[\p{sc=Greek}\p{sc=Cyrillic}]|(?<=[\p{sc=Greek}\p{sc=Cyrillic}])\p{sc=Latin}`;
const accentedInARow = String.raw`(?<=[\u00C0-\u024F])[\u00C0-\u024F]`;
/** Punctuation of ordinary prose has its place in a word or beside it; all other symbols are odd there. */
const punctuation = "‘’‚“”„«»–—…™®";
const misplaced = String.raw`(?<=\p{L})[‚„«]|»(?=\p{L})|(?<=\p{L})[“”…](?=\p{L})`;
/** ⁿ and ª are letters to Unicode. */
const symbol = String.raw`(?:[^\p{L}\p{M}\p{Nd}\0-\x7F${punctuation}]|[\p{Lm}ªº])`;
const symbolInWord = String.raw`(?<=\p{L})${symbol}|${symbol}(?=\p{L})`;

const odd = new RegExp([capitalAfterSmall, mixedScripts, accentedInARow, misplaced, symbolInWord].join("|"), "gu");

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** 0 for ordinary text; controls count more than what is merely unusual within a word. */
export function oddness(text: string): number {
  return count(text, odd) + 2 * count(text, controls);
}
