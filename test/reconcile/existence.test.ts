import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RowObservation, SourceStanding } from "../../src/reconcile/claims.ts";
import { decideExistence, isBefore } from "../../src/reconcile/existence.ts";
import type { DeletesPolicy } from "../../src/recipe/recipe.ts";
import { hour, observe, snapshot } from "./events.ts";

const removed = (id: string, hours?: number, more?: Partial<SourceStanding>) =>
  observe(snapshot(id, hours, more), "delete");
const inserted = (id: string, hours?: number, more?: Partial<SourceStanding>) =>
  observe(snapshot(id, hours, more), "insert");
const has = (id: string, hours?: number, more?: Partial<SourceStanding>) => observe(snapshot(id, hours, more));

interface Case {
  readonly title: string;
  readonly observations: readonly RowObservation[];
  /** Complete sources without the key. */
  readonly lacking?: readonly SourceStanding[];
  readonly deletes?: DeletesPolicy;
  readonly verdict: "present" | "deleted" | "uncertain";
  readonly inferred?: boolean;
  readonly reason?: string | RegExp;
}

const logs = snapshot("log", 5);
const test = { line: "test" };
const cases: Case[] = [
  { title: "seen, and nothing says it went", observations: [has("backup", 1)], verdict: "present" },
  { title: "seen at an unknown time only", observations: [has("sheet")], verdict: "present" },
  {
    title: "deleted after it was seen",
    observations: [has("backup", 1), removed("log", 2)],
    verdict: "deleted",
    reason: "deleted by log at 2026-03-01T02:00:00.000Z",
  },
  {
    title: "deletes in any order: the delete is read first",
    observations: [removed("log", 2), has("backup", 1)],
    verdict: "deleted",
  },
  {
    title: "inserted anew after a delete",
    observations: [has("backup", 1), removed("log", 2), inserted("log", 3)],
    verdict: "present",
  },
  {
    title: "deleted, inserted, deleted",
    observations: [removed("log", 2), inserted("log", 3), removed("log", 4)],
    verdict: "deleted",
  },
  {
    title: "one source's delete and insert at one moment: its order tells",
    observations: [observe(logs, "insert"), observe(logs, "delete")],
    verdict: "deleted",
  },
  {
    title: "one source's insert after its delete at one moment",
    observations: [observe(logs, "delete"), observe(logs, "insert")],
    verdict: "present",
  },
  {
    title: "two sources at one moment do not tell which came first",
    observations: [has("a", 2), removed("log", 2)],
    verdict: "uncertain",
    reason: /a has it at the same time/,
  },
  {
    title: "GOTCHAS 42: within the clock skew of a delete",
    observations: [has("a", 2.5), removed("log", 2, { skew: hour })],
    verdict: "uncertain",
  },
  {
    title: "GOTCHAS 42: within the clock skew of what has it",
    observations: [has("a", 2, { skew: hour }), removed("log", 2.5)],
    verdict: "uncertain",
  },
  {
    title: "GOTCHAS 42: just beyond the clock skew",
    observations: [has("a", 1), removed("log", 2.5, { skew: hour })],
    verdict: "deleted",
  },
  {
    title: "a delete of unknown time may be before or after",
    observations: [has("backup", 1), removed("log")],
    verdict: "uncertain",
    reason: "deleted by log at an unknown time",
  },
  { title: "nothing but a delete of unknown time", observations: [removed("log")], verdict: "deleted" },
  {
    title: "nothing but a delete and a warehouse that keeps all",
    observations: [removed("log"), has("dw", 9, { keepsDeleted: true })],
    verdict: "deleted",
  },
  {
    title: "absent from a later complete snapshot",
    observations: [has("backup", 1)],
    lacking: [snapshot("export", 2)],
    verdict: "deleted",
    inferred: true,
    reason: "absent from export, complete as of 2026-03-01T02:00:00.000Z",
  },
  {
    title: "absent from an earlier complete snapshot: not born yet",
    observations: [has("backup", 3)],
    lacking: [snapshot("export", 2)],
    verdict: "present",
  },
  {
    title: "absent from a complete snapshot within the clock skew",
    observations: [has("backup", 2)],
    lacking: [snapshot("export", 2.5, { skew: hour })],
    verdict: "uncertain",
  },
  {
    title: "GOTCHAS 39: absent from a complete snapshot of unknown time",
    observations: [has("backup", 1)],
    lacking: [snapshot("export", undefined)],
    verdict: "present",
  },
  {
    title: "GOTCHAS 39: absent from another line, however complete",
    observations: [has("backup", 1)],
    lacking: [snapshot("qa", 9, test)],
    verdict: "present",
  },
  { title: "deleted on another line", observations: [has("backup", 1), removed("qa", 9, test)], verdict: "present" },
  {
    title: "a warehouse that keeps all has it later: proves nothing",
    observations: [has("backup", 1), has("dw", 9, { keepsDeleted: true })],
    lacking: [snapshot("export", 2)],
    verdict: "deleted",
    inferred: true,
  },
  {
    title: "a warehouse that keeps all has it after a delete",
    observations: [has("dw", 9, { keepsDeleted: true }), removed("log", 2)],
    verdict: "deleted",
  },
  {
    title: "only a sheet of unknown time has it, an export lacks it",
    observations: [has("sheet")],
    lacking: [snapshot("export", 2)],
    verdict: "uncertain",
    reason: /sheet has it, at an unknown time/,
  },
  {
    title: "a sheet of unknown time does not outweigh history",
    observations: [has("backup", 1), has("sheet")],
    lacking: [snapshot("export", 2)],
    verdict: "deleted",
    inferred: true,
  },
  {
    title: "only another line has it",
    observations: [has("qa", 9, test)],
    verdict: "uncertain",
    reason: /only line test/,
  },
  {
    title: "a delete needs no absence to prove it",
    observations: [has("backup", 1), removed("log", 2)],
    lacking: [snapshot("export", 3)],
    verdict: "deleted",
    reason: /deleted by log/,
  },
  {
    title: "inserted anew, then absent",
    observations: [removed("log", 2), inserted("log", 3)],
    lacking: [snapshot("export", 4)],
    verdict: "deleted",
    inferred: true,
  },
  {
    title: "deletes: explicit takes no absence",
    observations: [has("backup", 1)],
    lacking: [snapshot("export", 2)],
    deletes: "explicit",
    verdict: "present",
  },
  {
    title: "deletes: explicit takes deletes",
    observations: [has("backup", 1), removed("log", 2)],
    deletes: "explicit",
    verdict: "deleted",
  },
  {
    title: "deletes: ignore takes neither",
    observations: [has("backup", 1), removed("log", 2), removed("web")],
    lacking: [snapshot("export", 2)],
    deletes: "ignore",
    verdict: "present",
  },
];

