/**
 * T-SQL tokens, from a text that may still be growing. Readers of schemas and of INSERT scripts share it.
 * Facts: Transact-SQL reference, "Constants", "Identifiers", "Comment", "Backslash", and sqlcmd's batch separator.
 */

import { CODE, currencySigns, isDigit, isWordStart } from "./characters.ts";
import { toBinaryEnd, toLineEnd } from "./closers.ts";
import { Scanner, type TokenKind } from "./scanner.ts";

export { needMore, type Mark, type TokenKind } from "./scanner.ts";

const goLine = /[ \t]*(\d*)[ \t]*;?[ \t]*(?:--[^\r\n]*)?(?=\r?\n|\r?$)/y;
/** No commas: `$1,2` is two values ("Using Monetary Data": comma separators are not allowed in constants). */
const amountForm = /[ \t]*[+-]?[ \t]*\d*(?:\.\d*)?/y;
/** One run of digits, or the end of a line within them: repeated in a single pattern, a large image overflows the stack. */
const binaryPiece = /[0-9a-fA-F]+|\\\r?\n/y;
const continuation = /\\\r?\n/g;
/** What may turn out to be a continuation once more text is there. */
const halfContinuation = /\\\r?$/y;

export class Lexer extends Scanner {
  protected override read(code: number): TokenKind {
    if (code === CODE.quote) return this.#readString("string", this.start + 1);
    if ((code === 78 || code === 110) && this.at(this.start + 1) === CODE.quote)
      return this.#readString("national-string", this.start + 2);
    if (isWordStart(code)) return this.#readWord();
    if (code === CODE.bracketOpen) return this.readQuoted("bracketed", CODE.bracketClose, this.start + 1);
    if (code === CODE.doubleQuote) return this.readQuoted("double-quoted", CODE.doubleQuote, this.start + 1);
    if (isDigit(code) || (code === CODE.dot && isDigit(this.at(this.start + 1)))) return this.#readNumeral();
    if (code === CODE.at) return this.#readVariable();
    if (currencySigns.has(this.source[this.start] ?? "")) return this.#readMoney();
    if ((code === CODE.colon || code === CODE.bang) && this.#isDirective(code)) return this.#readDirective();
    return this.take("symbol", this.start + 1, this.source[this.start] ?? "");
  }

  /** Block comments nest. */
  protected override skipBlanksAndComments(): boolean {
    for (;;) {
      const code = this.position < this.source.length ? this.source.charCodeAt(this.position) : -1;
      if (this.skipBlank(code)) continue;
      if (code === CODE.dash && this.at(this.position + 1) === CODE.dash) this.skipLineComment();
      else if (code === CODE.slash && this.at(this.position + 1) === CODE.star) {
        if (!this.skipBlockComment(true)) return true;
      } else return false;
    }
  }

  #readString(as: TokenKind, from: number): TokenKind {
    const kind = this.readQuoted(as, CODE.quote, from);
    // GOTCHAS 7: the server itself removes a backslash and the newline after it.
    if (kind === as && this.text.includes("\\")) this.text = this.text.replace(continuation, "");
    return kind;
  }

  #readWord(): TokenKind {
    const end = this.wordEnd();
    const text = this.source.slice(this.start, end);
    const upper = text.toUpperCase();
    if (upper === "GO" && this.isBlankBefore(this.start)) {
      if (!this.source.includes("\n", end)) this.requireFinal();
      goLine.lastIndex = end;
      const count = goLine.exec(this.source);
      if (count !== null) return this.take("go", end + count[0].length, count[1] ?? "");
    }
    this.upper = upper;
    return this.take("word", end, text);
  }

  #readNumeral(): TokenKind {
    const isBinary = this.source.charCodeAt(this.start) === 48 && (this.at(this.start + 1) | 32) === 120;
    return isBinary ? this.#readBinary() : this.readNumber();
  }

  #readBinary(): TokenKind {
    let end = this.start + 2;
    for (binaryPiece.lastIndex = end; binaryPiece.test(this.source);) end = binaryPiece.lastIndex;
    if (end >= this.source.length) this.leaveOpen(this.start, this.start + 2, toBinaryEnd);
    halfContinuation.lastIndex = end;
    if (halfContinuation.test(this.source)) this.requireFinal();
    this.countLines(this.start, end);
    return this.take("binary", end, this.source.slice(this.start + 2, end).replaceAll(continuation, ""));
  }

  #readVariable(): TokenKind {
    const end = this.wordEnd();
    return this.take("variable", end, this.source.slice(this.start, end));
  }

  #readMoney(): TokenKind {
    const amount = this.matchAt(amountForm, this.start + 1);
    // A currency sign alone is zero; what follows it is an operator then, or the next token.
    const text = /\d/.test(amount) ? amount : "";
    return this.take("money", this.start + 1 + text.length, text.replaceAll(/[ \t]/g, ""));
  }

  #isDirective(code: number): boolean {
    return (
      this.isBlankBefore(this.start) &&
      (code === CODE.colon ? /[a-zA-Z]/ : /!/).test(String.fromCharCode(this.at(this.start + 1)))
    );
  }

  #readDirective(): TokenKind {
    const newline = this.source.indexOf("\n", this.start);
    if (newline < 0) this.leaveOpen(this.start, this.start, toLineEnd);
    const end = newline < 0 ? this.source.length : newline;
    return this.take("directive", end, this.source.slice(this.start, end).trimEnd());
  }
}
