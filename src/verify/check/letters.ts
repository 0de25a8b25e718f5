/**
 * What is certain about characters under a collation, without its weight tables: in Latin order symbols stand before digits,
 * digits before letters, and letters as in the English alphabet, accented ones beside their bases.
 */
import {
  collationKey,
  isAscii,
  parseCollation,
  withoutTrailingBlanks,
  type Collation,
} from "../../values/collation.ts";
import { undecided, type Undecided } from "./terms.ts";

export interface LetterRules {
  readonly name: string;
  readonly collation: Collation;
  /** Is the order of letters the English one? Estonian has z before t, Lithuanian y beside i. */
  readonly latinOrder: boolean;
}

const latinOrder = /^(?:SQL_)?LATIN1_GENERAL_|^FRENCH_/;

export function letterRules(name: string): LetterRules {
  return { name, collation: parseCollation(name), latinOrder: latinOrder.test(name.toUpperCase()) };
}

/** Blanks among them: they weigh less than any letter or digit. */
const plainText = /^[A-Za-z0-9 ]*$/;

/** Negative, 0 or positive; undecided where the exact sort order of the collation would decide. */
export function orderText(
  left: string,
  right: string,
  { collation, latinOrder: isLatin }: LetterRules,
): number | Undecided {
  if (collationKey(left, collation) === collationKey(right, collation)) return 0;
  const [one, other] = [withoutTrailingBlanks(left), withoutTrailingBlanks(right)];
  if (collation.binary) return isAscii(one) && isAscii(other) ? orderCodes(one, other) : undecided;
  if (!isLatin || !plainText.test(one) || !plainText.test(other)) return undecided;
  const order = orderCodes(one.toLowerCase(), other.toLowerCase());
  // Only case is left to tell them apart, and which case comes first is the collation's.
  return order === 0 ? undecided : order;
}

/** The shorter text counts as filled up with blanks. */
function orderCodes(left: string, right: string): number {
  const length = Math.max(left.length, right.length);
  const one = left.padEnd(length);
  const other = right.padEnd(length);
  return one < other ? -1 : one > other ? 1 : 0;
}

type CharacterClass = "letter" | "digit" | "other";

function classOf(character: string): CharacterClass {
  if (/\p{L}/u.test(character)) return "letter";
  return /\p{N}/u.test(character) ? "digit" : "other";
}

/** Symbols beyond ASCII may stand for letters or digits. */
function isOdd(character: string, kind: CharacterClass): boolean {
  return kind === "other" && !isAscii(character);
}

/** Do the classes alone tell two characters apart? */
function areApart(left: string, right: string): boolean {
  const [one, other] = [classOf(left), classOf(right)];
  return one !== other && !isOdd(left, one) && !isOdd(right, other);
}

/** The ASCII letter in lower case that a letter is, accents aside; undefined for all else. */
function baseLetter(character: string): string | undefined {
  const base = (character.normalize("NFD")[0] ?? "").toLowerCase();
  return /^[a-z]$/.test(base) ? base : undefined;
}

/** Are two characters one to LIKE? */
export function isSameCharacter(left: string, right: string, { collation }: LetterRules): boolean | Undecided {
  if (left === right) return true;
  if (collation.binary) return false;
  if (collationKey(left, collation) === collationKey(right, collation)) return true;
  if (isAscii(left) === isAscii(right) || areApart(left, right)) return false;
  const [one, other] = [baseLetter(left), baseLetter(right)];
  // Two letters that differ in base or accent differ; one that is no letter with an accent (ß, ª) may expand.
  return one !== undefined && other !== undefined ? false : undecided;
}

/** Why a range `[first-last]` cannot be read under the collation; undefined where it can. */
export function rangeFault(first: string, last: string, { name, collation, latinOrder: isLatin }: LetterRules) {
  if (!isAscii(first) || !isAscii(last)) return `a range beyond ASCII`;
  if (collation.binary) return undefined;
  const kind = classOf(first);
  if (kind !== classOf(last) || kind === "other") return "a range that mixes letters, digits or symbols";
  if (kind === "letter" && !isLatin) return `a range of letters under ${name}`;
  return undefined;
}

/**
 * Lies a character in `[first-last]`? Letters lie in alphabetical order, so under a case-sensitive collation too `[A-Z]` has
 * most small letters in it; which of the bounds' own forms it has is the collation's.
 */
export function isInRange(character: string, first: string, last: string, rules: LetterRules): boolean | Undecided {
  if (rules.collation.binary) return character >= first && character <= last;
  if (isSameCharacter(character, first, rules) === true || isSameCharacter(character, last, rules) === true)
    return isOrdered(first, last);
  if (areApart(character, first)) return false;
  if (classOf(first) === "digit") return isAscii(character) ? character >= first && character <= last : undecided;
  return isLetterBetween(baseLetter(character), first.toLowerCase(), last.toLowerCase());
}

/** A range whose bounds are one letter in two cases may be empty. */
function isOrdered(first: string, last: string): boolean | Undecided {
  const [from, to] = [first.toLowerCase(), last.toLowerCase()];
  if (from === to && first !== last) return undecided;
  return from <= to;
}

function isLetterBetween(base: string | undefined, first: string, last: string): boolean | Undecided {
  if (base === undefined || base === first || base === last) return undecided;
  return base > first && base < last;
}
