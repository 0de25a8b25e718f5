/** LIKE patterns taken apart (Transact-SQL reference, "LIKE"). */
import { NotUnderstood } from "./not-understood.ts";
import { isInRange, isSameCharacter, rangeFault, type LetterRules } from "./letters.ts";
import { undecided, type Truth, type Undecided } from "./terms.ts";

type Test = (character: string) => boolean | Undecided;

/** `%`, or the test of one character. */
export type Element = "any" | Test;

/** Pairs and marks: what LIKE takes for one character there is the collation's. */
const compound = /[\p{M}\p{Cs}\u{10000}-\u{10FFFF}]/u;

/** Throws NotUnderstood for a pattern whose meaning is not documented. */
export function parsePattern(pattern: string, escape: string | undefined, rules: LetterRules): Element[] {
  if (compound.test(pattern)) throw new NotUnderstood("has a LIKE pattern with characters of several units");
  return new PatternReader(pattern, escape, rules).read();
}

class PatternReader {
  readonly #pattern: string;
  readonly #escape: string | undefined;
  readonly #rules: LetterRules;
  #at = 0;

  constructor(pattern: string, escape: string | undefined, rules: LetterRules) {
    this.#pattern = pattern;
    this.#escape = escape;
    this.#rules = rules;
  }

  read(): Element[] {
    const elements: Element[] = [];
    while (this.#at < this.#pattern.length) elements.push(this.#element());
    return elements;
  }

  #element(): Element {
    const character = this.#take();
    if (character === this.#escape) return this.#same(this.#escaped());
    if (character === "%") return "any";
    if (character === "_") return () => true;
    return character === "[" ? this.#set() : this.#same(character);
  }

  #take(): string {
    return this.#pattern[this.#at++] ?? "";
  }

  #escaped(): string {
    if (this.#at >= this.#pattern.length) throw this.#fault("ends in its escape character");
    return this.#take();
  }

  #same(wanted: string): Test {
    return (character) => isSameCharacter(character, wanted, this.#rules);
  }

  #set(): Test {
    const negated = this.#pattern[this.#at] === "^";
    if (negated) this.#at++;
    const members: Test[] = [];
    while (this.#pattern[this.#at] !== "]") members.push(this.#member());
    this.#at++;
    if (members.length === 0) throw this.#fault("has an empty set");
    return (character) => {
      const truth = isAny(members, character);
      return negated && truth !== undecided ? !truth : truth;
    };
  }

  /** One character or one range; a hyphen at either end of the set is itself. */
  #member(): Test {
    const first = this.#memberCharacter();
    const isRange = this.#pattern[this.#at] === "-" && this.#pattern[this.#at + 1] !== "]";
    if (!isRange) return this.#same(first);
    this.#at++;
    return this.#range(first, this.#memberCharacter());
  }

  #memberCharacter(): string {
    if (this.#at >= this.#pattern.length) throw this.#fault("has a bracket that is not closed");
    const character = this.#take();
    return character === this.#escape ? this.#escaped() : character;
  }

  #range(first: string, last: string): Test {
    const fault = rangeFault(first, last, this.#rules);
    if (fault !== undefined) throw this.#fault(`has ${fault}`);
    return (character) => isInRange(character, first, last, this.#rules);
  }

  #fault(what: string): NotUnderstood {
    return new NotUnderstood(`has the LIKE pattern '${this.#pattern}', which ${what}`);
  }
}

function isAny(tests: readonly Test[], character: string): boolean | Undecided {
  let result: boolean | Undecided = false;
  for (const test of tests) {
    const truth = test(character);
    if (truth === true) return true;
    if (truth === undecided) result = undecided;
  }
  return result;
}

/**
 * Does the text match? `blanksAside`: blanks that are left at its end do not count. Where the answer hangs on a character
 * that is undecided, so is the match.
 */
export function matches(text: string, elements: readonly Element[], blanksAside: boolean): Truth {
  if (compound.test(text)) return undecided;
  if (run(text, elements, blanksAside, false)) return true;
  return run(text, elements, blanksAside, true) ? undecided : false;
}

/** Only the last `%` ever has to take more: what an earlier one takes in addition, the last could as well. */
function run(text: string, elements: readonly Element[], blanksAside: boolean, lenient: boolean): boolean {
  let at = 0;
  let element = 0;
  let retryElement = -1;
  let retryAt = 0;
  for (;;) {
    const wanted = elements[element];
    if (wanted === undefined && isEnd(text, at, blanksAside)) return true;
    if (wanted === "any") {
      retryElement = ++element;
      retryAt = at;
    } else if (wanted !== undefined && at < text.length && accepts(wanted, text[at] ?? "", lenient)) {
      at++;
      element++;
    } else {
      if (retryElement < 0 || retryAt >= text.length) return false;
      at = ++retryAt;
      element = retryElement;
    }
  }
}

function accepts(test: Test, character: string, lenient: boolean): boolean {
  const truth = test(character);
  return truth === undecided ? lenient : truth;
}

function isEnd(text: string, from: number, blanksAside: boolean): boolean {
  if (!blanksAside) return from === text.length;
  for (let at = from; at < text.length; at++) if (text[at] !== " ") return false;
  return true;
}
