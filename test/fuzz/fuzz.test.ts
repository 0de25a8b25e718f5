/** A bounded part of `npm run fuzz`, the same inputs every time. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkInput } from "./check.ts";
import type { FuzzFormat, Seed } from "./format.ts";
import { formatIds, loadFormat, makeInput } from "./inputs.ts";
import { Random } from "./random.ts";

const inputsAFormat = 2000;
/** So that a busy machine skips inputs, not the deadline; `npm run fuzz` runs all of them. */
const mostSeconds = 5;

describe.each(formatIds)("%s", (id) => {
  let folder = "";
  let loaded: { readonly format: FuzzFormat; readonly seeds: readonly Seed[] };

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-fuzz-"));
    loaded = await loadFormat(id);
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  test("its seeds are read as they are", async () => {
    for (const seed of loaded.seeds) {
      const outcome = await checkInput(loaded.format, { ...seed, damaged: "" }, folder);
      expect([seed.name, outcome.refused]).toEqual([seed.name, false]);
    }
  });

  test("damaged inputs are read or refused, and every record is accounted for", async () => {
    const end = performance.now() + mostSeconds * 1000;
    for (let index = 0; index < inputsAFormat && performance.now() < end; index++) {
      const input = makeInput(loaded.format, loaded.seeds, 1, index);
      const outcome = await checkInput(loaded.format, input, folder).catch((error: unknown) => String(error));
      expect([index, typeof outcome]).toEqual([index, "object"]);
    }
  });
});

test("an input is the same every time", async () => {
  const { format, seeds } = await loadFormat("csv");
  const bytes = (index: number) => Object.values(makeInput(format, seeds, 7, index).files).map(String);
  expect(bytes(41)).toEqual(bytes(41));
  expect(bytes(41)).not.toEqual(bytes(42));
  expect([0, 1, 2].map(() => new Random(5).int(1000))).toEqual(
    Array.from({ length: 3 }, () => new Random(5).int(1000)),
  );
});
