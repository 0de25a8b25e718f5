import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Talk } from "../../src/extract/exec/talk.ts";

function hear(pieces: readonly string[]): { lines: string[]; last: readonly string[] } {
  const lines: string[] = [];
  const talk = new Talk((line) => lines.push(line));
  for (const piece of pieces) talk.write(piece);
  talk.end();
  return { lines, last: talk.last };
}

it("a program's talk is the same lines however it arrives", () => {
  const text = "one\n\n  two  \r\nthree\nno end";
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const ends = [...cuts, text.length].toSorted((left, right) => left - right);
      const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
      expect(hear(pieces).lines).toEqual(["one", "  two", "three", "no end"]);
    }),
  );
});

it("the last eight lines are kept, and a line without end takes no more memory than a log line", () => {
  expect(hear([Array.from({ length: 20 }, (_, index) => `line ${index}`).join("\n")]).last).toEqual(
    Array.from({ length: 8 }, (_, index) => `line ${index + 12}`),
  );
  expect(hear(Array.from({ length: 100 }, () => "x".repeat(1000))).lines).toEqual(["x".repeat(4096)]);
});
