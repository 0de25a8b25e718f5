import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paintFor, table } from "../../src/cli/terminal.ts";
import { columnsOf, wrap } from "../../src/cli/wrap.ts";

const plain = paintFor({ isTTY: false }, {});
const painted = paintFor({ isTTY: true }, {});
const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "日", "é", "👩‍🚀", "\n"), maxLength: 60 });

function letters(value: string): string {
  return Array.from(value)
    .filter((each) => /[a日x]/.test(each))
    .toSorted()
    .join("");
}

describe("wrap", () => {
  it("loses nothing but the blanks it breaks at, and keeps to the width", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 40 }), (given, width) => {
        const lines = wrap(given, width);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(/\s/g, "")).toBe(given.replaceAll(/\s/g, ""));
      }),
    );
  });

  it.each([
    ["one two three", 8, ["one two", "three"]],
    ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
    ["a abcdefghij", 8, ["a", "abcdefgh", "ij"]],
    ["日本語日本語", 8, ["日本語日", "本語"]],
    ["", 8, [""]],
  ])("%j at %i", (given, width, lines) => expect(wrap(given, width)).toEqual(lines));
});

describe("table", () => {
  const layout = [
    { head: "name", wraps: true },
    { head: "count", align: "right" as const },
    { head: "text", wraps: true },
  ];

  it("shows every character of every cell, whatever the width", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "日", "x"), minLength: 1, maxLength: 90 });
    fc.assert(
      fc.property(cell, cell, (name, last) => {
        const shown = table(layout, [[name, "1", last]], plain, 60);
        expect(letters(shown.split("\n").slice(1).join(""))).toBe(letters(name + last));
        for (const line of shown.split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(60);
      }),
    );
  });

  it("paints each line of a wrapped cell, and is laid out as without paint", () => {
    const rows = [["dbo.Orders", "12", { text: "a long text that wraps ".repeat(5), paint: painted.yellow }]];
    const codes = new RegExp(String.raw`\u001B\[\d+m`, "g");
    const shown = table(layout, rows, painted, 60);
    expect(shown).toMatch(codes);
    const bare = shown.split("\n").map((line) => line.replaceAll(codes, "").trimEnd());
    expect(bare.join("\n")).toBe(
      table(
        layout,
        rows.map((row) => row.map((cell) => (typeof cell === "string" ? cell : cell.text))),
        plain,
        60,
      ),
    );
  });
});
