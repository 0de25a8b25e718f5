/** The scorer on cases made by hand: what each number means, told by the smallest table that shows it. */
import { describe, expect, it } from "vitest";
import type { RowHistory } from "../../src/drill/history/model.ts";
import type { CellSaid } from "../../src/drill/score/evidence.ts";
import { holdBars, showPercent, showSpan } from "../../src/drill/score/bars.ts";
import type { Bar } from "../../src/drill/plan/model.ts";
import { recoverableRows } from "../../src/drill/score/recoverable.ts";
import { scoreTable, sumOf } from "../../src/drill/score/table.ts";
import { Holdings } from "../../src/drill/survivors/holdings.ts";
import type { HeldCells } from "../../src/drill/survivors/holdings.ts";
import type { Cells } from "../../src/drill/truth/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import type { RowKey } from "../../src/values/key.ts";

const ddl = `CREATE TABLE dbo.Towns (Id int NOT NULL PRIMARY KEY, Name nvarchar(40) NOT NULL, Street nvarchar(40) NULL, Zip varchar(10) NULL);
CREATE TABLE dbo.Shops (Id int NOT NULL PRIMARY KEY, TownId int NULL REFERENCES dbo.Towns (Id));`;
const [towns, shops] = readTsqlSchema(ddl, { file: "t.sql" }).tables as [never, never];

const day = 86_400_000;
const at = Date.parse("2026-03-14T09:26:00Z");
const start = at - 100 * day;

/** `versions`: how many days before the disaster each began, and its cells behind the key. */
function row(key: number, versions: readonly (readonly [number, ...Cells])[], deletedDaysAgo?: number): RowHistory {
  return {
    key,
    versions: versions.map(([ago, ...cells]) => ({
      from: ago === Infinity ? -Infinity : at - ago * day,
      cells: [key, ...cells],
    })),
    deletedAt: deletedDaysAgo === undefined ? undefined : at - deletedDaysAgo * day,
  };
}

function held(rows: readonly (readonly [RowKey, HeldCells, isRow?: boolean])[]): Holdings {
  const holdings = new Holdings();
  for (const [key, cells, isRow = true] of rows) holdings.add(towns, key, { cells, isRow });
  return holdings;
}

interface Case {
  readonly history: readonly RowHistory[];
  readonly rebuilt: readonly Cells[];
  readonly said?: Readonly<Record<string, CellSaid>>;
  readonly holdings?: Holdings;
}

function score({ history, rebuilt, said = {}, holdings = held([]) }: Case) {
  const table = { table: towns, rows: history };
  const recoverable = recoverableRows({ at, start, tables: [table] }, [holdings]).get(towns) ?? new Set<RowKey>();
  return scoreTable(
    {
      history: table,
      rebuilt: {
        table: towns,
        rows: new Map(rebuilt.map((cells) => [cells[0] as RowKey, cells])),
        said: (key, column) => said[`${key} ${column}`] ?? "silent",
      },
      holdings: [holdings],
      recoverable,
      together: [["Street", "Zip"]],
    },
    { at, start },
  );
}

const reims = row(1, [[Infinity, "Reims", "Rue de Vesle", "51100"]]);
const moved = row(2, [
  [Infinity, "Lyon", "Rue Merci\u00e8re", "69002"],
  [10, "Lyon", "Quai Tilsitt", "69003"],
]);

