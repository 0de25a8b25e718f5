/** Which members of an archive a source reads. */
import type { ZipEntry } from "./entry.ts";
import { methods } from "./member.ts";
import { nameProblem } from "./names.ts";

export interface Chosen {
  /** By name, and of one name as the archive has them. */
  readonly entries: readonly ZipEntry[];
  /** One sentence a member that is not read though it is meant. */
  readonly losses: readonly string[];
}

const encrypted = 1;

/** What an archive holds beside its files: folders, and what macOS leaves behind. */
function isClutter(name: string): boolean {
  return name.endsWith("/") || /(^|\/)(__MACOSX\/|\.DS_Store$)/.test(name);
}

/** Without `patterns` every file is meant. Names that lead elsewhere are told whether they are meant or not. */
export function chooseMembers(entries: readonly ZipEntry[], patterns: readonly string[] | undefined): Chosen {
  const matchers = patterns?.map((pattern) => memberMatcher(pattern));
  const chosen: ZipEntry[] = [];
  const losses: string[] = [];
  for (const entry of entries) {
    if (isClutter(entry.name)) continue;
    const isMeant = matchers?.some((matcher) => matcher.test(entry.name)) ?? true;
    const problem = nameProblem(entry.name) ?? (isMeant ? problemOf(entry) : undefined);
    if (problem !== undefined) losses.push(`the member ${JSON.stringify(entry.name)} is not read: ${problem}`);
    else if (isMeant) chosen.push(entry);
  }
  return {
    entries: chosen.toSorted((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0)),
    losses,
  };
}

function problemOf({ name, flags, method, start, compressed }: ZipEntry): string | undefined {
  if ((flags & encrypted) !== 0) return "it is encrypted; unpack it with its password, and name what comes out";
  if (/\.zip$/i.test(name)) return "it is an archive itself; unpack it, and name it in the recipe";
  if (!methods.has(method))
    return `it is compressed by ${methodName(method)} (${compressed} bytes from byte ${start} of the archive on); unpack it, and name what comes out`;
  return undefined;
}

/** APPNOTE 4.4.5. */
const methodNames: ReadonlyMap<number, string> = new Map([
  [1, "Shrink"],
  [6, "Implode"],
  [9, "Deflate64"],
  [14, "LZMA"],
  [95, "XZ"],
  [98, "PPMd"],
]);

function methodName(method: number): string {
  const name = methodNames.get(method);
  return name === undefined ? `method ${method}` : `${name} (method ${method})`;
}

/** On the whole path: `*` and `?` stand for anything but a slash, `**` for that too. */
function memberMatcher(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(
      /\*\*\/?|\*|\?/g,
      (wild) => ({ "*": "[^/]*", "?": "[^/]", "**": ".*", "**/": "(?:.*/)?" })[wild] as string,
    );
  return new RegExp(`^${source}$`, "iu");
}
