/** Adds to `decisions.yaml`: under a lock, so that two people who decide at once lose nothing; whole or not at all. */
import fs from "node:fs";
import path from "node:path";
import { lockDirectory } from "../stage/lock.ts";
import { entryText, head, parseDecisions } from "./file.ts";
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
    const before = fs.existsSync(files.decisions) ? fs.readFileSync(files.decisions, "utf8") : "";
    check(before === "" ? [] : knownDecisions(before, files.decisions));
    const entries = added.map((each) => entryText(each)).join("");
    // What cannot be read again is not kept.
    parseDecisions(`${head}${entries}`, files.decisions);
    replace(files.decisions, `${before === "" ? head : before.replace(/\n?$/, "\n")}${entries}`);
  } finally {
    unlock();
  }
}

interface Known {
  readonly file: string;
  readonly text: string;
  readonly decisions: readonly Decision[];
}

let known: Known = { file: "", text: "", decisions: [] };

/** A long file is parsed once, not for each decision that is added to it. */
export function knownDecisions(text: string, file: string): readonly Decision[] {
  const before = known.file === file ? known : { file, text: "", decisions: [] };
  if (before.text === text && text !== "") return before.decisions;
  const isGrown = before.text.endsWith("\n") && text.startsWith(before.text);
  known = { file, text, decisions: isGrown ? withAdded(before, text) : parseDecisions(text, file) };
  return known.decisions;
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

function replace(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const part = `${file}.part`;
  const descriptor = fs.openSync(part, "w");
  try {
    fs.writeFileSync(descriptor, text);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
  fs.renameSync(part, file);
}
