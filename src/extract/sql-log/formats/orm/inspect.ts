/**
 * Reads what Node.js prints of values (`util.inspect`): `[ 1, 'x', null, <Buffer 61 62>, 2026-03-01T10:00:00.123Z ]`.
 * Source: https://nodejs.org/docs/latest-v20.x/api/util.html#utilinspectobject-options
 */
import { wallClock } from "../../../../values/wall-clock.ts";
import { NotLogged, type Bound } from "../../parameters.ts";

export type Inspected = Bound | undefined | readonly Inspected[] | { readonly entries: ReadonlyMap<string, Inspected> };

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", "0": "\0" };
const more = /\.\.\. \d+ more \w+/y;
const number = /-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?|Infinity)(n?)(?=[\s,\]}]|$)/y;
const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/y;
const buffer = /<Buffer((?: [0-9a-f]{2})*)( \.\.\. \d+ more bytes?)?>/y;
const word = /(?:null|undefined|true|false)(?=[\s,\]}]|$)/y;
const key = /([A-Za-z_$][\w$]*): /y;

/** Undefined where the text is not one printed value. `zone`: on whose clock moments are put (IANA). */
export function readInspected(text: string, zone: string): { readonly value: Inspected } | undefined {
  const reader = new InspectReader(text, zone);
  try {
    const value = reader.value();
    return reader.isDone ? { value } : undefined;
  } catch (error) {
    if (error instanceof NotInspected) return undefined;
    throw error;
  }
}

class NotInspected extends Error {}

class InspectReader {
  readonly #text: string;
  readonly #zone: string;
  #at = 0;

  constructor(text: string, zone: string) {
    this.#text = text;
    this.#zone = zone;
  }

  get isDone(): boolean {
    this.#blank();
    return this.#at === this.#text.length;
  }

  value(): Inspected {
    this.#blank();
    const first = this.#text.charAt(this.#at);
    if (first === "'" || first === '"' || first === "`") return this.#string();
    if (first === "[") return this.#array();
    if (first === "{") return this.#object();
    if (first === "<") return this.#buffer();
    const plain = this.#plain();
    return plain === undefined ? this.#other() : plain;
  }

  #plain(): Bound | undefined {
    const at = this.#take(moment)?.[0];
    if (at !== undefined) return wallClock(at, this.#zone);
    const digits = this.#take(number);
    if (digits !== undefined) return digits[1] === "n" ? BigInt(digits[0].slice(0, -1)) : Number(digits[0]);
    const name = this.#take(word)?.[0];
    if (name === "true" || name === "false") return name === "true";
    // What is undefined is bound as NULL, or refused: nobody knows.
    if (name === "undefined") return new NotLogged("is undefined in the log");
    return name === "null" ? null : undefined;
  }

  #string(): Bound {
    const quote = this.#text.charAt(this.#at);
    let value = "";
    for (this.#at++; this.#text.charAt(this.#at) !== quote; this.#at++) {
      if (this.#at >= this.#text.length) throw new NotInspected();
      value += this.#text.charAt(this.#at) === "\\" ? this.#escape() : this.#text.charAt(this.#at);
    }
    this.#at++;
    if (this.#take(more) !== undefined) return new NotLogged("the log cuts");
    // Node.js before 14 prints long texts in pieces.
    if (this.#take(/\s*\+\s*(?=['"`])/y) === undefined) return value;
    const rest = this.#string();
    return rest instanceof NotLogged ? rest : value + String(rest);
  }

  /** Stands on the backslash; ends on the last character that belongs to it. */
  #escape(): string {
    const code = /\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/y;
    code.lastIndex = this.#at;
    const found = code.exec(this.#text);
    if (found !== null) {
      this.#at = code.lastIndex - 1;
      return String.fromCodePoint(Number.parseInt(found[1] ?? found[2] ?? found[3] ?? "", 16));
    }
    this.#at++;
    const character = this.#text.charAt(this.#at);
    return escapes[character] ?? character;
  }

  #array(): readonly Inspected[] | NotLogged {
    const from = this.#at++;
    const values: Inspected[] = [];
    for (;;) {
      this.#blank();
      if (this.#skip("]")) return values;
      if (this.#take(more) === undefined) values.push(this.value());
      this.#blank();
      if (this.#skip(",")) continue;
      if (this.#skip("]")) return values;
      // `[Object]`, `[Circular *1]`, `[Function: x]`.
      this.#at = from;
      return this.#other();
    }
  }

  #object(): Inspected {
    this.#at++;
    const entries = new Map<string, Inspected>();
    for (;;) {
      this.#blank();
      if (this.#skip("}")) return { entries };
      const name = this.#take(key)?.[1] ?? this.#quotedKey();
      entries.set(name, this.value());
      this.#blank();
      if (!this.#skip(",") && this.#text.charAt(this.#at) !== "}") throw new NotInspected();
    }
  }

  #quotedKey(): string {
    if (this.#text.charAt(this.#at) !== "'") throw new NotInspected();
    const name = this.#string();
    if (typeof name !== "string" || this.#take(/: /y) === undefined) throw new NotInspected();
    return name;
  }

  #buffer(): Bound {
    const found = this.#take(buffer);
    if (found === undefined) throw new NotInspected();
    if (found[2] !== undefined) return new NotLogged("the log cuts behind 50 bytes");
    return new Uint8Array(Buffer.from((found[1] ?? "").replaceAll(" ", ""), "hex"));
  }

  /** A value of a class: passed over with all that it holds. */
  #other(): NotLogged {
    const from = this.#at;
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text.charAt(this.#at);
      if (character === "'" || character === '"' || character === "`") {
        this.#string();
        this.#at--;
      } else if ("[{(<".includes(character)) depth++;
      else if (depth === 0 && ",]}".includes(character)) break;
      else if ("]})>".includes(character)) depth--;
    }
    if (this.#at === from) throw new NotInspected();
    return new NotLogged("is logged as an object");
  }

  #blank(): void {
    this.#take(/\s*/y);
  }

  #skip(character: string): boolean {
    if (this.#text.charAt(this.#at) !== character) return false;
    this.#at++;
    return true;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }
}