describe("rows", () => {
  it("recovered, missed", () => {
    const { rows, cells } = score({ history: [reims, moved], rebuilt: [[1, "Reims", "Rue de Vesle", "51100"]] });
    expect(rows).toMatchObject({
      truth: 2,
      rebuilt: 1,
      recovered: 1,
      missed: 1,
      fabricated: 0,
      resurrected: 0,
      chimeric: 0,
    });
    expect(cells).toMatchObject({ all: 3, right: 3, wrong: 0, abstained: 0 });
  });

  it("a row that never was is fabricated, one that was deleted is resurrected", () => {
    const gone = row(3, [[Infinity, "Troyes", null, null]], 5);
    const { rows, cells } = score({
      history: [reims, gone],
      rebuilt: [
        [3, "Troyes", null, null],
        [9, "Nowhere", null, null],
      ],
    });
    expect(rows).toMatchObject({ truth: 1, rebuilt: 2, recovered: 0, missed: 1, fabricated: 1, resurrected: 1 });
    expect(cells.all).toBe(0);
  });

  it("cells of two versions make a chimera; together in a group, a worse one", () => {
    const whole = score({ history: [moved], rebuilt: [[2, "Lyon", "Quai Tilsitt", "69003"]] });
    expect([whole.rows.chimeric, whole.rows.chimericGroups]).toEqual([0, 0]);
    const old = score({ history: [moved], rebuilt: [[2, "Lyon", "Rue Mercière", "69002"]] });
    expect([old.rows.chimeric, old.rows.chimericGroups, old.cells.wrong]).toEqual([0, 0, 2]);
    const mixed = score({ history: [moved], rebuilt: [[2, "Lyon", "Quai Tilsitt", "69002"]] });
    expect([mixed.rows.chimeric, mixed.rows.chimericGroups, mixed.cells.wrong]).toEqual([1, 1, 1]);
  });

  it("a value that the row never had is wrong, and no chimera", () => {
    const { rows, cells } = score({ history: [moved], rebuilt: [[2, "Paris", "Quai Tilsitt", "69003"]] });
    expect([rows.chimeric, rows.chimericGroups, cells.wrong, cells.right]).toEqual([0, 0, 1, 2]);
  });
});

describe("cells", () => {
  const holdings = held([[1, [1, "Reims", "Rue de Vesle", undefined]]]);

  it("NULL for want of a claim is abstained, NULL by claim is wrong", () => {
    const rebuilt = [[1, "Reims", "Rue de Vesle", null]];
    expect(score({ history: [reims], rebuilt, said: { "1 3": "absent" } }).cells).toMatchObject({
      right: 2,
      wrong: 0,
      abstained: 1,
    });
    expect(score({ history: [reims], rebuilt }).cells).toMatchObject({
      right: 2,
      wrong: 1,
      abstained: 0,
      wronglySilent: 1,
      fabricated: 0,
    });
  });

  it("wrong and flagged, wrong and silent, right and flagged", () => {
    const rebuilt = [[1, "Rheims", "Rue de Vesle", "51100"]];
    expect(score({ history: [reims], rebuilt }).cells).toMatchObject({
      wrong: 1,
      wronglySilent: 1,
      wrongFlagged: 0,
      wronglyFlagged: 0,
    });
    const said = { "1 1": "flagged", "1 2": "flagged" } as const;
    expect(score({ history: [reims], rebuilt, said }).cells).toMatchObject({
      wrong: 1,
      wronglySilent: 0,
      wrongFlagged: 1,
      wronglyFlagged: 1,
    });
  });

  it("wrong as a survivor says it is an error; as nobody says it, it is made up", () => {
    const lying = held([[1, [1, "Rheims", undefined, undefined]]]);
    const rebuilt = [[1, "Rheims", "Rue de Vesle", "51100"]];
    expect(score({ history: [reims], rebuilt, holdings: lying }).cells).toMatchObject({ wrong: 1, fabricated: 0 });
    expect(score({ history: [reims], rebuilt, holdings }).cells).toMatchObject({ wrong: 1, fabricated: 1 });
    expect(score({ history: [reims], rebuilt, holdings, said: { "1 1": "flagged" } }).cells.fabricated).toBe(1);
    expect(score({ history: [reims], rebuilt, holdings, said: { "1 1": "default" } }).cells.fabricated).toBe(0);
  });

  it("bytes and negative zero compare as they are", () => {
    const binary = row(1, [[Infinity, Buffer.from([1, 2]), -0, null]]);
    const same = score({ history: [binary], rebuilt: [[1, Uint8Array.from([1, 2]), -0, null]] });
    expect(same.cells.right).toBe(3);
    expect(score({ history: [binary], rebuilt: [[1, Uint8Array.from([1, 3]), 0, null]] }).cells.wrong).toBe(2);
  });
});

