import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { EmitRequest } from "../../src/emit/emitter.ts";
import { scriptOf } from "./reading.ts";
import { emitScripts, modernWorld, world } from "./world.ts";

const golden = path.join(import.meta.dirname, "../../fixtures/emit/sqlserver");

const cases: readonly (readonly [string, Partial<EmitRequest>])[] = [
  ["2000", { version: "2000" }],
  ["2000-skip", { version: "2000", ifExists: "skip" }],
  ["2005", { version: "2005" }],
  ["2008", { version: "2008", reseedMargin: 1000 }],
  ["2008-skip", { version: "2008", ifExists: "skip" }],
];

describe("golden folders", () => {
  test.each(cases)("%s", async (folder, more) => {
    const { scripts, result } = await emitScripts(folder.startsWith("2008") ? modernWorld() : world(), more);
    for (const { name, text } of scripts) await expect(text).toMatchFileSnapshot(path.join(golden, folder, name));
    expect(result.notes).toEqual([
      "dbo.[Order Details]]].Total is left out, it is computed: the server calculates it anew",
      "dbo.Employees.RowVersion is left out, it is a rowversion: the server numbers it anew",
    ]);
    fs.mkdirSync(path.join(golden, folder), { recursive: true });
    const written = new Set(scripts.map(({ name }) => name));
    expect(fs.readdirSync(path.join(golden, folder)).filter((name) => !written.has(name))).toEqual([]);
  });
});

test("same input, same bytes", async () => {
  const [first, second] = [await emitScripts(modernWorld()), await emitScripts(modernWorld())];
  expect(first.result.files.map(({ sha256 }) => sha256)).toEqual(second.result.files.map(({ sha256 }) => sha256));
});

test("the manifest names every file in the order of running, with what is in it", async () => {
  const { result, scripts } = await emitScripts(world());
  const manifest = JSON.parse(scriptOf(scripts, "manifest.json")) as { files: Record<string, unknown>[] };
  const files = result.files.slice(0, -1);
  expect(manifest.files.map(({ file }) => file)).toEqual(files.map((file) => path.basename(file.path)));
  const run = manifest.files
    .filter(({ purpose }) => purpose !== "rollback" && purpose !== "loader")
    .map(({ file }) => String(file));
  expect(run).toEqual(run.toSorted((left, right) => (left < right ? -1 : 1)));
  expect(files.filter(({ purpose }) => purpose === "rollback" || purpose === "loader")).toHaveLength(3);
  for (const [at, file] of files.entries()) {
    const bytes = fs.readFileSync(file.path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(manifest.files[at]).toMatchObject({ bytes: bytes.length, sha256, purpose: file.purpose });
  }
  expect(files.filter(({ purpose }) => purpose === "data").map(({ table, rows }) => `${table} ${rows}`)).toEqual([
    "dbo.Departments 1",
    "dbo.Employees 2",
    "dbo.[Order Details]]] 3",
  ]);
  expect(scriptOf(scripts, "manifest.json")).not.toContain(path.dirname(files[0]?.path ?? ""));
});
