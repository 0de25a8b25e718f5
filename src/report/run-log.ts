/** `run.log` and `timings.json`: the only outputs that hold clock readings. */
import fs from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "../files/atomic.ts";
import type { Reporter } from "../progress.ts";

/** Writes what a reporter is told to an NDJSON file too, each line with its time. */
export function loggingReporter(reporter: Reporter, file: string): Reporter {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const log = (entry: Readonly<Record<string, string>>): void =>
    fs.appendFileSync(file, `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
  return {
    task(stage, label) {
      log({ event: "start", stage, label });
      const task = reporter.task(stage, label);
      return {
        update: (done, total, rows) => task.update(done, total, rows),
        log: (line) => log({ event: "log", stage, label, message: line }),
        finish(message) {
          log({ event: "finish", stage, label, message });
          task.finish(message);
        },
      };
    },
    info(message) {
      log({ event: "info", message });
      reporter.info(message);
    },
    warn(message) {
      log({ event: "warn", message });
      reporter.warn(message);
    },
  };
}

/** Measures steps by name; `write` puts them into a file, in milliseconds. */
export class Timings {
  readonly #steps: Record<string, number> = {};

  async measure<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.#steps[step] = Math.round(performance.now() - start);
    }
  }

  write(file: string): void {
    writeFileAtomic(file, `${JSON.stringify({ milliseconds: this.#steps }, null, 2)}\n`);
  }
}
