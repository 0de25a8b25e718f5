import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lexer, needMore, type TokenKind } from "../../src/tsql/lexer.ts";

interface Seen {
  kind: TokenKind;
  text: string;
  line: number;
  column: number;
}

function lex(text: string): Seen[] {
  const lexer = new Lexer(text);
  const seen: Seen[] = [];
  do {
    lexer.next();
    seen.push({ kind: lexer.kind, text: lexer.text, line: lexer.line, column: lexer.column });
  } while (lexer.kind !== "end");
  return seen;
}

/** The same through `refill`, a chunk at a time. */
function lexInChunks(chunks: readonly string[]): Seen[] {
  const waiting = [...chunks];
  const lexer = new Lexer(waiting.shift() ?? "", { final: waiting.length === 0 });
  const seen: Seen[] = [];
  for (;;) {
    try {
      lexer.next();
    } catch (signal) {
      if (signal !== needMore) throw signal;
      lexer.refill(waiting.shift() ?? "", waiting.length === 0);
      continue;
    }
    seen.push({ kind: lexer.kind, text: lexer.text, line: lexer.line, column: lexer.column });
    if (lexer.kind === "end") return seen;
  }
}

/** Kind and text of all tokens but the end. */
function tokens(text: string): string[] {
  return lex(text)
    .slice(0, -1)
    .map(({ kind, text: meaning }) => `${kind} ${meaning}`);
}

describe("tokens", () => {
  it.each<[string, string[]]>([
    ["select a_1, #t, @@x", ["word select", "word a_1", "symbol ,", "word #t", "symbol ,", "variable @@x"]],
    ["[a]]b].[c d]", ["bracketed a]b", "symbol .", "bracketed c d"]],
    [`"a""b" "int"`, ['double-quoted a"b', "double-quoted int"]],
    ["'it''s' N'あ' n'x'", ["string it's", "national-string あ", "national-string x"]],
    ["''", ["string "]],
    ["N''''", ["national-string '"]],
    ["Name'x'", ["word Name", "string x"]],
    ["0x1F 0x 0XAb", ["binary 1F", "binary ", "binary Ab"]],
    [
      "1 1.5 .5 1. 1e5 2.5E-3 1e",
      ["number 1", "number 1.5", "number .5", "number 1.", "number 1e5", "number 2.5E-3", "number 1e"],
    ],
    ["-1", ["symbol -", "number 1"]],
    ["a.b", ["word a", "symbol .", "word b"]],
    [">= <>", ["symbol >", "symbol =", "symbol <", "symbol >"]],
    ["a--b\nc/*d/*e*/f*/g", ["word a", "word c", "word g"]],
    ["/*/ */x", ["word x"]],
    ["a/b-c", ["word a", "symbol /", "word b", "symbol -", "word c"]],
    ["\ufeffSELECT\u00a01", ["word SELECT", "number 1"]],
    ["größe 表", ["word größe", "word 表"]],
    [":setvar a b\r\nx :y", ["directive :setvar a b", "word x", "symbol :", "word y"]],
    ["!!dir\n!= 1", ["directive !!dir", "symbol !", "symbol =", "number 1"]],
    ["'abc", ["broken string"]],
    ["[abc", ["broken bracketed"]],
    ['"abc', ["broken double-quoted"]],
    ["N'abc", ["broken national-string"]],
    ["a /* b /* c */", ["word a", "broken comment"]],
  ])("%j", (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ["$1.50", ["money 1.50"]],
    ["-$2", ["symbol -", "money 2"]],
    ["$-2 £ 3", ["money -2", "money 3"]],
    ["($1,2)", ["symbol (", "money 1", "symbol ,", "number 2", "symbol )"]],
    ["$1,$2", ["money 1", "symbol ,", "money 2"]],
    ["$ - @x", ["money ", "symbol -", "variable @x"]],
    ["$(x)", ["money ", "symbol (", "word x", "symbol )"]],
  ])("money %j: a comma is never part of the amount", (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });

  it("only unquoted words have a keyword form", () => {
    const lexer = new Lexer("Create [CREATE] \"CREATE\" 'CREATE'");
    const keywords: boolean[] = [];
    while (lexer.next() !== "end") keywords.push(lexer.is("CREATE"));
    expect(keywords).toEqual([true, false, false, false]);
  });

  it.each<[string, string[]]>([
    ["'a\\\nb' '\\x'", ["string ab", "string \\x"]],
    ["N'a\\\r\nb'", ["national-string ab"]],
    ["0x12\\\r\n34", ["binary 1234"]],
    ["[a\\\nb]", ["bracketed a\\\nb"]],
  ])("GOTCHAS 7: the server takes a backslash and its newline out of %j", (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });
});

