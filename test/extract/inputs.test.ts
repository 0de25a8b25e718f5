import { createHash } from "node:crypto";
import * as fc from "fast-check";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { resolveInputs } from "../../src/extract/inputs.ts";
import { makeDatabase, temporaryFolder } from "./sqlite-harness.ts";

/** A folder with files whose content is their name. */
function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), name);
  }
  return folder;
}

const names = async (folder: string, ...patterns: string[]) =>
  (await resolveInputs(patterns, folder)).map(({ name }) => name);

describe("inputs", () => {
  it("gives path, name, size, hash and the time of the last change", async () => {
    const folder = folderWith("evidence/a.csv");
    fs.utimesSync(path.join(folder, "evidence/a.csv"), 1_773_453_600, 1_773_453_600);
    expect(await resolveInputs(["evidence/a.csv"], folder)).toEqual([
      {
        path: path.join(folder, "evidence", "a.csv"),
        name: "evidence/a.csv",
        bytes: 14,
        sha256: createHash("sha256").update("evidence/a.csv").digest("hex"),
        modified: 1_773_453_600_000,
      },
    ]);
  });

  it("hashes a file that is larger than one reading", async () => {
    const folder = temporaryFolder();
    const bytes = Buffer.alloc(3_500_001, "tablesalvage");
    fs.writeFileSync(path.join(folder, "big"), bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(await resolveInputs(["big"], folder)).toMatchObject([{ bytes: 3_500_001, sha256 }]);
  });

  it.each([
    ["*.csv", ["B.csv", "a1.csv", "a10.csv", "a2.csv", "ä.csv"]],
    ["a?.csv", ["a1.csv", "a2.csv"]],
    ["./*.c??", ["B.csv", "a1.csv", "a10.csv", "a2.csv", "ä.csv"]],
    [".*", [".hidden.csv"]],
    ["2026-*/o*.csv", ["2026-03-13/orders.csv", "2026-03-14/orders.csv"]],
    ["*/customers.csv", ["2026-03-14/customers.csv"]],
    ["x+(1)[a].txt", ["x+(1)[a].txt"]],
    ["x+(*)[a].txt", ["x+(1)[a].txt"]],
  ])("matches %s, by name and without regard to the locale", async (pattern, expected) => {
    const folder = folderWith(
      "a10.csv",
      "a2.csv",
      "a1.csv",
      "B.csv",
      "ä.csv",
      ".hidden.csv",
      "b.csv.bak",
      "x+(1)[a].txt",
      "2026-03-14/orders.csv",
      "2026-03-13/orders.csv",
      "2026-03-14/customers.csv",
    );
    expect(await names(folder, pattern)).toEqual(expected);
  });

  it("gives each file once, in the order of the patterns", async () => {
    expect(await names(folderWith("a", "b", "c"), "c", "*", "./a")).toEqual(["c", "a", "b"]);
  });

  it("reads no wildcard in the recipe's own folder", async () => {
    const folder = folderWith("what?/a.csv", "what1/b.csv");
    expect(await names(path.join(folder, "what?"), "*.csv")).toEqual(["a.csv"]);
  });

  it("takes a file by its literal name, though it looks like a pattern", async () => {
    expect(await names(folderWith("a*.csv", "ab.csv"), "a*.csv")).toEqual(["a*.csv"]);
  });

  it("names files outside of the recipe's folder from there, and takes absolute paths", async () => {
    const folder = folderWith("evidence/a.csv", "recipes/r.yaml");
    expect(await names(path.join(folder, "recipes"), "../evidence/*.csv")).toEqual(["../evidence/a.csv"]);
    expect(await names(folder, path.join(folder, "evidence", "*"))).toEqual(["evidence/a.csv"]);
  });

  it("finds any file by its own name with characters replaced by ?", async () => {
    const name = fc.stringMatching(/^[\w +()[\]{}^$|-]{1,12}$/);
    await fc.assert(
      fc.asyncProperty(name, fc.nat(11), async (file, at) => {
        const pattern = `${file.slice(0, at)}?${file.slice(at + 1)}`;
        fc.pre(at < file.length);
        expect(await names(folderWith(file), pattern)).toEqual([file]);
      }),
      { numRuns: 50 },
    );
  });

  it("takes the -wal and -journal of a database along as evidence, but not of other files", async () => {
    const file = makeDatabase("CREATE TABLE T (a)");
    const folder = path.dirname(file);
    for (const name of ["copy.db-wal", "copy.db-journal", "copy.db-shm", "plain.csv", "plain.csv-wal"])
      fs.writeFileSync(path.join(folder, name), "");
    expect(await names(folder, "copy.db")).toEqual(["copy.db", "copy.db-wal", "copy.db-journal"]);
    expect(await names(folder, "plain.csv")).toEqual(["plain.csv"]);
  });
});

describe("inputs that cannot be read", () => {
  it.each([
    [
      "a misspelled file",
      "evidence/backp.sql",
      /^evidence\/backp\.sql: there is no such file\. Did you mean backup\.sql\? .*evidence holds backup\.sql, orders\.csv/,
    ],
    ["a misspelled folder", "evidnce/backup.sql", /Did you mean evidence\?.*that folder holds empty, evidence/],
    [
      "a pattern without a match",
      "evidence/*.bak",
      /^evidence\/\*\.bak: no file matches this pattern\..*evidence holds backup\.sql, orders\.csv/,
    ],
    ["a pattern below a folder that is not there", "nowhere/*/x.csv", /no file matches.*that folder holds/],
    ["a pattern that matches folders only", "e*", /no file matches/],
    ["a pattern in an empty folder", "empty/*", /empty is empty/],
    ["a path below a file", "evidence/orders.csv/x", /there is no such file/],
    ["a pattern below a file", "evidence/orders.csv/*", /no file matches/],
    ["a link that leads nowhere", "evidence/../li*", /^link: the file cannot be read \(ENOENT/],
    [
      "a folder",
      "evidence",
      /^evidence: this is a folder, not a file\. Name one of its files, or a pattern such as evidence\/\*\.sql/,
    ],
  ])("refuses %s", async (_, pattern, message) => {
    const folder = folderWith("evidence/backup.sql", "evidence/orders.csv");
    fs.mkdirSync(path.join(folder, "empty"));
    fs.symlinkSync("nowhere", path.join(folder, "link"));
    await expect(resolveInputs([pattern], folder)).rejects.toThrow(
      expect.objectContaining({ name: "UserError", message: expect.stringMatching(message) }),
    );
  });

  it.skipIf(process.getuid?.() === 0)(
    "refuses a file without permission (skipped for root, who may read it)",
    async () => {
      const folder = folderWith("secret.csv");
      fs.chmodSync(path.join(folder, "secret.csv"), 0);
      await expect(resolveInputs(["secret.csv"], folder)).rejects.toThrow(
        /^secret\.csv: the file cannot be read \(EACCES: permission denied\)/,
      );
    },
  );

  it("refuses what is no regular file", async () => {
    await expect(resolveInputs(["/dev/null"], "/")).rejects.toThrow(/not a regular file/);
  });
});
