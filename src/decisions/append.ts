/** Adds to `decisions.yaml`: under a lock, so that two people who decide at once lose nothing; whole or not at all. */
import fs from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "../files/atomic.ts";
import { lockDirectory } from "../stage/lock.ts";
import { UserError } from "../errors.ts";
import { entryText, head, parseDecisions, readText } from "./file.ts";
import type { Decision } from "./file.ts";

/** As long as somebody else's decision takes to be written. */
const patience = 10_000;

export interface DecisionFiles {
  /** The incident's directory. */
  readonly directory: string;
  readonly decisions: string;
  readonly lock: string;
}

/**
 * Appends decisions. `check` is told what stands in the file at that moment, and throws where a decision no longer fits.
 * Throws UserError where the file cannot be read: what is in it is not written over.
 */
export function appendDecisions(
  files: DecisionFiles,
  added: readonly Omit<Decision, "place">[],
  check: (before: readonly Decision[]) => void = () => undefined,
): void {
  const unlock = lockDirectory(files.directory, files.lock, patience);
  try {
    const before = fs.existsSync(files.decisions) ? readText(files.decisions) : "";
    const decisions = before === "" ? [] : knownDecisions(before, files.decisions);
    check(decisions);
    const whole = joined(before, added.map((each) => entryText(each)).join(""));
    requireReadable(whole, files.decisions, decisions.length + added.length);
    fs.mkdirSync(path.dirname(files.decisions), { recursive: true });
    writeFileAtomic(files.decisions, whole);
  } finally {
    unlock();
  }
}

/** In the way in which the list is written already. */
function joined(before: string, entries: string): string {
  const emptyList = /^decisions:[ \t]*(?:\[\s*\]|null|~)?[ \t]*(?:#.*)?$/m;
  const opened = /^decisions:/m.test(before) ? before.replace(/\n?$/, "\n") : `${before}${head}`;
  const indentation = /^decisions:[^\S\n]*(?:#.*)?\n(?:[^\S\n]*(?:#.*)?\n)*([^\S\n]+)- /m.exec(opened)?.[1] ?? "";
  const list = /^[^\S\n]*- /m.test(opened) ? opened : opened.replace(emptyList, "decisions:");
  return `${list}${entries.replaceAll(/^(?=.)/gm, indentation)}`;
}

/** What cannot be read again is not kept. Throws UserError. */
function requireReadable(whole: string, file: string, count: number): void {
  if (!known.isOurs) known = { file, text: whole, decisions: parseDecisions(whole, file), isOurs: true };
  if (knownDecisions(whole, file).length === count) return;
  throw new UserError({
    what: "the file of decisions is written in a way that cannot be added to",
    where: { file },
    remedy: "Write it as a list below `decisions:`, a line with `- ` for each entry",
  });
}

interface Known {
  readonly file: string;
  readonly text: string;
  readonly decisions: readonly Decision[];
  /** Was it read as a whole after something was added to it here? Then the next entry need not be. */
  readonly isOurs: boolean;
}

let known: Known = { file: "", text: "", decisions: [], isOurs: false };

/** A long file is parsed once, not for each decision that is added to it. */
export function knownDecisions(text: string, file: string): readonly Decision[] {
  const before = known.file === file ? known : { file, text: "", decisions: [], isOurs: false };
  if (before.text === text && text !== "") return before.decisions;
  const isGrown =
    before.isOurs && before.text.endsWith("\n") && text.startsWith(before.text) && goesOn(before.text, text);
  known = isGrown
    ? { ...before, text, decisions: withAdded(before, text) }
    : { file, text, decisions: parseDecisions(text, file), isOurs: false };
  return known.decisions;
}

/** Is what was added another entry of the same list? Indented otherwise it would not be, read as a whole. */
function goesOn(before: string, text: string): boolean {
  const dash = /^[^\S\n]*- /m;
  return dash.exec(text.slice(before.length))?.[0] === dash.exec(before)?.[0];
}

/** The lines of what was added are counted on from the lines before. */
function withAdded(before: Known, text: string): readonly Decision[] {
  const lines = before.text.split("\n").length - 1;
  const added = parseDecisions(`${head}${text.slice(before.text.length)}`, before.file).map((decision) => ({
    ...decision,
    place: { ...decision.place, line: (decision.place.line ?? 1) - 1 + lines },
  }));
  return [...before.decisions, ...added];
}
