/** Where a token ends that is longer than what can be held of it: looked for piece by piece, without its text. */
import { CODE, isWordPart } from "./characters.ts";

/** `end`: behind the token. `again`: it does not end in the text; with more appended, look from there. */
type Sought = { readonly end: number } | { readonly again: number };

export interface Closer {
  seek(text: string, from: number): Sought;
}

/** A token that the text ends inside of. */
export interface OpenToken {
  readonly start: number;
  /** Behind what opens it. */
  readonly from: number;
  readonly isComment: boolean;
  readonly closer: Closer;
}

/** To a mark that is not doubled; `escapes`: a backslash takes the character behind it along. */
export function toMark(close: number, escapes = false): Closer {
  return {
    seek(text, from) {
      for (let at = from; at < text.length; at++) {
        const code = text.charCodeAt(at);
        if (code !== close && !(escapes && code === CODE.backslash)) continue;
        if (at + 1 === text.length) return { again: at };
        if (code === close && text.charCodeAt(at + 1) !== close) return { end: at + 1 };
        at++;
      }
      return { again: text.length };
    },
  };
}

/** To the first of these characters in a row. */
export function toTerminator(terminator: string): Closer {
  return {
    seek(text, from) {
      const at = text.indexOf(terminator, from);
      if (at >= 0) return { end: at + terminator.length };
      return { again: Math.max(from, text.length - terminator.length + 1) };
    },
  };
}

/** To the end of a block comment, from its opening on. */
export function toCommentEnd(nests: boolean): Closer {
  let depth = 0;
  return {
    seek(text, from) {
      let at = from;
      for (; at + 1 < text.length; at++) {
        const code = text.charCodeAt(at);
        if (code !== CODE.slash && code !== CODE.star) continue;
        const next = text.charCodeAt(at + 1);
        if (code === CODE.slash && next === CODE.star && (nests || depth === 0)) depth++;
        else if (code === CODE.star && next === CODE.slash) depth--;
        else continue;
        at++;
        if (depth === 0) return { end: at + 1 };
      }
      return { again: at };
    },
  };
}

/** Up to the newline, which is not part of it. */
export const toLineEnd: Closer = {
  seek(text, from) {
    const at = text.indexOf("\n", from);
    return at < 0 ? { again: text.length } : { end: at };
  },
};

/** As long as the characters belong to it. */
function whileEach(belongs: (code: number) => boolean): Closer {
  return {
    seek(text, from) {
      let at = from;
      while (at < text.length && belongs(text.charCodeAt(at))) at++;
      return at === text.length ? { again: at } : { end: at };
    },
  };
}

export const toWordEnd = whileEach(isWordPart);

/** Hex digits, in T-SQL with continued lines among them. */
export const toBinaryEnd = whileEach(
  (code) => isWordPart(code) || code === CODE.backslash || code === CODE.lf || code === 13,
);