describe("what was recoverable", () => {
  it("counts rows that a survivor shows whole, and true values only", () => {
    const holdings = held([
      [1, [1, "Reims", "old street", "51100"]],
      [2, [2, undefined, "Quai Tilsitt", undefined], false],
    ]);
    const none = score({ history: [reims, moved], rebuilt: [], holdings });
    expect(none.rows).toMatchObject({ recoverable: 1, recoveredOfRecoverable: 0 });
    expect(none.cells).toMatchObject({ recoverable: 2, recoveredOfRecoverable: 0 });
    const all = score({ history: [reims, moved], rebuilt: [[1, "Reims", "old street", null]], holdings });
    expect(all.rows.recoveredOfRecoverable).toBe(1);
    expect(all.cells).toMatchObject({ recoverable: 2, recoveredOfRecoverable: 1 });
  });

  it("a row needs a value in every column that takes no NULL, from whichever survivor", () => {
    const nameless = held([[1, [1, undefined, "Rue de Vesle", "51100"]]]);
    expect(score({ history: [reims], rebuilt: [], holdings: nameless }).rows.recoverable).toBe(0);
    const named = held([
      [1, [1, undefined, "Rue de Vesle", "51100"]],
      [1, [1, "Reims", undefined, undefined], false],
    ]);
    expect(score({ history: [reims], rebuilt: [], holdings: named }).rows.recoverable).toBe(1);
  });

  it("a child needs its parent", () => {
    const child = row(7, [[Infinity, 1]]);
    const orphan = row(8, [[Infinity, 2]]);
    const free = row(9, [[Infinity, null]]);
    const holdings = held([[1, [1, "Reims", null, null]]]);
    for (const { key, versions } of [child, orphan, free])
      holdings.add(shops, key, { cells: versions[0]?.cells ?? [], isRow: true });
    const tables = [
      { table: towns, rows: [reims, moved] },
      { table: shops, rows: [child, orphan, free] },
    ];
    expect([...(recoverableRows({ at, start, tables }, [holdings]).get(shops) ?? [])]).toEqual([7, 9]);
  });
});

describe("what belongs together", () => {
  it("a group of which nobody claims anything is no chimera", () => {
    const rebuilt = [[2, "Lyon", "Quai Tilsitt", null]];
    expect(score({ history: [moved], rebuilt }).rows.chimericGroups).toBe(1);
    expect(score({ history: [moved], rebuilt, said: { "2 3": "absent" } }).rows.chimericGroups).toBe(0);
  });
});

describe("tables that refer to each other in a circle", () => {
  const circle = `CREATE TABLE dbo.A (Id int NOT NULL PRIMARY KEY, B int NULL);
CREATE TABLE dbo.B (Id int NOT NULL PRIMARY KEY, A int NULL REFERENCES dbo.A (Id));
ALTER TABLE dbo.A ADD FOREIGN KEY (B) REFERENCES dbo.B (Id);`;
  const [a, b] = readTsqlSchema(circle, { file: "c.sql" }).tables as [never, never];

  it("are recoverable as far as all that they refer to is", () => {
    const holdings = new Holdings();
    for (const [table, key, to] of [
      [a, 1, 1],
      [b, 1, 1],
      [a, 2, 2],
      [b, 2, 3],
    ] as const)
      holdings.add(table, key, { cells: [key, to], isRow: true });
    const rows = [row(1, [[Infinity, 1]]), row(2, [[Infinity, 2]])];
    const tables = [
      { table: a, rows },
      { table: b, rows: [row(1, [[Infinity, 1]]), row(2, [[Infinity, 3]])] },
    ];
    const found = recoverableRows({ at, start, tables }, [holdings]);
    // The second row of B refers to a row that is nowhere, and the second of A to it.
    expect([a, b].map((table) => [...(found.get(table) ?? [])])).toEqual([[1], [1]]);
  });
});

it("a row that refers to another one of its own table needs that", () => {
  const [staff] = readTsqlSchema(
    "CREATE TABLE dbo.Staff (Id int NOT NULL PRIMARY KEY, Boss int NULL REFERENCES dbo.Staff (Id));",
    { file: "s.sql" },
  ).tables as [never];
  const rows = [row(1, [[Infinity, null]]), row(2, [[Infinity, 1]]), row(3, [[Infinity, 9]]), row(4, [[Infinity, 3]])];
  const holdings = new Holdings();
  for (const { key, versions } of rows) holdings.add(staff, key, { cells: versions[0]?.cells ?? [], isRow: true });
  const found = recoverableRows({ at, start, tables: [{ table: staff, rows }] }, [holdings]);
  expect([...(found.get(staff) ?? [])]).toEqual([1, 2]);
});

