/** The ready drills notice when reconciliation is broken: each mutant makes its drill fall below a bar, which the code as it is passes (ready-drills.test.ts). */
import fs from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutants } from "./mutants.ts";
import { breakCode, copyOfCode, drillWith } from "./run-mutant.ts";

let folder = "";
beforeAll(() => void (folder = copyOfCode()));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

it("the copy passes as it is", async () => {
  expect((await drillWith(folder, "renumbered-keys")).verdict).toBe("passed");
});

describe("reconciliation with", () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))("%s fails", async (_name, mutant) => {
    const mend = breakCode(folder, mutant);
    try {
      const { status, verdict, rebuilds } = await drillWith(folder, mutant.drill);
      expect([status, verdict]).toEqual(["completed", "below"]);
      expect(rebuilds[0]?.bars.filter(({ holds }) => !holds).map(({ bar }) => bar)).not.toEqual([]);
    } finally {
      mend();
    }
  });
});