describe("GOTCHAS 6: the batch separator", () => {
  it.each<[string, string[]]>([
    ["a\nGO\nb", ["word a", "go ", "word b"]],
    ["go", ["go "]],
    ["  Go \t\r\nb", ["go ", "word b"]],
    ["GO 25\r\nb", ["go 25", "word b"]],
    ["GO;\nb", ["go ", "word b"]],
    ["GO -- the end\nb", ["go ", "word b"]],
    ["GO\r", ["go "]],
    ["GOOD\nGO_ON", ["word GOOD", "word GO_ON"]],
    ["SELECT go\n", ["word SELECT", "word go"]],
    ["GO to\n", ["word GO", "word to"]],
    ["[GO]\n", ["bracketed GO"]],
    ["'a\nGO\nb'", ["string a\nGO\nb"]],
    ["[a\nGO\nb]", ["bracketed a\nGO\nb"]],
    ["/*\nGO\n*/x", ["word x"]],
    ["-- GO\nx", ["word x"]],
  ])("%j", (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });
});

describe("places", () => {
  it("counts lines through literals, comments and continuations", () => {
    const text = "a\r\n'b\nc' d /*\n\n*/ e\n  0x1\\\n2 f";
    const places = lex(text).map(({ text: meaning, line, column }) => `${meaning}@${line}:${column}`);
    expect(places).toEqual(["a@1:1", "b\nc@2:1", "d@3:4", "e@5:4", "12@6:3", "f@7:3", "@7:4"]);
  });

  it("goes back to a mark", () => {
    const lexer = new Lexer("a\nb c");
    lexer.next();
    const mark = lexer.mark();
    lexer.next();
    lexer.next();
    lexer.reset(mark);
    lexer.next();
    expect([lexer.text, lexer.line, lexer.slice(lexer.start, lexer.end)]).toEqual(["b", 2, "b"]);
  });

  it("begins at the line it is told", () => {
    const lexer = new Lexer("\nx", { line: 41 });
    lexer.next();
    expect(lexer.line).toBe(42);
  });
});

/** Pieces whose joints are where a chunk's end could deceive. */
const piece = fc.oneof(
  fc.constantFrom(
    ..."GO|go 3|\n|\r\n| |\t|'|''|N'|[|]|]]|\"|--|/*|*/|\\\n|\\\r\n|\\|0x1F|0|x|1.5e|+|-|1|.|$|$ -|,|(|)|;|@a|:r x|!!|!|:|表|😀|\ufeff|\u00a0|word".split(
      "|",
    ),
  ),
  fc.string({ maxLength: 4 }),
);
const script = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(""));

function split(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((left, right) => left - right);
  return [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length));
}

describe("streaming", () => {
  it("any split into chunks gives the same tokens", () => {
    fc.assert(
      fc.property(script, fc.array(fc.nat({ max: 200 }), { maxLength: 8 }), (text, cuts) => {
        expect(lexInChunks(split(text, cuts))).toEqual(lex(text));
      }),
      { numRuns: 5000 },
    );
  });

  it("one character at a time gives the same tokens", () => {
    fc.assert(
      fc.property(script, (text) => {
        expect(lexInChunks(["", ...Array.from({ length: text.length }, (_, at) => text.charAt(at))])).toEqual(
          lex(text),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("tokens cover the text in order, and nothing but blanks and comments lies between them", () => {
    fc.assert(
      fc.property(script, (text) => {
        const lexer = new Lexer(text);
        for (let last = 0; lexer.next() !== "end"; last = lexer.end) {
          expect(lexer.start).toBeGreaterThanOrEqual(last);
          expect(lexer.end).toBeGreaterThan(lexer.start);
        }
        expect(lexer.start).toBe(text.length);
      }),
    );
  });

  it("quoted text reads back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        fc.pre(!/\\\r?\n/.test(value));
        expect(tokens(`'${value.replaceAll("'", "''")}'`)).toEqual([`string ${value}`]);
        expect(tokens(`[${value.replaceAll("]", "]]")}]`)).toEqual([`bracketed ${value}`]);
        expect(tokens(`"${value.replaceAll('"', '""')}"`)).toEqual([`double-quoted ${value}`]);
      }),
    );
  });
});
