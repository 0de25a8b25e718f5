import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Substitution, redactor, trackEnvironment } from "../../src/recipe/environment.ts";

describe("redaction", () => {
  it("leaves no value behind, however the values lie within each other", () => {
    const value = fc.string({ minLength: 4, unit: fc.constantFrom("a", "b", ".", "$", "{", "\\", '"', "é") });
    fc.assert(
      fc.property(value, value, fc.array(value), (first, second, around) => {
        const redact = redactor(
          new Map([
            ["X1", first],
            ["Y2", second],
          ]),
        );
        const text = around.join(first) + second;
        const placeholders = /\$\{env:(?:X1|Y2)\}/g;
        const rest = redact(text).split(placeholders);
        for (const piece of rest) for (const secret of [first, second]) expect(piece).not.toContain(secret);
      }),
    );
  });

  it.each([
    ["in a quoted text", 'path "C:\\\\a\\"b"', 'path "${env:P}"'],
    ["in a URL", "db://C%3A%5Ca%22b/x", "db://${env:P}/x"],
    ["as it is", 'C:\\a"b', "${env:P}"],
  ])("finds a value %s", (_where, text, expected) => {
    expect(redactor(new Map([["P", 'C:\\a"b']]))(text)).toBe(expected);
  });

  it("replaces a value of one to three characters only where it stands by itself, or no word would be readable", () => {
    const redact = redactor(new Map([["P", "a"]]));
    expect(redact("extract a: a/towns.csv, clean, 4a2f")).toBe("extract ${env:P}: ${env:P}/towns.csv, clean, 4a2f");
  });

  it("does nothing for an empty value", () => expect(redactor(new Map([["E", ""]]))("abc")).toBe("abc"));
});

describe("a tracked environment", () => {
  it("redacts what was taken from it, and nothing else", () => {
    const tracked = trackEnvironment({ USED: "hunter2", UNUSED: "public" });
    expect(tracked.environment["USED"]).toBe("hunter2");
    expect(tracked.redact("hunter2 public")).toBe("${env:USED} public");
  });
});

describe("substitution", () => {
  it("goes into every text, and into no key", () => {
    const substitution = new Substitution({ A: "1", B: "two" });
    const data = { "${env:A}": ["${env:A}-${env:B}", { deep: "${env:B}" }, 5, null, true], plain: "$A ${A} $${env:A}" };
    expect(substitution.apply(data)).toEqual({
      "${env:A}": ["1-two", { deep: "two" }, 5, null, true],
      plain: "$A ${A} $1",
    });
    expect([...substitution.values]).toEqual([
      ["A", "1"],
      ["B", "two"],
    ]);
    expect(substitution.faults).toEqual([]);
  });

  it("takes a value as it is: what looks like a reference in it stays", () => {
    expect(new Substitution({ A: "${env:B} $& $1", B: "x" }).apply("${env:A}")).toBe("${env:B} $& $1");
  });

  it("has no variable but the environment's own", () => {
    const substitution = new Substitution(Object.create({ INHERITED: "x" }) as Record<string, string>);
    substitution.apply(["${env:toString}", "${env:INHERITED}"]);
    expect(substitution.faults).toHaveLength(2);
  });
});
