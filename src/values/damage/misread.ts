/** Bytes of one encoding read as another's (GOTCHAS 35: `bcp -c` writes the OEM code page, not 1252). */
import { isAscii } from "../collation.ts";
import type { Damage } from "./damage.ts";
import { oddness } from "./oddness.ts";
import { decodeBytes, encodeText } from "./single-byte.ts";

type Encoding = "UTF-8" | number;

interface Misreading {
  readonly written: Encoding;
  readonly read: Encoding;
  readonly times: 1 | 2;
}

const readAsIf: readonly number[] = [1252, 1250, 1251, 28591, 437, 850];
/** Windows and OEM pages of one machine, Windows pages of two. */
const confused: readonly (readonly [number, number])[] = [
  [1252, 437],
  [1252, 850],
  [437, 850],
  [1252, 28591],
  [1252, 1250],
  [1252, 1251],
  [1250, 852],
  [1251, 866],
];

const misreadings: readonly Misreading[] = [
  ...readAsIf.map((read): Misreading => ({ written: "UTF-8", read, times: 1 })),
  ...readAsIf.map((read): Misreading => ({ written: "UTF-8", read, times: 2 })),
  ...readAsIf.map((written): Misreading => ({ written, read: "UTF-8", times: 1 })),
  ...confused.flatMap(([one, other]): Misreading[] => [
    { written: one, read: other, times: 1 },
    { written: other, read: one, times: 1 },
  ]),
];

function encode(text: string, encoding: Encoding): Uint8Array | undefined {
  return encoding === "UTF-8" ? Buffer.from(text) : encodeText(text, encoding);
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  return encoding === "UTF-8" ? Buffer.from(bytes).toString() : decodeBytes(bytes, encoding);
}

function misread(text: string, { written, read, times }: Misreading): string | undefined {
  const bytes = encode(text, written);
  if (bytes === undefined) return undefined;
  const once = decode(bytes, read);
  return times === 1 ? once : misread(once, { written, read, times: 1 });
}

/** Bytes that a code page leaves undefined are controls to Windows, `?` or U+FFFD to others. */
function isSameButUndefined(candidate: string, expected: string): boolean {
  if (candidate.length !== expected.length) return false;
  for (let at = 0; at < expected.length; at++) {
    const unit = expected.charCodeAt(at);
    if (candidate.charCodeAt(at) === unit) continue;
    const isControl = unit >= 0x80 && unit < 0xa0;
    if (!isControl || (candidate[at] !== "?" && candidate[at] !== "\uFFFD")) return false;
  }
  return true;
}

/**
 * Every misreading has its reverse, so each of the two texts might be the other's damage. Text whose bytes happen to be UTF-8
 * throughout hardly exists: it is always the damaged one. Between single-byte pages the odder one is; where neither is,
 * this is a real difference (Muñoz and Muńoz).
 */
function isDirected({ written, read }: Misreading, expected: string, intact: string): boolean {
  if (written === "UTF-8") return true;
  if (read === "UTF-8") return expected.includes("\uFFFD");
  return oddness(expected) > oddness(intact);
}

function nameOf(encoding: Encoding): string {
  if (encoding === "UTF-8") return encoding;
  if (encoding === 28591) return "Latin-1";
  return encoding >= 1250 ? `windows-${encoding}` : `code page ${encoding}`;
}

/** For an intact text that is not ASCII. */
export function misreadDamage(candidate: string, intact: string): Damage | undefined {
  if (isAscii(candidate)) return undefined;
  for (const misreading of misreadings) {
    const expected = misread(intact, misreading);
    if (expected === undefined || !isSameButUndefined(candidate, expected)) continue;
    if (!isDirected(misreading, expected, intact)) continue;
    const { written, read, times } = misreading;
    const what = `${nameOf(written)} read as ${nameOf(read)}${times === 2 ? ", twice over" : ""}`;
    return { kind: "wrong-code-page", what };
  }
  return undefined;
}
