import { describe, expect, it } from "vitest";
import { batchesForServer, decodeScript, readByLine, substitute } from "./sqlcmd.ts";

describe("lines", () => {
  it.each([
    ["one batch", "SELECT 1", ["SELECT 1"]],
    ["GO in any case, with blanks around", "a\n  gO \t\nb", ["a", "b"]],
    ["a count", "a\nGO 3\nb", ["a", "a", "a", "b"]],
    ["a count of none", "a\nGO 0\nb", ["b"]],
    ["GO before more words is none", "a\nGO -- then\nGOOD\nGO;", ["a\nGO -- then\nGOOD\nGO;"]],
    ["GO within a literal", "PRINT 'a\nGO\nb'", ["PRINT 'a", "b'"]],
    ["GO within a comment", "/*\nGO\n*/ b", ["/*", "*/ b"]],
    ["every kind of line break", "a\r\nGO\rb\nGO\u2028c", ["a", "b", "c"]],
    ["nothing between two", "a\nGO\nGO\n\nGO", ["a"]],
  ])("%s", (_what, script, batches) => {
    expect(readByLine(script).batches).toEqual(batches);
  });

  it.each([":r other.sql", "  :setvar x y", "!!dir", "exit", "QUIT", "reset", ":on error exit", "SELECT '$(x)'"])(
    "%s is acted upon",
    (line) => {
      expect(readByLine(`SELECT 1\n${line}\n`).commands).toEqual([line]);
    },
  );

  it("words that only begin so are not", () => {
    expect(readByLine("exits\nreset_all\nSELECT $x, $ (y)\n").commands).toEqual([]);
  });
});

describe("variables", () => {
  const variables = new Map([["DB", "Shop"]]);
  it("are put in anywhere, whatever their case", () => {
    expect(substitute("USE [$(db)] -- $(DB)\nPRINT '$(Db)'", variables)).toBe("USE [Shop] -- Shop\nPRINT 'Shop'");
  });

  it("without a value stop the script", () => {
    expect(() => substitute("PRINT '$(other)'", variables)).toThrow("'other' scripting variable not defined.");
  });
});

describe("a file", () => {
  it("is read by its mark", () => {
    expect(decodeScript(Buffer.from("\ufeffSELECT N'あ'", "utf16le"))).toBe("SELECT N'あ'");
    expect(decodeScript(Buffer.from("\ufeffSELECT N'あ'"))).toBe("SELECT N'あ'");
  });

  it("gives the batches that reach the server, and stops at commands", () => {
    expect(batchesForServer(Buffer.from("\ufeffa\nGO\nb\nGO\n"))).toEqual(["a", "b"]);
    expect(() => batchesForServer(Buffer.from("a\n:r b.sql\n"))).toThrow('acts upon the line ":r b.sql"');
    expect(() => batchesForServer(Buffer.from([0xff]))).toThrow(/not valid/);
  });
});
