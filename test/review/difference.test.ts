/** In what way values differ, and what conflicts have in common. */
import { describe, expect, it } from "vitest";
import { wayOf } from "../../src/review/difference.ts";
import { conflictPattern, patternId, patternText } from "../../src/review/pattern.ts";
import type { ConflictRow } from "../../src/stage/reconciled-reader.ts";
import type { TypeName } from "../../src/schema/model.ts";

describe("the way in which a claim differs", () => {
  it.each<[TypeName, string | null, string | null, string]>([
    ["nvarchar", "Grace Hopper", "Grace", "cut"],
    ["nvarchar", "Grace", "Grace Hopper", "longer"],
    ["nvarchar", "Grace", "Grace  ", "blanks"],
    ["nvarchar", "Grace  Hopper", "Grace Hopper", "blanks"],
    ["nvarchar", "Grace", "GRACE", "case"],
    ["nvarchar", "Ångström", "Angstrom", "accents"],
    ["nvarchar", "Ångström", "?ngstr?m", "marks"],
    ["nvarchar", "00123", "123", "zeros"],
    ["nvarchar", "+33 3 26 47", "(333) 2647", "writing"],
    ["nvarchar", "Grace", "Ada", "other"],
    ["nvarchar", "東京", "大阪", "other"],
    ["nvarchar", "Grace", "", "other"],
    ["nvarchar", null, "", "a-value"],
    ["nvarchar", "", null, "no-value"],
    ["nvarchar", null, null, "other"],
    ["decimal", "12.50", "125", "tenfold"],
    ["decimal", "12.50", "-12.50", "lower"],
    ["money", "12.5000", "13.0000", "higher"],
    ["int", "7", "3", "lower"],
    ["bigint", "9007199254740993", "9007199254740992", "other"],
    ["datetime", "2026-03-04 10:00:00.0000000", "2026-04-03 10:00:00.0000000", "swapped"],
    ["datetime", "2026-03-04 10:00:00.0000000", "2026-03-04 00:00:00.0000000", "clock"],
    ["date", "2026-03-04", "2025-03-04", "earlier"],
    ["date", "2026-03-04", "2026-03-05", "later"],
    ["time", "10:00:00", "11:00:00", "clock"],
    ["varbinary", "0x0102", "0x01", "cut"],
    ["varbinary", "0x0102", "0x0302", "other"],
  ])("%s %j against %j: %s", (type, standing, other, way) => {
    expect(wayOf(type, standing, other)).toBe(way);
  });
});

const conflict: ConflictRow = {
  table: "dbo.People",
  key: "1",
  column: "Notes",
  class: "resolved",
  rule: "prefer",
  reason: null,
  value: "a long story",
  sources: ["crm", "shop"],
  also: [],
  alternatives: [
    { value: "a long", sources: ["legacy"], as: "lost" },
    { value: "once", sources: ["crm"], as: "superseded" },
  ],
  evidence: null,
};

describe("the pattern of a conflict", () => {
  it("is one for all rows that differ alike, whatever they hold; history is no part of it", () => {
    const pattern = conflictPattern(conflict, "nvarchar");
    const other = conflictPattern(
      { ...conflict, key: "2", value: "short", alternatives: [{ value: "sho", sources: ["legacy"], as: "lost" }] },
      "nvarchar",
    );
    expect(patternId(other)).toBe(patternId(pattern));
    expect(patternText(pattern, new Map([[0, { least: 6, most: 6 }]]))).toBe(
      "legacy has only the beginning (6 characters), against crm, shop",
    );
    expect(patternText(pattern, new Map([[0, { least: 3, most: 6 }]]))).toContain("(3 to 6 characters)");
  });

  it.each([
    ["another column", { column: "Name" }],
    ["another rule", { rule: "latest" }],
    ["another class", { class: "contested" as const }],
    ["other sources behind what stands", { sources: ["crm"] }],
    ["another way", { alternatives: [{ value: "else", sources: ["legacy"], as: "lost" as const }] }],
    ["another opponent", { alternatives: [{ value: "a long", sources: ["web"], as: "lost" as const }] }],
  ])("is another one for %s", (_what, change) => {
    const pattern = conflictPattern(conflict, "nvarchar");
    expect(patternId(conflictPattern({ ...conflict, ...change }, "nvarchar"))).not.toBe(patternId(pattern));
  });

  it("does not depend on the order of the opponents", () => {
    const alternatives = [
      { value: "x", sources: ["b"], as: "lost" as const },
      { value: "y", sources: ["a"], as: "lost" as const },
    ];
    const one = conflictPattern({ ...conflict, alternatives }, "nvarchar");
    const other = conflictPattern({ ...conflict, alternatives: alternatives.toReversed() }, "nvarchar");
    expect(patternId(one)).toBe(patternId(other));
  });
});
