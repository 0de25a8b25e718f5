import { describe, expect, test } from "vitest";
import { makeTable } from "../model.ts";
import { scriptOf } from "./reading.ts";
import { emitScripts, emitTable, foreignKey, identity, world } from "./world.ts";

/** The condition of 80-constraints.sql, and the value that it reseeds to. */
async function reseeded(
  type: "int" | "tinyint",
  increment: string,
  highest: bigint,
  rows: number,
  reseedMargin: number,
) {
  const table = makeTable("T", [{ name: "Id", type, identity: { ...identity, increment } }], ["Id"]);
  const emitted = emitTable(
    table,
    Array.from({ length: rows }, (_, id) => [id]),
    { highestIdentity: highest },
  );
  const { scripts } = await emitScripts([emitted], { reseedMargin });
  return /^IF (ISNULL.*)\n {2}DBCC CHECKIDENT \(N'\[dbo\]\.\[T\]', RESEED, (-?\d+)\)$/m
    .exec(scriptOf(scripts, "80-constraints.sql"))
    ?.slice(1);
}

describe("GOTCHAS 5: reseed", () => {
  test.each([
    ["the highest id of any source", "int", "1", 41n, 3, 0, "<", "41"],
    ["the recipe's margin on top", "int", "1", 41n, 3, 1000, "<", "1041"],
    ["a table that was never filled takes one increment more", "int", "5", 41n, 0, 0, "<", "46"],
    ["a falling identity falls on", "int", "-1", -41n, 3, 10, ">", "-51"],
    ["no further than the type goes", "tinyint", "1", 200n, 3, 1000, "<", "255"],
  ] as const)("%s", async (_what, type, increment, highest, rows, margin, operator, value) => {
    expect(await reseeded(type, increment, highest, rows, margin)).toEqual([
      `ISNULL(IDENT_CURRENT(N'[dbo].[T]'), 1) ${operator} ${value}`,
      value,
    ]);
  });
});

test("GOTCHAS 19: keys that no order satisfies are off for the rows, then checked and verified as trusted", async () => {
  const { scripts } = await emitScripts(world());
  const employees = scriptOf(scripts, "11-dbo.Employees.001.sql");
  expect(employees).toContain("\n  ALTER TABLE [dbo].[Employees] NOCHECK CONSTRAINT [FK_Boss]\n");
  expect(employees).not.toContain("FK_Department");
  const constraints = scriptOf(scripts, "80-constraints.sql");
  expect(constraints).toContain("\n    ALTER TABLE [dbo].[Employees] WITH CHECK CHECK CONSTRAINT [FK_Boss]\n");
  expect(constraints).toContain("N'ALTER TABLE [dbo].[Departments] WITH CHECK CHECK CONSTRAINT ' + QUOTENAME(name)");
  const verification = scriptOf(scripts, "90-verify.sql");
  expect(verification).toContain("NOT (is_disabled = 1 OR (is_not_trusted = 1 AND is_not_for_replication = 0))");
  // All four: also those that never were off.
  expect(verification.match(/there, on and trusted/g)).toHaveLength(4);
});

test("GOTCHAS 19: keys that are missing are made and checked; a disabled key is made disabled", async () => {
  const foreignKeys = [foreignKey(["a"], "T"), foreignKey(["b"], "T", { name: "FK_off", disabled: true })];
  const table = makeTable("T", [{ name: "Id" }, { name: "a" }, { name: "b" }], ["Id"], { foreignKeys });
  const { scripts } = await emitScripts([emitTable(table, [[1, 1, 1]])]);
  const constraints = scriptOf(scripts, "80-constraints.sql");
  expect(constraints).toContain("ALTER TABLE [dbo].[T] WITH CHECK ADD FOREIGN KEY ([a]) REFERENCES [dbo].[T]\n");
  expect(constraints).toContain(
    "ALTER TABLE [dbo].[T] WITH NOCHECK ADD CONSTRAINT [FK_off] FOREIGN KEY ([b]) REFERENCES [dbo].[T]\n    ALTER TABLE [dbo].[T] NOCHECK CONSTRAINT [FK_off]\n",
  );
  // It is never switched on, and the verification does not want it on.
  expect(constraints).not.toContain("CHECK CHECK CONSTRAINT [FK_off]");
  expect(scriptOf(scripts, "90-verify.sql")).not.toContain("FK_off");
});

test("GOTCHAS 19: keys that are there untrusted are checked, although no order of loading needed them off", async () => {
  const { scripts } = await emitScripts(world());
  expect(scriptOf(scripts, "80-constraints.sql")).toMatch(
    /name = N'FK_Department' AND \(is_disabled = 1 OR \(is_not_trusted = 1 AND is_not_for_replication = 0\)\)\)\n +ALTER TABLE \[dbo\]\.\[Employees\] WITH CHECK CHECK CONSTRAINT \[FK_Department\]\n/,
  );
});

test("GOTCHAS 26: keys of other tables to a rebuilt one died with it, and are made again where they are", async () => {
  const lost = makeTable("Lost", [{ name: "Id" }], ["Id"]);
  const other = makeTable("Other", [{ name: "Id" }, { name: "LostId" }], ["Id"], {
    foreignKeys: [foreignKey(["LostId"], "Lost", { name: "FK_Lost", onDelete: "CASCADE", referencedColumns: ["Id"] })],
  });
  const schema = { tables: [lost, other], userTypes: [], boundObjects: [], skipped: {} };
  const { scripts } = await emitScripts([emitTable(lost, [[1]])], { schema });
  expect(scriptOf(scripts, "80-constraints.sql")).toMatch(
    /IF OBJECT_ID\(N'\[dbo\]\.\[Other\]'\) IS NOT NULL AND .*\nBEGIN\n {2}DECLARE @open int\n {2}SET @open = @@TRANCOUNT\n {2}BEGIN TRY\n {4}ALTER TABLE \[dbo\]\.\[Other\] WITH CHECK ADD CONSTRAINT \[FK_Lost\] FOREIGN KEY \(\[LostId\]\) REFERENCES \[dbo\]\.\[Lost\] \(\[Id\]\) ON DELETE CASCADE\n/,
  );
});
