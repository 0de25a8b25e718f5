/** SQLite as the oracle, on what the two dialects share: whole numbers, and ASCII text under a binary collation. */
import Database from "better-sqlite3";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { tableOf, truthOf, type Cells } from "./checking.ts";

const binary = "Latin1_General_BIN2";
const table = tableOf("a bigint", "b int", "c smallint", `s nvarchar(20) ${binary}`, `t nvarchar(20) ${binary}`);
const database = new Database(":memory:");
database.exec("CREATE TABLE T (a INTEGER, b INTEGER, c INTEGER, s TEXT, t TEXT)");
database.pragma("case_sensitive_like = ON");
afterAll(() => database.close());

/** What SQLite makes of the same text, functions renamed and N'' taken for the text that it is. */
function oracle(expression: string, cells: Cells): boolean | null {
  const query = expression.replaceAll("LEN(", "length(").replaceAll("ISNULL(", "ifnull(").replaceAll("N'", "'");
  const names = Object.keys(cells);
  const row = names.map((name) => `? AS "${name}"`).join(", ");
  // The types of the columns are those of a table, so that affinity is the same as in a CHECK.
  database.exec("DELETE FROM T");
  database.prepare(`INSERT INTO T (${names.join(", ")}) SELECT ${row}`).run(Object.values(cells));
  const answer = database.prepare(`SELECT ${query} FROM T`).pluck().get() as number | null;
  return answer === null ? null : answer !== 0;
}

const name = (column: string) => fc.constantFrom(column, `[${column}]`, `"${column}"`, column.toUpperCase());
const numberColumn = fc.constantFrom("a", "b", "c").chain(name);
const textColumn = fc.constantFrom("s", "t").chain(name);
const digit = fc.integer({ min: -9, max: 9 });
const number = fc.oneof(
  digit.map((value) => `(${value})`),
  fc.nat({ max: 9 }).map(String),
);
/** Letters of both cases, digits, a blank, what LIKE has a meaning for; no blank at the end, where SQLite counts it. */
const word = fc.stringMatching(/^[aAbB1 %_]{0,3}[aAbB1%_]$/);
const text = fc.oneof(
  word.map((value) => `'${value}'`),
  word.map((value) => `N'${value}'`),
);
const comparator = fc.constantFrom("=", "<>", "!=", "<", "<=", ">", ">=");
const negation = fc.constantFrom("", "NOT ");

function join(strings: TemplateStringsArray, ...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((values) => String.raw({ raw: strings }, ...values));
}

/** Expressions as text, parentheses left to chance: both dialects have to bind them alike. */
const { condition } = fc.letrec<Record<"number" | "text" | "item" | "condition", string>>((tie) => ({
  number: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    numberColumn,
    number,
    join`${numberColumn} ${fc.constantFrom("+", "-", "*")} ${number}`,
    join`${numberColumn} / ${fc.constantFrom("2", "(-3)", "7")} `,
    join`(${tie("number")} ${fc.constantFrom("+", "-")} ${tie("number")})`,
    join`-(${tie("number")})`,
    join`LEN(${tie("text")})`,
    join`ISNULL(${numberColumn}, ${number})`,
  ),
  text: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    textColumn,
    textColumn,
    join`${fc.constantFrom("UPPER", "LOWER", "LTRIM", "RTRIM")}(${tie("text")})`,
    join`ISNULL(${textColumn}, ${text})`,
  ),
  item: fc.oneof(number, fc.constant("NULL")),
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    join`${tie("number")} ${comparator} ${tie("number")}`,
    join`${tie("text")} ${comparator} ${text}`,
    join`${tie("text")} ${comparator} ${tie("text")}`,
    join`${tie("number")} ${negation}IN (${tie("item")}, ${tie("number")})`,
    join`${tie("text")} ${negation}IN (${text}, ${text}, NULL)`,
    join`${tie("number")} ${negation}BETWEEN ${tie("number")} AND ${tie("number")}`,
    join`${tie("text")} ${negation}LIKE ${text}`,
    join`${tie("text")} ${negation}LIKE ${text} ESCAPE 'b'`,
    join`${fc.oneof(numberColumn, textColumn)} IS ${negation}NULL`,
    join`${tie("condition")} ${fc.constantFrom("AND", "OR")} ${tie("condition")}`,
    join`(${tie("condition")})`,
    join`NOT ${tie("condition")}`,
  ),
}));

const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 4 });
const row: fc.Arbitrary<Cells> = fc.record({
  a: orNull(digit),
  b: orNull(digit),
  c: orNull(digit),
  s: orNull(fc.oneof(word, fc.constant(""))),
  t: orNull(fc.oneof(word, fc.constant(""))),
});

/** SQLite ends a pattern with its escape character silently; here that is not understood. */
const dangling = /LIKE N?'[^']*b' ESCAPE/;

describe("SQLite, evaluating the same text, agrees", () => {
  it("on conditions of every form, NULLs included", () => {
    const seen = new Map<unknown, number>();
    fc.assert(
      fc.property(condition, row, (expression, cells) => {
        fc.pre(!dangling.test(expression));
        const truth = truthOf(expression, table, cells);
        seen.set(truth, (seen.get(truth) ?? 0) + 1);
        expect(truth).toBe(oracle(expression, cells));
      }),
      { numRuns: 4000 },
    );
    // The oracle is worth something only where all three outcomes come up.
    for (const truth of [true, false, null]) expect(seen.get(truth) ?? 0).toBeGreaterThan(200);
  });
});

/** One element of a pattern, as LIKE and as GLOB write it. */
const element = fc.oneof(
  fc.constant({ like: "%", glob: "*" }),
  fc.constant({ like: "_", glob: "?" }),
  fc.constantFrom("a", "A", "b", "1", " ").map((letter) => ({ like: letter, glob: letter })),
  fc
    .tuple(fc.constantFrom("", "^"), fc.constantFrom("a-b", "A-Z", "0-9", "a1", "A-Zb", "a-", "1A-B"))
    .map(([caret, set]) => ({ like: `[${caret}${set}]`, glob: `[${caret}${set}]` })),
);

describe("SQLite's GLOB agrees with LIKE under a binary collation", () => {
  it("on sets and ranges, negated ones too", () => {
    const subject = fc.stringMatching(/^[aAbB1z -]{0,5}$/);
    fc.assert(
      fc.property(fc.array(element, { maxLength: 6 }), subject, (elements, value) => {
        const like = elements.map((part) => part.like).join("");
        const glob = elements.map((part) => part.glob).join("");
        expect(truthOf(`s LIKE N'${like}'`, table, { s: value })).toBe(oracle(`s GLOB '${glob}'`, { s: value }));
      }),
      { numRuns: 3000 },
    );
  });
});
