import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import type { ServerVersion } from "../../src/emit/emitter.ts";
import { Lexer } from "../../src/tsql/lexer.ts";
import { makeTable } from "../model.ts";
import { emitScripts, emitTable, modernWorld, world } from "./world.ts";

const versions: readonly ServerVersion[] = ["2000", "2005", "2008", "2012", "2016", "2022", "azure"];

/** A script's tokens, each literal as `'`, names in brackets as `[]`: what is left is the language itself. */
function skeleton(script: string): string {
  const lexer = new Lexer(script);
  const tokens: string[] = [];
  for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) {
    if (kind === "broken" || kind === "directive") throw new Error(`${kind} in line ${lexer.line}`);
    const isText = kind === "string" || kind === "national-string";
    if (isText) tokens.push("'");
    else if (kind === "bracketed") tokens.push("[]");
    else if (kind === "go") tokens.push("GO");
    else tokens.push(lexer.upper || lexer.text);
  }
  return tokens.join(" ");
}

const never: readonly (readonly [string, RegExp])[] = [
  ["MERGE", /\bMERGE\b/],
  ["DROP of a table that is not ours", /\bDROP TABLE (?!#)/],
  ["USE", /\bUSE\b/],
  ["TRUNCATE and THROW", /\b(?:TRUNCATE|THROW)\b/],
  ["DECLARE with a value", /\bDECLARE @\w+ \w+(?: \( [^)]* \))? =/],
  ["DROP … IF EXISTS", /\bDROP \w+ IF EXISTS\b/],
];

/** Only a rollback takes rows away. */
const deletion: typeof never = [["DELETE", /\bDELETE\b/]];

const notBefore2008: readonly (readonly [string, RegExp])[] = [
  ...never,
  ["several rows of VALUES", /\) , \(/],
  ["types of 2008", /\b(?:DATE|TIME|DATETIME2|DATETIMEOFFSET|HIERARCHYID|GEOMETRY|GEOGRAPHY)\b/],
  ["compound assignment", /[-+*/] =/],
];

const notBefore2005: readonly (readonly [string, RegExp])[] = [
  ...notBefore2008,
  ["max types", /\( MAX \)/],
  ["TRY and CATCH", /\b(?:TRY|CATCH)\b/],
  ["sys. views", /\bSYS \./],
  ["xml", /\bXML\b/],
  [
    "functions and clauses of 2005",
    /\b(?:ROW_NUMBER|OUTPUT|APPLY|WITH \(|OBJECT_SCHEMA_NAME|SCHEMA_NAME|EXCEPT|INTERSECT)\b/,
  ],
];

const forbidden: Readonly<Record<ServerVersion, readonly (readonly [string, RegExp])[]>> = {
  "2000": notBefore2005,
  "2005": notBefore2008,
  "2008": never,
  "2012": never,
  "2016": never,
  "2022": never,
  azure: never,
};

describe.each(versions)("version %s", (version) => {
  test.each(["stop", "skip"] as const)("holds nothing that it does not know, ifExists: %s", async (ifExists) => {
    const tables = version === "2000" || version === "2005" ? world() : modernWorld();
    const { scripts } = await emitScripts(tables, { version, ifExists });
    const found = scripts
      .filter(({ name }) => name.endsWith(".sql"))
      .flatMap(({ name, text }) => {
        const tokens = skeleton(text);
        return [...forbidden[version], ...(name === "rollback.sql" ? [] : deletion)]
          .filter(([, form]) => form.test(tokens))
          .map(([what]) => `${name}: ${what}`);
      });
    expect(found).toEqual([]);
  });

  test("asks its own catalog whether foreign keys are trusted", async () => {
    const { scripts } = await emitScripts(world(), { version });
    const verification = scripts.find(({ name }) => name === "90-verify.sql")?.text ?? "";
    expect(verification.includes("OBJECTPROPERTY(id, N'CnstIsNotTrusted')")).toBe(version === "2000");
    expect(verification.includes("sys.foreign_keys")).toBe(version !== "2000");
  });
});

test("the table of forbidden tokens does find them", () => {
  const samples = "INSERT INTO [T] ([a]) VALUES (1), (2); SELECT CAST(N'' AS nvarchar(max)) FROM sys.tables; MERGE";
  const found = notBefore2005.filter(([, form]) => form.test(skeleton(samples))).map(([what]) => what);
  expect(found).toEqual(["MERGE", "several rows of VALUES", "max types", "sys. views"]);
});

test.each([
  ["2000", "xml", {}],
  ["2000", "varchar(max)", { length: "max" }],
  ["2005", "date", {}],
  ["2005", "geography", {}],
] as const)("a table that SQL Server %s cannot hold is refused: %s", async (version, declaredType, more) => {
  const name = declaredType.replace("(max)", "") as "xml" | "varchar" | "date" | "geography";
  const table = makeTable("T", [{ name: "Id" }, { name: "c", type: { name, ...more }, declaredType }], ["Id"]);
  const refusal = emitScripts([emitTable(table, [])], { version });
  await expect(refusal).rejects.toThrow(UserError);
  await expect(refusal).rejects.toThrow(
    `dbo.T: column c is ${declaredType}, a type that SQL Server ${version} does not have`,
  );
});
