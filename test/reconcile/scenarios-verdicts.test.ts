/** One row or cell of every kind of verdict, as people are told it. */
import Database from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { explain, reconcile } from "../../src/pipeline.ts";
import type { Ran } from "../incident.ts";
import { services } from "../incident.ts";
import { runFixture, view } from "./telling.ts";

interface Kind {
  readonly kind: string;
  readonly key: string;
  readonly column: string;
  /** What a person would expect of the row. */
  readonly verdict: string | RegExp;
  /** And of the cell: its value and its class. */
  readonly cell: string;
}

const kinds: Kind[] = [
  {
    kind: "single",
    key: "7",
    column: "Name",
    verdict: "deleted: absent from export, complete as of 2026-03-12T23:00:00.000Z",
    cell: "Gus single",
  },
  { kind: "corroborated", key: "2", column: "Name", verdict: "emitted", cell: "Bob corroborated" },
  { kind: "superseded", key: "1", column: "Name", verdict: "emitted", cell: "Anna superseded" },
  { kind: "resolved-by-latest", key: "1", column: "Newest", verdict: "emitted", cell: "of March resolved" },
  { kind: "resolved-by-earliest", key: "1", column: "Oldest", verdict: "emitted", cell: "first resolved" },
  { kind: "resolved-by-trust", key: "1", column: "Trusted", verdict: "emitted", cell: "by backup resolved" },
  { kind: "resolved-by-prefer", key: "1", column: "Preferred", verdict: "emitted", cell: "by shop resolved" },
  { kind: "resolved-by-majority", key: "1", column: "Common", verdict: "emitted", cell: "usual resolved" },
  { kind: "resolved-by-max", key: "1", column: "Greatest", verdict: "emitted", cell: "9 resolved" },
  { kind: "resolved-by-min", key: "1", column: "Least", verdict: "emitted", cell: "7 resolved" },
  { kind: "resolved-by-longest", key: "1", column: "Long", verdict: "emitted", cell: "much longer resolved" },
  { kind: "resolved-by-non-null", key: "1", column: "Given", verdict: "emitted", cell: "given resolved" },
  { kind: "resolved-by-most-precise", key: "1", column: "Precise", verdict: "emitted", cell: "12.0625 resolved" },
  { kind: "resolved-together", key: "1", column: "City", verdict: "emitted", cell: "Oldham resolved" },
  { kind: "contested", key: "2", column: "Asked", verdict: "emitted", cell: "yes contested" },
  { kind: "nulled", key: "2", column: "Nulled", verdict: "emitted", cell: "NULL nulled" },
  {
    kind: "withheld-contested",
    key: "3",
    column: "Strict",
    verdict: "withheld: contested: Strict",
    cell: "yes contested",
  },
  { kind: "withheld-not-null", key: "12", column: "Name", verdict: /^withheld: .*Name/, cell: "NULL corroborated" },
  { kind: "damaged", key: "11", column: "Long", verdict: "emitted", cell: "Quite another text contested" },
  {
    kind: "supported-by-a-cut-copy",
    key: "9",
    column: "Long",
    verdict: "emitted",
    cell: "A text that was not cut single",
  },
  { kind: "supported-by-a-damaged-copy", key: "1", column: "Code", verdict: "emitted", cell: "00123 corroborated" },
  { kind: "late", key: "4", column: "Newest", verdict: "emitted", cell: "NULL single" },
  { kind: "foreign", key: "8", column: "Name", verdict: "withheld: foreign evidence only", cell: "NULL absent" },
  {
    kind: "deleted-inferred",
    key: "7",
    column: "ID",
    verdict: "deleted: absent from export, complete as of 2026-03-12T23:00:00.000Z",
    cell: "7 single",
  },
  {
    kind: "deleted-explicit",
    key: "10",
    column: "Name",
    verdict: "deleted: deleted by shop at 2026-03-13T12:00:00.000Z",
    cell: "Jon corroborated",
  },
  {
    kind: "uncertain",
    key: "6",
    column: "Name",
    verdict: /^withheld: uncertain: absent from export, .*; shop has it, at an unknown time$/,
    cell: "Fay single",
  },
];

/** No extractor of the project tells of deletes yet: what the shop says of row 10 is made one. */
function makeDelete({ incident }: Ran): void {
  const store = new Database(layoutOf(incident.directory).staged("shop"));
  store.prepare(`UPDATE "dbo.Accounts" SET "#operation" = 'delete' WHERE "#key" = 10`).run();
  store.close();
}

describe("explain tells of", () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await runFixture("kinds-of-verdict");
    makeDelete(ran);
    await reconcile(ran.incident, services);
  });

  it.each(kinds)("$kind", async ({ kind, key, column, verdict, cell }) => {
    const explanation = await explain(ran.incident, "dbo.Accounts", [key], column);
    expect(explanation.verdict).toMatch(verdict);
    expect(explanation.cells.map((one) => `${one.value ?? "NULL"} ${one.class}`)).toEqual([cell]);
    await expect(`${view(explanation)}\n`).toMatchFileSnapshot(`golden/verdicts/${kind}.txt`);
  });
});
