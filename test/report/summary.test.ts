import { describe, expect, it } from "vitest";
import { Fault } from "../../src/errors.ts";
import { assertSourceBalances, assertTableBalances } from "../../src/report/summary.ts";
import type { SourceSummary, TableSummary } from "../../src/report/summary.ts";

const source: SourceSummary = {
  id: "s",
  extractor: "csv",
  read: 10,
  staged: 4,
  evidence: 3,
  skipped: 2,
  quarantined: 1,
  observations: 4,
};
const cells = {
  decided: 1,
  nulled: 1,
  defaulted: 1,
  contested: 1,
  resolved: 1,
  superseded: 1,
  corroborated: 1,
  single: 1,
  absent: 1,
};
const table: TableSummary = {
  table: "dbo.T",
  keys: 6,
  emitted: 2,
  withheld: 1,
  deleted: 3,
  missing: { lost: 0, unknown: 0 },
  cells,
  recoveryPoint: null,
  recoveryPoints: {},
};

describe("promise 1: what does not balance is a bug, and stops the run", () => {
  it("every record is staged, evidence, skipped or quarantined", () => {
    expect(() => assertSourceBalances(source)).not.toThrow();
    for (const count of ["read", "staged", "evidence", "skipped", "quarantined"] as const)
      expect(() => assertSourceBalances({ ...source, [count]: source[count] + 1 }), count).toThrow(Fault);
  });

  it("every key is emitted, withheld or deleted; every cell of a row that is not deleted has one class", () => {
    expect(() => assertTableBalances(table, 3)).not.toThrow();
    for (const count of ["keys", "emitted", "withheld", "deleted"] as const)
      expect(() => assertTableBalances({ ...table, [count]: table[count] + 1 }, 3), count).toThrow(Fault);
    for (const count of Object.keys(cells) as (keyof typeof cells)[])
      expect(() => assertTableBalances({ ...table, cells: { ...cells, [count]: 2 } }, 3), count).toThrow(Fault);
    expect(() => assertTableBalances(table, 4)).toThrow(Fault);
  });
});
