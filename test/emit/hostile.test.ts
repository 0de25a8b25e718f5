import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeTable } from "../model.ts";
import { insertedRows } from "./expressions.ts";
import { readByLine } from "../support/sqlcmd.ts";
import { batchesOf, inserts, sqlScripts } from "./reading.ts";
import { emitScripts, emitTable, hostileTexts } from "./world.ts";

const hostile = makeTable(
  "Hostile",
  [{ name: "Id" }, { name: "Text", type: "ntext" }, { name: "Old", type: "text" }],
  ["Id"],
);

describe("hostile data stays data", () => {
  test.each([
    ["2000", "stop"],
    ["2000", "skip"],
    ["2005", "stop"],
    ["2008", "stop"],
    ["2008", "skip"],
  ] as const)("tools that read by line see the same batches as the server, %s %s", async (version, ifExists) => {
    const texts = fc.array(fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary" })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (values) => {
        const rows = values.map((value, id) => [id, value.repeat(id), value]);
        const provisional = { count: rows.length, first: values.map((key) => ({ key, column: key, reason: key })) };
        const { scripts } = await emitScripts([emitTable(hostile, rows, { provisional })], { version, ifExists });
        const seen = sqlScripts(scripts).map(({ text }) => readByLine(text));
        expect(seen).toEqual(sqlScripts(scripts).map(({ text }) => ({ batches: batchesOf(text), commands: [] })));
        const read = inserts(scripts).flatMap((batch) =>
          batch.split("\nINSERT").flatMap((statement) => insertedRows(statement)),
        );
        expect(read).toEqual(rows);
      }),
      { numRuns: 25 },
    );
  });
});
