import { describe, expect, test } from "vitest";
import { batchesOf } from "./reading.ts";
import { emitScripts, emitTable, hostileTexts, modernWorld } from "./world.ts";
import { grammarFault } from "./tsql-grammar.ts";
import { makeTable } from "../model.ts";

const broken: readonly (readonly [string, string])[] = [
  ["a parenthesis is missing", "INSERT INTO [dbo].[T] ([a]) VALUES (1"],
  ["a quote is not closed", "INSERT INTO [dbo].[T] ([a]) VALUES (N'a)"],
  ["two literals stand side by side", "INSERT INTO [dbo].[T] ([a]) VALUES (N'a' N'b')"],
  ["VALUES is misspelt", "INSERT INTO [dbo].[T] ([a]) VALUS (1)"],
  ["a comma is missing between rows", "INSERT INTO [dbo].[T] ([a]) VALUES (1)\n(2)"],
  ["a row ends with a comma", "INSERT INTO [dbo].[T] ([a]) VALUES (1,)"],
  ["a cast has no type", "INSERT INTO [dbo].[T] ([a]) VALUES (CAST(0x00 AS ))"],
  ["a value hangs on a plus", "INSERT INTO [dbo].[T] ([a]) VALUES (N'a'+)"],
  ["a value breaks out of its literal", "INSERT INTO [dbo].[T] ([a]) VALUES (N'O'Brien')"],
  ["a SET has no value", "SET QUOTED_IDENTIFIER"],
  ["an END is missing", "IF @@TRANCOUNT = 0\nBEGIN\n  SET NOEXEC ON"],
  ["a RAISERROR lacks its comma", "RAISERROR(N'x' 16, 1)"],
  ["a keyword is misspelt", "ALTER TABL [dbo].[T] NOCHECK CONSTRAINT [x]"],
  ["a constraint has no name", "ALTER TABLE [dbo].[T] WITH CHECK CHECK CONSTRAINT"],
  ["a reseed has no value", "DBCC CHECKIDENT (N'[dbo].[T]', RESEED, )"],
  ["a name is not closed", "SET IDENTITY_INSERT [dbo].[T ON"],
];

test.each(broken)("the grammars refuse a script in which %s", (_what, batch) => {
  expect(grammarFault(batch)).toBeTypeOf("string");
});

const hostile = makeTable(
  "Hostile",
  [{ name: "Id" }, { name: "Text", type: { name: "nvarchar", length: "max" } }, { name: "Old", type: "text" }],
  ["Id"],
);
const hostileRows = hostileTexts.map((text, id) => [id, text, text]);

describe.each(["2008", "2012", "2016", "2022", "azure"] as const)("version %s", (version) => {
  test.each(["stop", "skip"] as const)(
    "every batch is valid T-SQL to independent grammars, ifExists: %s",
    async (ifExists) => {
      const { scripts } = await emitScripts([...modernWorld(), emitTable(hostile, hostileRows)], { version, ifExists });
      const batches = scripts.filter(({ name }) => name.endsWith(".sql")).flatMap(({ text }) => batchesOf(text));
      expect(batches.length).toBeGreaterThan(50);
      const faults = batches.map((batch) => ({ batch, fault: grammarFault(batch) }));
      expect(faults.filter(({ fault }) => fault !== undefined)).toEqual([]);
    },
  );
});
