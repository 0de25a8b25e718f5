import { describe, expect, it } from "vitest";
import type { EvidenceFile, ObservationBatch } from "../../src/extract/extractor.ts";
import type { Column } from "../../src/schema/model.ts";
import { Typer } from "../../src/extract/typing.ts";
import { defaultConventions } from "../../src/values/codec.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { makeTable } from "../model.ts";

const table = makeTable(
  "Orders",
  [{ name: "ID" }, { name: "Line", type: "smallint" }, { name: "Qty", type: "int" }],
  ["ID", "Line"],
);
const file: EvidenceFile = { path: "/nowhere", name: "orders.csv", bytes: 1, sha256: "00" };

function batchOf(rows: readonly (readonly (RawValue | null)[])[], columns = table.columns): ObservationBatch {
  return {
    table,
    columns,
    operation: "snapshot",
    conventions: defaultConventions,
    file,
    positionsAre: "line",
    rows,
    positions: rows.map((_, index) => index + 2),
    raw: (row) => JSON.stringify(rows[row]),
  };
}

describe("typing a batch", () => {
  it("makes canonical cells and one key for equal rows of different spelling", () => {
    const { rows, turnedAway } = new Typer([]).type(
      batchOf([
        ["1", "02", "5"],
        [1, 2, null],
      ]),
    );
    expect(turnedAway).toEqual([]);
    expect(rows.map(({ cells }) => cells)).toEqual([
      [1, 2, 5],
      [1, 2, null],
    ]);
    expect(rows[0]?.key).toBe(rows[1]?.key);
    expect(rows.map(({ position }) => position)).toEqual([2, 3]);
  });

  it("keeps a cell that holds no value, as its source shows, as raw text; a row with such a key is turned away", () => {
    const [id, , quantity] = table.columns as [Column, Column, Column];
    const batch = batchOf([
      ["1", "1", "5"],
      ["2", "1", "6"],
    ]);
    const unclaimed = [
      { row: 0, column: quantity, reason: "is the error 5" },
      { row: 1, column: id, reason: "is merged" },
    ];
    const { rows, turnedAway } = new Typer([]).type({ ...batch, unclaimed });
    expect(rows).toMatchObject([
      { cells: [1, 1], unparsed: [{ raw: "5", reason: "is the error 5", column: quantity }] },
    ]);
    expect(turnedAway).toEqual([{ row: 1, reason: 'the key column ID is merged: "2"' }]);
  });

  it("keeps a cell that does not parse as raw text and claims nothing for it", () => {
    const { rows } = new Typer([]).type(
      batchOf([
        ["1", "1", "many"],
        ["2", "1", "more"],
        ["3", "1", "4"],
      ]),
    );
    expect(rows.map(({ columns }) => columns.map(({ name }) => name))).toEqual([
      ["ID", "Line"],
      ["ID", "Line"],
      ["ID", "Line", "Qty"],
    ]);
    expect(rows[0]?.unparsed).toMatchObject([{ raw: "many", column: { name: "Qty" } }]);
    expect(rows[0]?.columns, "rows of the same form share their column list").toBe(rows[1]?.columns);
  });

  const turnedAway: [string, readonly (RawValue | null)[], RegExp][] = [
    ["a key that does not parse", ["x", "1", "1"], /^the key column ID .*: "x"$/],
    ["a key that is NULL", ["1", null, "1"], /^the key column Line is NULL$/],
  ];
  it.each(turnedAway)("turns away %s, with the reason", (_title, row, reason) => {
    const typed = new Typer([]).type(batchOf([row, ["9", "9", "9"]]));
    expect(typed.rows).toHaveLength(1);
    expect(typed.turnedAway).toEqual([{ row: 0, reason: expect.stringMatching(reason) as string }]);
  });

  it("turns away rows without a key column", () => {
    const typed = new Typer([]).type(
      batchOf(
        [["1", "5"]],
        table.columns.filter(({ name }) => name !== "Line"),
      ),
    );
    expect(typed.turnedAway).toEqual([{ row: 0, reason: "carries no value for the key column Line" }]);
  });
});
