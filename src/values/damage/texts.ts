/** Damage to text: spreadsheets change what looks like a number, code pages what is not ASCII; never both. */
import { defaultCollation, isAscii, parseCollation, withoutTrailingBlanks } from "../collation.ts";
import type { Damage, DamageTest } from "./damage.ts";
import { lookAlikeTest } from "./look-alikes.ts";
import { markDamage } from "./marks.ts";
import { misreadDamage } from "./misread.ts";

type TextTest = (candidate: string, intact: string) => Damage | undefined;

function isBeyondAscii(text: string, at: number): boolean {
  return text.charCodeAt(at) > 0x7f;
}

/**
 * Code pages keep ASCII, so where the texts part, from either end, the intact one has another character, or just had one that
 * became several, itself among them (Ã → Ãƒ). Settles all but a few pairs within a few characters.
 */
function partsBeyondAscii(candidate: string, intact: string): boolean {
  let at = 0;
  while (at < intact.length && candidate.charCodeAt(at) === intact.charCodeAt(at)) at++;
  if (!isBeyondAscii(intact, at) && !isBeyondAscii(intact, at - 1)) return false;
  let end = intact.length;
  const longer = candidate.length - intact.length;
  while (end > 0 && candidate.charCodeAt(end - 1 + longer) === intact.charCodeAt(end - 1)) end--;
  return isBeyondAscii(intact, end - 1) || isBeyondAscii(intact, end);
}

function codePageTest(collation: string): TextTest {
  const lookAlikes = lookAlikeTest(parseCollation(collation).codePage);
  return (candidate, intact) =>
    partsBeyondAscii(candidate, intact)
      ? (markDamage(candidate, intact) ?? lookAlikes(candidate, intact) ?? misreadDamage(candidate, intact))
      : undefined;
}

/** `ofAscii` sees texts in ASCII only. Trailing blanks are nothing (GOTCHAS 32). */
export function textDamage(collation: string = defaultCollation, ofAscii: TextTest): DamageTest {
  const byCodePage = codePageTest(collation);
  return (candidateValue, intactValue) => {
    const candidate = withoutTrailingBlanks(candidateValue as string);
    const intact = withoutTrailingBlanks(intactValue as string);
    if (candidate === "" || candidate === intact) return undefined;
    return isAscii(intact) ? ofAscii(candidate, intact) : byCodePage(candidate, intact);
  };
}
