/** Random histories, written out as each program logs them, are replayed to the same end. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { expect, it, test } from "vitest";
import sqlLog from "../../src/extract/sql-log/index.ts";
import { formatIds } from "../../src/extract/sql-log/formats/registry.ts";
import { finalState, type HistoryEvent, histories, historyColumns, replay, wallOf } from "../support/history.ts";
import { sqlLogWriters, statementOf, type Step } from "../support/sql-logs.ts";
import { collectChanges, timedTable } from "./change-harness.ts";
import { evidenceFile, mapTable } from "./harness.ts";

const rows = timedTable("dbo.Rows", historyColumns);

/** Alone, or in a transaction that is committed; around it, what came to nothing. */
type Setting = "alone" | "committed" | "after a rollback" | "after a failure";

const settings = fc.infiniteStream(
  fc.constantFrom<Setting>("alone", "committed", "after a rollback", "after a failure"),
);

function stepsOf(event: HistoryEvent, setting: Setting, showsFailures: boolean): Step[] {
  const { at } = event;
  const statement = statementOf(event);
  const run = { kind: "run", at, event, statement } as const;
  const wrong = statementOf({ operation: "delete", at, before: event.after ?? event.before, after: undefined });
  if (setting === "committed") return [{ kind: "begin", at }, run, { kind: "commit", at }];
  if (setting === "after a rollback") {
    const undone = { kind: "run", at, event: { ...event, operation: "delete" }, statement: wrong } as const;
    return [{ kind: "begin", at }, undone, { kind: "rollback", at }, run];
  }
  return setting === "after a failure" && showsFailures ? [{ kind: "fail", at, statement: wrong }, run] : [run];
}

/** A lone surrogate is no text in a file. */
function encodable(events: readonly HistoryEvent[], encode: (text: string) => string): HistoryEvent[] {
  const each = (row: HistoryEvent["after"]) =>
    row?.name === undefined || row.name === null ? row : { ...row, name: encode(row.name.toWellFormed()) };
  return events.map((event) => ({ ...event, before: each(event.before), after: each(event.after) }));
}

test("every format has a writer", () => {
  expect(Object.keys(sqlLogWriters).toSorted()).toEqual([...formatIds].toSorted());
});

it.each(Object.entries(sqlLogWriters))("%s", async (_, writer) => {
  const folder = mkdtempSync(path.join(tmpdir(), "sql-log-"));
  const file = path.join(folder, "app.log");
  await fc.assert(
    fc.asyncProperty(histories, settings, async (drawn, kinds) => {
      const events = encodable(drawn, writer.encodable ?? ((text) => text));
      const isLogged = writer.options["format"] !== "mysqlbinlog";
      const steps = events.flatMap((event) =>
        stepsOf(event, isLogged ? (kinds.next().value ?? "alone") : "alone", writer.showsFailures),
      );
      writeFileSync(file, writer.write(steps));
      const input = { files: [evidenceFile(file, folder)], mappings: [mapTable(rows)] };
      const { changes, quarantined, evidence } = await collectChanges(
        sqlLog,
        { path: "app.log", ...writer.options },
        input,
      );
      expect([...quarantined, ...(evidence ?? [])]).toEqual([]);
      const said = changes.filter(({ isBefore }) => !isBefore);
      expect(said.flatMap(({ touches }) => touches)).toEqual([]);
      expect(said.map(({ cells }) => cells["#modifiedAt"])).toEqual(events.map(({ at }) => wallOf(at)));
      expect(replay(changes, rows)).toEqual(finalState(events));
    }),
    { numRuns: 60, seed: 8 },
  );
});
