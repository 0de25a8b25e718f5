import Database from "better-sqlite3";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareKeys, planKey } from "../../src/values/key.ts";
import { makeTable } from "../model.ts";

const latin = "SQL_Latin1_General_CP1_CI_AS";
const composite = makeTable(
  "Lines",
  [
    { name: "Order", type: "bigint" },
    { name: "Code", type: { name: "nvarchar", length: 40 }, collation: latin },
    { name: "Price", type: "money" },
  ],
  ["Order", "Code"],
);
const plan = planKey(composite);

describe("planKey", () => {
  it("takes the primary key, else the first unique key without nullable columns, else the whole row", () => {
    const columns = [{ name: "A" }, { name: "B", nullable: false }];
    expect(planKey(makeTable("T", columns, ["A"])).kind).toBe("primary");
    const unique = planKey(makeTable("T", columns, [], { unique: [{ columns: ["A"] }, { columns: ["B"] }] }));
    expect([unique.kind, unique.columns.map(({ name }) => name)]).toEqual(["unique", ["B"]]);
    const bag = planKey(makeTable("T", columns, []));
    expect([bag.kind, bag.columns.length]).toEqual(["row", 2]);
  });

  it("GOTCHAS 32: keys are equal under the column's collation: case and trailing blanks do not count", () => {
    expect(plan.encode([1, "abc"])).toBe(plan.encode([1, "ABC  "]));
    expect(plan.encode([1, "ÅR"])).toBe(plan.encode([1, "år"]));
    expect(plan.encode([1, "abc"])).not.toBe(plan.encode([1, "abd"]));
  });

  it("GOTCHAS 33: NULL, a value that is not given, and text that looks like either are different keys", () => {
    const keys = [
      plan.encode([1, null]),
      plan.encode([1, undefined]),
      plan.encode([1, "0"]),
      plan.encode([1, "2"]),
      plan.encode([1, ""]),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("no two different composite keys run together", () => {
    const cell = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a!1b", "!", "%0021", "1", "a b"));
    fc.assert(
      fc.property(cell, cell, fc.integer(), fc.integer(), (left, right, one, two) => {
        const same = one === two && plan.encode([1, left]) === plan.encode([1, right]);
        expect(plan.encode([one, left]) === plan.encode([two, right])).toBe(same);
      }),
    );
  });

  it("orders numbers before texts, as SQLite does", () => {
    const store = new Database(":memory:");
    store.exec('CREATE TABLE t ("#key")');
    const keys = ["~copy 00000000007", 2 ** 31, -1, "1", 10];
    for (const key of keys) store.prepare("INSERT INTO t VALUES (?)").run(key);
    expect(keys.toSorted(compareKeys)).toEqual(store.prepare("SELECT * FROM t ORDER BY 1").pluck(true).all());
  });

  it("orders whole numbers as numbers, in JavaScript and in SQLite alike", () => {
    const store = new Database(":memory:");
    store.exec('CREATE TABLE t ("#key")');
    const insert = store.prepare("INSERT INTO t VALUES (?)");
    const numbers = [0n, -1n, 1n, 10n, 9n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n];
    for (const number of numbers) insert.run(plan.encode([number, "x"]));
    const inSqlite = store.prepare('SELECT "#key" FROM t ORDER BY 1').pluck(true).all() as string[];
    const ascending = numbers
      .toSorted((left, right) => (left < right ? -1 : 1))
      .map((number) => plan.encode([number, "x"]));
    expect(inSqlite).toEqual(ascending);
    expect(inSqlite.toSorted(compareKeys)).toEqual(ascending);
  });
});
