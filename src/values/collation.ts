/**
 * What a collation's name says, and keys under which text is equal to the server. Names: SQL Server documentation,
 * "Windows collation name" and "SQL Server collation name"; code pages: "Collation and Unicode support".
 */

export interface Collation {
  readonly caseSensitive: boolean;
  readonly accentSensitive: boolean;
  /** Compares code points. */
  readonly binary: boolean;
  /** Of char, varchar and text; 65001 is UTF-8; undefined where the name does not tell, or there is none. */
  readonly codePage: number | undefined;
  readonly utf8: boolean;
}

/** The server's own default on a US English system; the recipe's default too. */
export const defaultCollation = "SQL_Latin1_General_CP1_CI_AS";

const utf8CodePage = 65001;

/** Windows collation designators, or what those of one code page begin with. */
const designators: Readonly<Record<number, string>> = {
  874: "Thai",
  932: "Japanese",
  936: "Chinese_PRC Chinese_Simplified",
  949: "Korean",
  950: "Chinese_Taiwan Chinese_Traditional Chinese_Hong_Kong",
  1250: "Albanian Bosnian_Latin Croatian Czech Hungarian Polish Romanian Serbian_Latin Slovak Slovenian Turkmen",
  1251:
    "Azeri_Cyrillic Bashkir Bosnian_Cyrillic Cyrillic_General Kazakh Macedonian Serbian_Cyrillic Tatar " +
    "Ukrainian Yakut",
  1252:
    "Breton Corsican Danish Finnish French Frisian Georgian German Icelandic Latin1_General Mapudungan " +
    "Modern_Spanish Mohawk Norwegian Romansh Sami Tamazight Traditional_Spanish Upper_Sorbian Welsh",
  1253: "Greek",
  1254: "Azeri_Latin Turkish Uzbek_Latin",
  1255: "Hebrew",
  1256: "Arabic Dari Persian Uighur Urdu",
  1257: "Estonian Latvian Lithuanian",
  1258: "Vietnamese",
};

const codePageByDesignator: readonly (readonly [string, number])[] = Object.entries(designators).flatMap(
  ([codePage, names]) => names.split(" ").map((name) => [name.toUpperCase(), Number(codePage)] as const),
);

/** `SQL_Latin1_General_CP1_CI_AS`: CP1 is 1252, any other number is the code page itself. */
function codePageOfSqlCollation(name: string): number | undefined {
  const number = /_CP(\d+)(?:_|$)/.exec(name)?.[1];
  if (number === undefined) return undefined;
  return number === "1" ? 1252 : Number(number);
}

function codePageOf(name: string): number | undefined {
  if (name.endsWith("_UTF8")) return utf8CodePage;
  if (name.startsWith("SQL_")) return codePageOfSqlCollation(name);
  return codePageByDesignator.find(([designator]) => name === designator || name.startsWith(`${designator}_`))?.[1];
}

/** Takes a collation's name apart. Names are read without regard to case; nothing in a name is ever refused. */
export function parseCollation(collation: string): Collation {
  const name = collation.toUpperCase();
  const flags = new Set(name.split("_"));
  const binary = flags.has("BIN") || flags.has("BIN2");
  const codePage = codePageOf(name);
  return {
    caseSensitive: binary || flags.has("CS"),
    accentSensitive: binary || !flags.has("AI"),
    binary,
    codePage,
    utf8: codePage === utf8CodePage,
  };
}

// oxlint-disable-next-line no-control-regex -- every ASCII character is meant
const ascii = /^[\0-\x7f]*$/;
const marks = /\p{M}+/gu;

export function isAscii(text: string): boolean {
  return ascii.test(text);
}

/** Takes blanks (U+0020 only) off the end; the same string where there are none. */
export function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Through upper case, so that ς and σ, ß and ss meet; but ı is a letter of its own everywhere, and no i. */
function foldCase(text: string): string {
  const parts = text.split("ı");
  return parts.map((part) => part.toUpperCase().toLowerCase()).join("ı");
}

/**
 * Two texts are equal under the collation exactly if their keys are (GOTCHAS 32). An approximation of the server's
 * weights: case by Unicode's folding, accents by decomposition; sensitivity to width and kana is not looked at, and letters
 * that differ in them stay different.
 */
export function collationKey(text: string, collation: Collation): string {
  const trimmed = withoutTrailingBlanks(text);
  if (collation.binary) return trimmed;
  if (isAscii(trimmed)) return collation.caseSensitive ? trimmed : trimmed.toLowerCase();
  const folded = collation.caseSensitive ? trimmed : foldCase(trimmed);
  return collation.accentSensitive ? folded : folded.normalize("NFD").replace(marks, "");
}
