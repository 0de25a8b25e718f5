/** What the pipeline tells of itself while it works. Only `cli` prints; the pipeline calls these. */

/** One piece of long work: a source being extracted, a table being reconciled. */
export interface Task {
  /** `done` of `total` units of work; `rows` so far where the work counts rows. */
  update(done: number, total: number, rows?: number): void;
  /** A line for `run.log` alone: what a source's own program says. */
  log(line: string): void;
  /** The work ended; `message` is its one-line result. */
  finish(message: string): void;
}

export interface Reporter {
  /** `stage` is a step of the pipeline, `label` what it works on: `extract`, `backup`. */
  task(stage: string, label: string): Task;
  info(message: string): void;
  warn(message: string): void;
}

/** Tells nobody. For tests and for library use. */
export const silentReporter: Reporter = {
  task: () => ({ update: () => undefined, log: () => undefined, finish: () => undefined }),
  info: () => undefined,
  warn: () => undefined,
};
