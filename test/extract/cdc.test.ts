import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import cdc from "../../src/extract/cdc/index.ts";
import { collectCase, goldenText } from "./change-harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/cdc");

describe("golden", () => {
  test.each(readdirSync(fixtures))("%s", async (name) => {
    const text = goldenText(await collectCase(cdc, path.join(fixtures, name)));
    await expect(text).toMatchFileSnapshot(path.join(import.meta.dirname, `golden/cdc/${name}.txt`));
  });
});
