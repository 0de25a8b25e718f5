/** `?` or U+FFFD where characters were lost. */
import type { Damage } from "./damage.ts";

const questionMarks: Damage = { kind: "question-marks", what: "? in place of characters" };
const replacements: Damage = { kind: "question-marks", what: "U+FFFD in place of characters" };

const replacement = "\uFFFD";
/** U+FFFD whose UTF-8 was read as windows-1252. */
const misreadReplacement = "ï¿½";

/** A run of lost characters (and of `?` that belong there) is so many marks: one a character, a UTF-16 unit or a byte. */
class Run {
  private least = 0;
  private most = 0;

  add(character: string): void {
    this.least++;
    this.most += character === "?" ? 1 : Buffer.byteLength(character);
  }

  /** Where the marks end that begin at `at`; -1 where they are too few or too many for this run, which then is empty. */
  close(candidate: string, at: number): number {
    let end = at;
    while (isMark(candidate[end])) end++;
    const count = end - at;
    // Bytes that are no UTF-8 may fall together into one U+FFFD.
    const least = candidate[at] === replacement ? 1 : this.least;
    const fits = count >= least && count <= this.most;
    this.least = 0;
    this.most = 0;
    return fits ? end : -1;
  }
}

function isMark(character: string | undefined): boolean {
  return character === "?" || character === replacement;
}

/** A code page lacks a character everywhere: what the candidate still has is not lost. */
function isMarkedCopy(candidate: string, intact: string): boolean {
  const kept = new Set(candidate);
  const run = new Run();
  let at = 0;
  for (const character of intact) {
    if (character === "?" || (character > "\x7f" && !kept.has(character))) run.add(character);
    else {
      at = run.close(candidate, at);
      if (at < 0 || !candidate.startsWith(character, at)) return false;
      at += character.length;
    }
  }
  return run.close(candidate, at) === candidate.length;
}

/** For an intact text that is not ASCII. Any code page may have been on the way, ASCII too. */
export function markDamage(candidate: string, intact: string): Damage | undefined {
  if (intact.includes(replacement)) return undefined;
  const text = candidate.replaceAll(misreadReplacement, replacement);
  if (!text.includes("?") && !text.includes(replacement)) return undefined;
  if (!isMarkedCopy(text, intact)) return undefined;
  return text.includes(replacement) ? replacements : questionMarks;
}
