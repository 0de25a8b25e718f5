/**
 * Values as Node's `util.inspect` prints them: what it cuts, and what it does not print in full, is not known.
 * Source: https://nodejs.org/api/util.html#utilinspectobject-options
 */
import { NotLogged, type Bound } from "../parameters.ts";

/** `fields`: of an object, by name; `items`: of an array. */
export type Inspected =
  | Bound
  | { readonly fields: ReadonlyMap<string, Inspected> }
  | { readonly items: readonly Inspected[] };

/** `util.inspect` writes deeper objects as `[Object]` long before; what nests deeper is damage. */
const deepest = 64;

const blank = /[\s]*/y;
const quoted = /(?:'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|`((?:[^`\\]|\\[\s\S])*)`)/y;
const plus = /\s*\+\s*\n\s*(?=['"`])/y;
const cut = /\.\.\. \d+ more (?:character|item|byte)s?/y;
const bytes = /<Buffer((?: [0-9a-f]{2})*)(?: (?=>))?( \.\.\. \d+ more bytes?)?>/y;
const date = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/y;
const bigint = /(-?\d+)n/y;
const number = /-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity)|NaN/y;
const word = /(null|undefined|true|false)\b/y;
const name = /(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([\w$]+)):\s*/y;
const other = /\[[A-Z]\w*(?: \(Array\))?[^\]]*\]|[A-Z]\w*(?:\(\d+\))? (?=[[{])/y;
const escape = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g;
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v" };

/** The value at the text's beginning, and where it ends; undefined where none stands there whole. */
export function readInspected(text: string): { readonly value: Inspected; readonly end: number } | undefined {
  const reader = new Reader(text);
  const value = reader.value();
  return value === undefined ? undefined : { value, end: reader.at };
}

class Reader {
  readonly #text: string;
  #depth = 0;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Inspected | undefined {
    if (this.#depth === deepest) return undefined;
    this.#depth++;
    const value = this.#value();
    this.#depth--;
    return value;
  }

  #value(): Inspected | undefined {
    this.#take(blank);
    const text = this.#textValue();
    if (text !== undefined) return text;
    const found = this.#take(bytes);
    if (found !== undefined)
      return found[2] === undefined
        ? Uint8Array.from(Buffer.from((found[1] ?? "").replaceAll(" ", ""), "hex"))
        : new NotLogged("the log cuts behind 50 bytes");
    if (this.#take(date) !== undefined)
      return new NotLogged("the log writes as a moment: the driver put it on a clock");
    const plain = this.#plain();
    return plain === undefined ? (this.#list() ?? this.#object() ?? this.#other()) : plain;
  }

  #plain(): Bound | undefined {
    const big = this.#take(bigint)?.[1];
    if (big !== undefined) return BigInt(big);
    const digits = this.#take(number)?.[0];
    if (digits !== undefined) return digits;
    const known = this.#take(word)?.[1];
    if (known === undefined) return undefined;
    if (known === "undefined") return new NotLogged("is undefined: the driver chose what it was");
    return known === "null" ? null : known === "true";
  }

  /** A text may go on in the next line, behind a plus. */
  #textValue(): Bound | undefined {
    let whole: string | undefined;
    do {
      const found = this.#take(quoted);
      if (found === undefined) return whole === undefined ? undefined : new NotLogged("the log cuts");
      whole = (whole ?? "") + unescaped(found[1] ?? found[2] ?? found[3] ?? "");
    } while (this.#take(plus) !== undefined);
    return this.#take(cut) === undefined ? whole : new NotLogged("the log cuts behind 10,000 characters");
  }

  #list(): Inspected | undefined {
    if (this.#text[this.at] !== "[" || /^\[[A-Z]/.test(this.#text.slice(this.at, this.at + 2))) return undefined;
    const items: Inspected[] = [];
    const isWhole = this.#members("]", () => {
      if (this.#take(cut) !== undefined) return true;
      const item = this.value();
      if (item !== undefined) items.push(item);
      return item !== undefined;
    });
    return isWhole ? { items } : undefined;
  }

  #object(): Inspected | undefined {
    if (this.#text[this.at] !== "{") return undefined;
    const fields = new Map<string, Inspected>();
    const isWhole = this.#members("}", () => {
      const found = this.#take(name);
      const value = found === undefined ? undefined : this.value();
      if (found !== undefined && value !== undefined) fields.set(found[1] ?? found[2] ?? found[3] ?? "", value);
      return value !== undefined;
    });
    return isWhole ? { fields } : undefined;
  }

  /** What stands between brackets, with commas between. */
  #members(close: string, member: () => boolean): boolean {
    this.at++;
    this.#take(blank);
    while (this.#text[this.at] !== close) {
      if (!member()) return false;
      this.#take(blank);
      if (this.#text[this.at] === ",") this.at++;
      else if (this.#text[this.at] !== close) return false;
      this.#take(blank);
    }
    this.at++;
    return true;
  }

  /** `[Object]`, `[Function: x]`, `Map(1) {…}`. */
  #other(): Bound | undefined {
    const found = this.#take(other);
    if (found === undefined) return undefined;
    if (!found[0].endsWith("]") && this.value() === undefined) return undefined;
    return new NotLogged("the log does not write: it holds an object");
  }

  #take(form: RegExp): RegExpExecArray | undefined {
    form.lastIndex = this.at;
    const found = form.exec(this.#text);
    if (found === null) return undefined;
    this.at = form.lastIndex;
    return found;
  }
}

/** A text of JavaScript from between its quotes. */
export function unescaped(text: string): string {
  return text.replaceAll(escape, (_, wide?: string, hex?: string, one?: string) =>
    one === undefined ? String.fromCodePoint(Number.parseInt(wide ?? hex ?? "0", 16)) : (escapes[one] ?? one),
  );
}
