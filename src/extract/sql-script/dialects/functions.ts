/** Functions that only spell a literal, for several engines. */
import type { RawValue } from "../../../values/codec.ts";
import { Unreadable } from "../unreadable.ts";
import type { Evaluate } from "./cells.ts";

export function textOf(value: RawValue | null | undefined, what: string): string {
  if (typeof value !== "string") throw new Unreadable(`${what} what is no text`);
  return value;
}

/** The text of UTF-8 bytes; Unreadable where they are none. */
export function utf8Of(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw Object.assign(new Unreadable(`${what} bytes that are no text in utf-8`), { cause });
  }
}

export function fromHexText(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw new Unreadable("holds digits that are no bytes in hex");
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** `chr(10)`: beyond `most` it depends on the database. */
export function characterOf(most: number): Evaluate {
  return (args) => {
    const [code] = args;
    if (args.length !== 1 || typeof code !== "number" || !Number.isInteger(code) || code < 0 || code > most)
      throw new Unreadable("makes a character of a number that depends on the server");
    return String.fromCodePoint(code);
  };
}

/** The first of its arguments, as it is: functions that only name a type. */
export const unchanged: Evaluate = ([value]) => value ?? null;

/** `\0041` and `\+01F600`: unistr of Oracle and SQLite, which also knows `\u0041` and `\U0001F600`. */
export const unescapeUnicode: Evaluate = ([value]) =>
  textOf(value, "decodes").replaceAll(
    /\\(?:(\\)|u([0-9a-f]{4})|U([0-9a-f]{8})|\+([0-9a-f]{6})|([0-9a-f]{4}))/gi,
    (_, backslash?: string, ...codes: (string | undefined)[]) =>
      backslash ?? String.fromCodePoint(Number.parseInt(codes.find((code) => code !== undefined) ?? "", 16)),
  );
