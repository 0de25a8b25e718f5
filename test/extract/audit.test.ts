import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import audit from "../../src/extract/audit/index.ts";
import { collectCase, goldenText } from "./change-harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/audit");

describe("golden", () => {
  test.each(readdirSync(fixtures))("%s", async (name) => {
    const text = goldenText(await collectCase(audit, path.join(fixtures, name)));
    await expect(text).toMatchFileSnapshot(path.join(import.meta.dirname, `golden/audit/${name}.txt`));
  });
});
