import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { makeTable } from "../model.ts";
import { dataFiles, inserts } from "./reading.ts";
import { emitScripts, emitTable } from "./world.ts";

describe("GOTCHAS 22: names", () => {
  test.each([
    ["GOTCHAS 8: a sqlcmd variable", "a$(b)"],
    ["GOTCHAS 6: a newline", "a\nGO\nb"],
    ["nothing", ""],
    ["129 characters", "x".repeat(129)],
    ["half a pair", "\ud83d"],
  ])("%s is refused", async (_what, name) => {
    const refused = [makeTable(name, [{ name: "Id" }], ["Id"]), makeTable("T", [{ name }], [name])];
    for (const table of refused) await expect(emitScripts([emitTable(table, [[1]])])).rejects.toThrow(UserError);
  });

  test("any other is bracketed, and makes a safe file name of its own", async () => {
    const names = ["Order Details", "Order_Details", "a]b", "it's", "../x", "あ", "x".repeat(128), "CON"];
    const { scripts } = await emitScripts(
      names.map((name) => emitTable(makeTable(name, [{ name: "Id" }], ["Id"]), [[1]])),
    );
    expect(dataFiles(scripts).map(({ name }) => name)).toEqual([
      "10-dbo.Order_Details.001.sql",
      "11-dbo.Order_Details.001.sql",
      "12-dbo.a_b.001.sql",
      "13-dbo.it_s.001.sql",
      "14-dbo.___x.001.sql",
      "15-dbo._.001.sql",
      `16-dbo.${"x".repeat(100)}.001.sql`,
      "17-dbo.CON.001.sql",
    ]);
    expect(inserts(scripts)[2]).toMatch(/^INSERT INTO \[dbo\]\.\[a\]\]b\] /);
  });
});
