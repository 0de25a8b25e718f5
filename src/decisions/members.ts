/**
 * `decisions/<evidence>.ndjson`: the cells that a group had when it was decided, each with what was claimed of it then, a line a
 * cell. The file is named by the hash of its content, which the decision carries: what is applied is what was looked at.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "../files/atomic.ts";

export interface Member {
  /** One text for each column of the key. */
  readonly key: readonly string[];
  /** What was claimed of the cell. */
  readonly evidence: string;
}

function fileOf(folder: string, name: string): string {
  return path.join(folder, `${name}.ndjson`);
}

function nameOf(content: string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

/** Returns the list's name. */
export function writeMembers(folder: string, members: readonly Member[]): string {
  const content = members.map(({ key, evidence }) => `${JSON.stringify([key, evidence])}\n`).join("");
  const name = nameOf(content);
  // A list of this name that was damaged is written anew.
  if (readMembers(folder, name) === undefined) {
    fs.mkdirSync(folder, { recursive: true });
    writeFileAtomic(fileOf(folder, name), content);
  }
  return name;
}

/** Undefined where the list is not there, or is another than when it was decided. */
export function readMembers(folder: string, name: string): Member[] | undefined {
  const file = fileOf(folder, name);
  if (!fs.existsSync(file)) return undefined;
  const content = fs.readFileSync(file, "utf8");
  if (nameOf(content) !== name) return undefined;
  return content
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [key, evidence] = JSON.parse(line) as [string[], string];
      return { key, evidence };
    });
}
