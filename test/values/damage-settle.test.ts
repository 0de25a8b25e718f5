import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { damageBetween } from "../../src/values/damage/between.ts";
import type { Damage, DamageTest } from "../../src/values/damage/damage.ts";
import { settleDamage, type Settled } from "../../src/values/damage/settle.ts";
import { typeOf } from "./support.ts";

/** `intact`, `of 2` or `of 0|1` (ambiguous), a value each. */
function show(settled: readonly Settled[]): string[] {
  return settled.map((one) => {
    if (one.state === "intact") return "intact";
    return one.state === "derived" ? `of ${one.from}` : `ambiguous ${one.from.join("|")}`;
  });
}

describe("damage settled among a cell's values", () => {
  it.each([
    ["int", [1, 2], ["intact", "intact"]],
    ["nvarchar(20)", ["00123", "123"], ["intact", "of 0"]],
    ["nvarchar(20)", ["123", "00123", "0123"], ["ambiguous 1|2", "intact", "intact"]],
    ["nvarchar(20)", ["M?ller", "Müller", "MÃ¼ller"], ["of 1", "intact", "of 1"]],
    ["nvarchar(20)", ["M?ller", "Müller", "Möller"], ["ambiguous 1|2", "intact", "intact"]],
    ["nvarchar(20)", ["M?ller", "Mueller"], ["intact", "intact"]],
    ["float", [Math.fround(3.14), 3.14, 2.72], ["of 1", "intact", "intact"]],
    [
      "datetime2",
      [
        "2012-02-20 00:00:00.0000000",
        "2012-02-20 10:15:00.0000000",
        "2012-02-20 10:15:20.0000000",
        "2012-02-20 10:15:20.4000000",
      ],
      ["of 3", "of 3", "of 3", "intact"],
    ],
    [
      "datetime2",
      ["2012-02-20 00:00:00.0000000", "2012-02-20 10:15:20.0000000", "2012-02-20 10:15:40.0000000"],
      ["ambiguous 1|2", "intact", "intact"],
    ],
  ] as const)("%s: %j", (type, values, expected) => {
    expect(show(settleDamage(values, damageBetween({ type: typeOf(type) })))).toEqual(expected);
  });

  it("says what the damage is", () => {
    const [derived] = settleDamage(["123", "00123"], damageBetween({ type: typeOf("varchar(9)") }));
    expect(derived).toEqual({
      state: "derived",
      from: 1,
      damage: { kind: "leading-zeros", what: "leading zeros lost" },
    });
  });

  it("damage of a damaged value alone supports nothing", () => {
    expect(show(settleDamage(["c", "b", "a"], related("cb", "ba")))).toEqual(["ambiguous ", "of 2", "intact"]);
  });

  it("two that might each be the other's damage are both intact, and so are three in a ring", () => {
    expect(show(settleDamage(["a", "b"], related("ab", "ba")))).toEqual(["intact", "intact"]);
    expect(show(settleDamage(["a", "b", "c"], related("ab", "bc", "ca")))).toEqual(["intact", "intact", "intact"]);
  });

  it("what hangs on a ring and on an intact value is ambiguous", () => {
    expect(show(settleDamage(["a", "b", "c"], related("ab", "ba", "ac")))).toEqual([
      "ambiguous 1|2",
      "intact",
      "intact",
    ]);
  });
});

const some: Damage = { kind: "rounded", what: "test" };

/** `ab`: a is b's damage. */
function related(...pairs: readonly string[]): DamageTest {
  return (candidate, intact) => (pairs.includes(`${String(candidate)}${String(intact)}`) ? some : undefined);
}

const names = ["a", "b", "c", "d", "e", "f"];
const relation = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)).map((pair) => pair.join("")),
    {
      maxLength: 12,
    },
  )
  .map((pairs) => related(...pairs));
const shuffled = fc.shuffledSubarray(names, { minLength: names.length });

/** State and intact values by value, whatever the order. */
function byValue(values: readonly string[], damage: DamageTest): Record<string, string> {
  const entries = settleDamage(values, damage).map((one, index): [string, string] => {
    const from = originsOf(one).map((origin) => values[origin] ?? "");
    return [values[index] ?? "", [one.state, ...from.toSorted()].join(" ")];
  });
  return Object.fromEntries(entries);
}

function originsOf(one: Settled): readonly number[] {
  if (one.state === "intact") return [];
  return one.state === "derived" ? [one.from] : one.from;
}

describe("damage settled: properties of any relation", () => {
  it("does not depend on the order of the values", () => {
    fc.assert(
      fc.property(relation, shuffled, (damage, order) => {
        expect(byValue(order, damage)).toEqual(byValue(names, damage));
      }),
    );
  });

  it("a derived value is damage of exactly one intact value; an ambiguous one never is", () => {
    fc.assert(
      fc.property(relation, (damage) => {
        const settled = settleDamage(names, damage);
        const intact = names.filter((_, index) => settled[index]?.state === "intact");
        expect(intact.length).toBeGreaterThan(0);
        for (const [index, one] of settled.entries()) {
          if (one.state === "intact") continue;
          const name = names[index] ?? "";
          const origins = intact.filter((value) => damage(name, value) !== undefined);
          expect(originsOf(one).map((origin) => names[origin])).toEqual(origins);
          expect(one.state === "derived").toBe(origins.length === 1);
        }
      }),
    );
  });

  it("a value that is nobody's damage is intact, and where there are no rings nothing else is", () => {
    fc.assert(
      fc.property(relation, (damage) => {
        const downward: DamageTest = (candidate, intact) =>
          candidate > intact ? damage(candidate, intact) : undefined;
        const settled = settleDamage(names, downward);
        for (const [index, name] of names.entries()) {
          const isDamage = names.some((value) => downward(name, value) !== undefined);
          expect(settled[index]?.state === "intact").toBe(!isDamage);
        }
      }),
    );
  });
});
