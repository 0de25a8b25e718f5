/** Best fit: what a code page lacks becomes what looks like it (ā → a), as Windows and SQL Server convert (GOTCHAS 9). */
import { codePage, type CodePage } from "../code-page.ts";
import type { Damage } from "./damage.ts";

/** OEM pages that consoles and `bcp -c` use beside a Windows one (GOTCHAS 35). */
const oemPages: ReadonlyMap<number, readonly number[]> = new Map([
  [1250, [852]],
  [1251, [866]],
  [1252, [850, 437]],
  [1253, [737]],
  [1254, [857]],
  [1257, [775]],
]);

/** Unicode does not decompose these; from Microsoft's best fit tables of 1252 and 437. */
const undecomposed: ReadonlyMap<string, string> = new Map([
  ["đ", "d"],
  ["Đ", "Ð"],
  ["ħ", "h"],
  ["Ħ", "H"],
  ["ı", "i"],
  ["ł", "l"],
  ["Ł", "L"],
  ["ŧ", "t"],
  ["Ŧ", "T"],
  ["‘", "`"],
  ["’", "'"],
  ["“", '"'],
  ["”", '"'],
  ["–", "-"],
  ["—", "-"],
]);

const marks = /\p{M}+/gu;

function lookAlike(character: string): string | undefined {
  const known = undecomposed.get(character);
  if (known !== undefined) return known;
  const base = character.normalize("NFKD").replace(marks, "");
  return base.length === 1 && base !== character ? base : undefined;
}

/** The page may lack the look-alike too (ά → α). */
function isFitted(found: string, character: string, page: CodePage): boolean {
  return found !== "" && found === lookAlike(character) && page.firstForeign(found) === undefined;
}

function isLostMark(character: string): boolean {
  return character === "?" || character === "\uFFFD";
}

/** Everything that the page holds stands; what it lacks has become its look-alike, or `?` where it has none. */
function isBestFit(candidate: string, intact: string, page: CodePage): boolean {
  let at = 0;
  let fitted = false;
  for (const character of intact) {
    const found = candidate.charAt(at);
    if (page.firstForeign(character) === undefined) {
      if (!candidate.startsWith(character, at)) return false;
      at += character.length;
      continue;
    }
    if (isFitted(found, character, page)) fitted = true;
    else if (!isLostMark(found)) return false;
    // Half of a pair of surrogates is a `?` each.
    at += character.length === 2 && isLostMark(found) && isLostMark(candidate.charAt(at + 1)) ? 2 : 1;
  }
  return fitted && at === candidate.length;
}

function pagesOf(number: number | undefined): CodePage[] {
  if (number === undefined) return [];
  return [number, ...(oemPages.get(number) ?? [])].flatMap((page) => codePage(page) ?? []);
}

/** The test for a column whose collation has this code page, for an intact text that is not ASCII. */
export function lookAlikeTest(number: number | undefined): (candidate: string, intact: string) => Damage | undefined {
  const tests = pagesOf(number).map((page) => ({
    page,
    damage: { kind: "lost-accents", what: `look-alikes of what code page ${page.number} lacks` } satisfies Damage,
  }));
  return (candidate, intact) => {
    if (candidate.length > intact.length) return undefined;
    return tests.find(({ page }) => isBestFit(candidate, intact, page))?.damage;
  };
}
