/** The journal: only ever added to, whatever becomes of the work. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { Journal, readJournal } from "../../src/report/journal.ts";

const signal = new AbortController().signal;

function fresh(): string {
  return path.join(fs.mkdtempSync(path.join(os.tmpdir(), "journal-")), "incident", "journal.ndjson");
}

async function work(file: string, result: Promise<string> = Promise.resolve("clean")): Promise<string> {
  const journal = new Journal(file, { kind: "run", recipe: "incident: x\nsources: ${env:URL}\n" });
  return journal.whole(
    signal,
    () => journal.phase("extract", () => result),
    (verdict) => ({ verdict }),
  );
}

describe("journal", () => {
  it("says who did what, when, with what, and how it ended", async () => {
    const file = fresh();
    await work(file);
    const [run] = readJournal(file);
    expect(run).toMatchObject({
      kind: "run",
      status: "completed",
      verdict: "clean",
      recipe: "incident: x\nsources: ${env:URL}\n",
    });
    expect(run?.who).toMatch(/^.+@.+$/);
    expect(run?.versions).toMatchObject({ node: process.version.slice(1), sqlite: expect.stringMatching(/^3\./) });
    const [phase] = run?.phases ?? [];
    const times = [run?.began, phase?.started, phase?.ended];
    expect(phase?.name).toBe("extract");
    for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(times).toEqual(times.toSorted((left, right) => String(left).localeCompare(String(right))));
  });

  it("is only added to", async () => {
    const file = fresh();
    await work(file);
    const before = fs.readFileSync(file);
    await work(file, Promise.resolve("needs-review"));
    expect(fs.readFileSync(file).subarray(0, before.length).equals(before)).toBe(true);
    expect(readJournal(file).map(({ verdict }) => verdict)).toEqual(["clean", "needs-review"]);
  });

  it("status and verdict are two things: what fails has no verdict, and its phase ends all the same", async () => {
    const file = fresh();
    await expect(work(file, Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(readJournal(file)).toMatchObject([{ status: "failed", verdict: null, phases: [{ name: "extract" }] }]);
  });

  it("what was cut off counts as interrupted, and hides nothing that comes after", async () => {
    const file = fresh();
    await work(file);
    const whole = fs.readFileSync(file, "utf8");
    for (let length = 0; length < whole.length; length += 7) {
      fs.writeFileSync(file, whole.slice(0, length));
      await work(file, Promise.resolve("after"));
      const runs = readJournal(file);
      expect(runs.at(-1)).toMatchObject({ status: "completed", verdict: "after" });
      expect(runs.slice(0, -1).every(({ status }) => status === "interrupted")).toBe(true);
    }
  });
});
