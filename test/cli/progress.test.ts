import { describe, expect, it } from "vitest";
import { createReporter } from "../../src/cli/progress.ts";
import { Collector } from "./harness.ts";

function clock() {
  let time = 5000;
  return { now: () => time, pass: (seconds: number) => void (time += seconds * 1000) };
}

describe("progress where a log is written", () => {
  it("is a line at the start, at the end, and every ten seconds", () => {
    const stream = new Collector();
    const { now, pass } = clock();
    const reporter = createReporter(stream, { now, redact: (text) => text.replaceAll("secret", "***") });
    const task = reporter.task("extract", "backup\u001B[2J");
    for (let done = 1; done <= 25; done++) {
      pass(1);
      task.update(done, 50, done * 1000);
    }
    task.finish("25,000 rows of secret");
    reporter.info("info secret");
    reporter.warn("warn\nsecret");
    reporter.close();
    expect(stream.text.split("\n")).toEqual([
      "extract backup\\x1B[2J: started",
      "extract backup\\x1B[2J: 20 %, 10,000 rows, 1,000/s, 0:40 left",
      "extract backup\\x1B[2J: 40 %, 20,000 rows, 1,000/s, 0:30 left",
      "extract backup\\x1B[2J: 25,000 rows of ***",
      "info ***",
      "warning: warn\\n***",
      "",
    ]);
  });

  it("knows no rows and no total where the work has none", () => {
    const stream = new Collector();
    const { now, pass } = clock();
    const task = createReporter(stream, { now, redact: (text) => text }).task("verify", "keys");
    pass(11);
    task.update(0, 0);
    expect(stream.text).toBe("verify keys: started\nverify keys: 0 %\n");
  });
});

describe("progress on a terminal", () => {
  it("draws bars, leaves a line for each finished task, and gives the cursor back", () => {
    const stream = Object.assign(new Collector(true), {
      cursorTo: () => true,
      moveCursor: () => true,
      clearLine: () => true,
      clearScreenDown: () => true,
      columns: 100,
    });
    const { now, pass } = clock();
    const reporter = createReporter(stream, { now, redact: (text) => text });
    const [first, second] = [reporter.task("extract", "backup"), reporter.task("extract", "nightly")];
    pass(2);
    first.update(1, 2, 500);
    reporter.warn("careful");
    first.finish("1,000 rows");
    second.finish("2 rows");
    reporter.info("after");
    reporter.close();
    for (const line of ["warning: careful\n", "extract backup: 1,000 rows\n", "extract nightly: 2 rows\n", "after\n"])
      expect(stream.text).toContain(line);
    expect(stream.text).toMatch(/extract nightly ░+ 0 %/);
    const [hide, show] = ["\u001B[?25l", "\u001B[?25h"];
    expect(stream.text.lastIndexOf(show)).toBeGreaterThan(stream.text.lastIndexOf(hide));
  });
});
