import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planLoad } from "../../src/emit/common/load-order.ts";
import type { ForeignKey } from "../../src/schema/model.ts";
import { makeTable } from "../model.ts";
import { emitTable, foreignKey } from "./world.ts";

/** A table with one column a reference; `B?` is a nullable reference to B, `B-` one that the schema leaves disabled. */
function table(name: string, references: string, rows = 1) {
  const parents = references.split(" ").filter((parent) => parent !== "");
  const columns = parents.map((parent) => ({ name: `to ${parent}`, nullable: parent.endsWith("?") }));
  const keys: ForeignKey[] = parents.map((parent) =>
    foreignKey([`to ${parent}`], parent.replace(/[?-]$/, ""), { disabled: parent.endsWith("-") }),
  );
  const made = makeTable(name, [{ name: "id" }, ...columns], ["id"], { foreignKeys: keys });
  return emitTable(
    made,
    Array.from({ length: rows }, () => [1, ...parents.map(() => 1)]),
  );
}

/** `A B>C`: A first, then B with its key to C off. */
function planned(...tables: ReturnType<typeof table>[]): string {
  return planLoad(tables)
    .map(({ emit, switchedOff }) => [emit.table.name, ...switchedOff.map(({ parent }) => parent.name)].join(">"))
    .join(" ");
}

describe("GOTCHAS 19: parents first", () => {
  test.each([
    ["children wait", [table("C", "B"), table("B", "A"), table("A", "")], "A B C"],
    ["else the order given stays", [table("Z", ""), table("A", ""), table("M", "")], "Z A M"],
    ["a table that is not emitted holds up nothing", [table("A", "Elsewhere")], "A"],
    ["names have no case", [table("A", "b"), table("B", "")], "B A"],
    ["a disabled key holds up nothing", [table("A", "B-"), table("B", "A")], "A B"],
    ["a self reference is off", [table("A", "A?")], "A>A"],
    ["a table without rows switches nothing off", [table("A", "A?", 0)], "A"],
    ["a cycle is broken at its nullable key", [table("A", "B"), table("B", "A?")], "B>A A"],
    ["a cycle without one at its first table", [table("A", "B"), table("B", "A")], "A>B B"],
    [
      "what hangs on a cycle waits for it",
      [table("D", "A"), table("A", "B"), table("B", "C"), table("C", "A?")],
      "C>A B A D",
    ],
    ["what a cycle hangs on comes first", [table("A", "B P"), table("B", "A? P"), table("P", "")], "P B>A A"],
    [
      "two cycles, one above the other",
      [table("A", "B C"), table("B", "A"), table("C", "D"), table("D", "C?")],
      "D>C C A>B B",
    ],
  ])("%s", (_what, tables, expected) => {
    expect(planned(...tables)).toBe(expected);
  });

  test("whatever the graph: each enabled key to a later table is off, and no other", () => {
    const names = ["A", "B", "C", "D", "E", "F"];
    const graph = fc.array(fc.subarray(names), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(graph, (references) => {
        const tables = names.map((name, at) => table(name, (references[at] ?? []).join(" ")));
        const plan = planLoad(tables);
        const position = new Map(plan.map(({ emit }, at) => [emit.table.name, at]));
        expect(position.size).toBe(6);
        for (const [at, { emit, switchedOff }] of plan.entries()) {
          const later = emit.table.foreignKeys
            .map((key) => key.references.slice("dbo.".length))
            .filter((parent) => (position.get(parent) ?? -1) >= at);
          expect(switchedOff.map(({ parent }) => parent.name).toSorted()).toEqual(later.toSorted());
        }
      }),
    );
  });
});