describe("a row's existence", () => {
  it.each(cases)(
    "$title: $verdict",
    ({ observations, lacking = [], deletes = "infer", verdict, inferred = false, reason = "" }) => {
      const existence = decideExistence(observations, lacking, deletes);
      expect(existence).toMatchObject({ verdict, inferred });
      expect(existence.reason ?? "").toMatch(reason);
    },
  );

  it("does not depend on the order in which evidence arrives", () => {
    const any = fc.constantFrom(...cases).chain((one) =>
      fc.record({
        one: fc.constant(one),
        observations: fc.shuffledSubarray([...one.observations], { minLength: one.observations.length }),
      }),
    );
    fc.assert(
      fc.property(any, ({ one: { lacking = [], deletes = "infer", verdict }, observations }) => {
        expect(decideExistence(observations, lacking, deletes).verdict).toBe(verdict);
      }),
    );
  });

  it("takes nothing from a life before the last delete", () => {
    const [before, removal, after, undated] = [has("backup", 1), removed("log", 2), inserted("log", 3), has("sheet")];
    const { bornAfter } = decideExistence([before, removal, after, undated], [], "infer");
    if (bornAfter === undefined) throw new Error("the row was deleted and inserted anew");
    expect([before, after, undated].map((one) => isBefore(one, bornAfter))).toEqual([true, false, false]);
  });

  it("keeps what one source inserted at the very moment of its delete", () => {
    const [removal, after, elsewhere] = [observe(logs, "delete"), observe(logs, "insert"), has("copy", 5)];
    const { bornAfter } = decideExistence([removal, after], [], "infer");
    if (bornAfter === undefined) throw new Error("the row was deleted and inserted anew");
    expect([after, elsewhere].map((one) => isBefore(one, bornAfter))).toEqual([false, true]);
  });
});
