import { describe, expect, it } from "vitest";
import { ChangeBatches } from "../../src/extract/events/changes.ts";
import type { RowChange } from "../../src/extract/events/changes.ts";
import { withRowTime } from "../../src/schema/model.ts";
import type { Table } from "../../src/schema/model.ts";
import { makeTable, mapTable } from "./harness.ts";

const plain = makeTable("dbo.Orders", { OrderID: "int", Note: "varchar", Total: "money" });
const keyed: Table = withRowTime({ ...plain, primaryKey: { name: "PK", columns: ["OrderID"] } });
const mapping = mapTable(keyed, undefined, { OrderID: "id" });
const file = { path: "/nowhere", name: "app.log", bytes: 0, sha256: "" };

function gather(changes: readonly Partial<RowChange>[]) {
  const leftovers: string[] = [];
  const batches = new ChangeBatches({ file, positionsAre: "line", leftover: (_, field) => void leftovers.push(field) });
  const all = changes.flatMap((change, index) => [
    ...batches.add(
      { mapping, operation: "update", at: "2026-03-01 10:00:00", values: new Map(), ...change },
      { position: index + 1, raw: () => `line ${index + 1}` },
    ),
  ]);
  const told = [...all, ...batches.flush()].map(({ operation, columns, rows, positions, accompanies, touches }) => ({
    operation,
    columns: columns.map(({ name }) => name).join(" "),
    rows,
    positions,
    ...(accompanies === true ? { accompanies } : {}),
    ...(touches === undefined ? {} : { touches: touches.map(({ row, column, by }) => `${row} ${column.name}: ${by}`) }),
  }));
  return { told, leftovers };
}

const time = "2026-03-01 10:00:00";

describe("changes of rows", () => {
  it("of one form make one batch, in their order, under the target's names", () => {
    const { told, leftovers } = gather([
      {
        values: new Map<string, string>([
          ["id", "1"],
          ["Note", "a"],
          ["Colour", "red"],
        ]),
      },
      {
        values: new Map<string, string>([
          ["id", "2"],
          ["Note", "b"],
          ["Colour", "blue"],
        ]),
      },
    ]);
    expect(told).toEqual([
      {
        operation: "update",
        columns: "OrderID Note #modifiedAt",
        rows: [
          ["1", "a", time],
          ["2", "b", time],
        ],
        positions: [1, 2],
      },
    ]);
    expect(leftovers).toEqual(["Colour"]);
  });

  it("say what was there before, in front of what came", () => {
    const { told } = gather([
      {
        before: new Map([
          ["id", "1"],
          ["Note", "a"],
        ]),
        values: new Map([["Note", "b"]]),
      },
    ]);
    expect(told).toEqual([
      {
        operation: "update",
        columns: "OrderID Note #modifiedAt",
        rows: [["1", "a", time]],
        positions: [1],
        accompanies: true,
      },
      { operation: "update", columns: "Note OrderID #modifiedAt", rows: [["b", "1", time]], positions: [1] },
    ]);
  });

  it("of another kind begin another batch, so that the order of the log is kept", () => {
    const values = new Map([["id", "1"]]);
    const { told } = gather([
      { operation: "insert", values },
      { operation: "delete", values },
      { operation: "insert", values },
    ]);
    expect(told.map(({ operation, positions }) => [operation, positions])).toEqual([
      ["insert", [1]],
      ["delete", [2]],
      ["insert", [3]],
    ]);
  });

  it("tell which cells they changed to values that they do not say", () => {
    const { told } = gather([
      {
        values: new Map([["id", "1"]]),
        touched: new Map([
          ["Total", "Total - 5"],
          ["id2", "x"],
        ]),
      },
    ]);
    expect(told).toEqual([
      {
        operation: "update",
        columns: "OrderID #modifiedAt",
        rows: [["1", time]],
        positions: [1],
        touches: ["0 Total: Total - 5"],
      },
    ]);
  });

  it("name their row by its key, old or new", () => {
    const batches = new ChangeBatches({ file, positionsAre: "line", leftover: () => undefined });
    const change = { mapping, operation: "update", at: time, values: new Map([["Note", "b"]]) } as const;
    expect(batches.hasKey(change)).toBe(false);
    expect(batches.hasKey({ ...change, before: new Map([["id", "1"]]) })).toBe(true);
  });
});