describe("recovery point", () => {
  const whole = [2, "Lyon", "Quai Tilsitt", "69003"] as const;

  it("is the disaster where nothing is missing", () => {
    expect(score({ history: [moved], rebuilt: [whole] })).toMatchObject({ lost: 0 });
  });

  it("is the second before the oldest change that is missing", () => {
    const { recoveryPoint, lost } = score({ history: [moved], rebuilt: [[2, "Lyon", "Rue Mercière", "69002"]] });
    expect([recoveryPoint, lost]).toEqual([new Date(at - 10 * day - 1000).toISOString(), 10 * day + 1000]);
    const born = row(3, [[4, "Troyes", null, null]]);
    expect(score({ history: [moved, born], rebuilt: [whole] }).lost).toBe(4 * day + 1000);
    const gone = row(4, [[Infinity, "Sens", null, null]], 7);
    expect(score({ history: [moved, gone], rebuilt: [whole, [4, "Sens", null, null]] }).lost).toBe(7 * day + 1000);
  });

  it("is unknown where something older than the history is missing", () => {
    expect(score({ history: [reims, moved], rebuilt: [whole] })).toMatchObject({ recoveryPoint: null, lost: null });
  });
});

describe("bars", () => {
  const table = score({ history: [reims, moved], rebuilt: [[1, "Rheims", "Rue de Vesle", "51100"]] });
  const total = { ...sumOf([table]), tables: [table], people: { cells: 1, rows: 2, records: 0, milliseconds: 60_000 } };
  const times = new Map([
    ["extract", 2000],
    ["rebuild", 3000],
  ]);
  const hold = (id: Bar["id"], operator: Bar["comparison"]["operator"], value: number, of?: string) => {
    const bar = { id, comparison: { operator, value }, written: `${operator} ${value}` };
    return holdBars([of === undefined ? bar : { ...bar, of }], total, times)[0];
  };

  it.each<[Bar["id"], Bar["comparison"]["operator"], number, boolean, string | null]>([
    ["rowsRecovered", ">=", 0.5, true, "50% (1 of 2)"],
    ["rowsRecovered", ">=", 0.51, false, "50% (1 of 2)"],
    ["cellsRight", ">=", 0.7, false, "66.66% (2 of 3)"],
    ["wrong", "<=", 0.34, true, "33.34% (1 of 3)"],
    ["wronglySilent", "<=", 0, false, "33.34% (1 of 3)"],
    ["rowRecall", ">=", 1, true, "100% (0 of 0)"],
    ["fabricated", "<=", 0, false, "1"],
    ["resurrected", "=", 0, true, "0"],
    ["missed", "<=", 0, false, "1"],
    ["abstained", "<=", 0, true, "0% (0 of 3)"],
    ["recoveryPoint", "<=", day, false, "older than the history"],
    ["peopleTime", "<=", 60_000, true, "1m"],
    ["recoveryTime", "<=", 65_000, true, null],
    ["recoveryTime", "<", 65_000, false, null],
  ])("%s %s %d: %s", (id, operator, value, holds, found) => {
    expect(hold(id, operator, value)).toEqual({ bar: id, expected: `${operator} ${value}`, found, holds });
  });

  it("of a table, and of a phase", () => {
    expect(hold("recoveryPoint", "<=", day, "dbo.Towns")).toMatchObject({
      bar: "recoveryPoint dbo.Towns",
      holds: false,
    });
    expect(hold("recoveryTime", "<=", 2000, "extract")).toMatchObject({ bar: "recoveryTime extract", holds: true });
    expect(hold("recoveryTime", "<", 3000, "rebuild")).toMatchObject({ found: null, holds: false });
    expect(hold("recoveryTime", "<=", 0, "emit")).toMatchObject({ holds: true });
  });

  it("shares are never rounded to all or to nothing", () => {
    expect([showPercent(0.99999), showPercent(0.000001), showPercent(1), showPercent(0)]).toEqual([
      "99.99%",
      "0.01%",
      "100%",
      "0%",
    ]);
    expect([showSpan(0), showSpan(59_000), showSpan(90_061_000), showSpan(104 * day)]).toEqual([
      "0s",
      "59s",
      "1d 1h",
      "104d",
    ]);
  });
});
