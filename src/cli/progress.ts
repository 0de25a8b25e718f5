/** The pipeline's progress on stderr: bars where a person looks on, plain lines where a log is written. */
import { MultiBar, Presets } from "cli-progress";
import type { SingleBar } from "cli-progress";
import type { Reporter, Task } from "../progress.ts";
import { count, printable, showDuration } from "./text.ts";

export interface ProgressStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean | undefined;
}

export interface ProgressOptions {
  /** Milliseconds, of any origin. */
  readonly now: () => number;
  /** Takes secrets out. */
  readonly redact: (text: string) => string;
}

export interface ClosableReporter extends Reporter {
  /** Leaves the terminal as it was. */
  close(): void;
}

const plainEvery = 10_000;
const barWidth = 24;

interface Measure {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly rows: number | undefined;
  /** Milliseconds since the start. */
  readonly elapsed: number;
}

function share(measure: Measure): number {
  return measure.total > 0 ? Math.min(measure.done / measure.total, 1) : 0;
}

/** `45 %, 120,000 rows, 25,000/s, 0:12 left`, as far as it is known. */
function describe(measure: Measure): string {
  const { rows, elapsed } = measure;
  const done = share(measure);
  const counted = rows === undefined ? [] : [`${count(rows)} rows`];
  const rate = rows === undefined || elapsed < 1000 ? [] : [`${count(Math.round((rows * 1000) / elapsed))}/s`];
  const left = done > 0 && done < 1 ? [`${showDuration((elapsed * (1 - done)) / done / 1000)} left`] : [];
  return [`${Math.floor(done * 100)} %`, ...counted, ...rate, ...left].join(", ");
}

/** @param stream stderr, as a rule */
export function createReporter(stream: ProgressStream, options: ProgressOptions): ClosableReporter {
  const shown = (text: string): string => printable(options.redact(text));
  return stream.isTTY === true ? barReporter(stream, options, shown) : plainReporter(stream, options, shown);
}

type Shown = (text: string) => string;

function plainReporter(stream: ProgressStream, { now }: ProgressOptions, shown: Shown): ClosableReporter {
  const say = (line: string): void => void stream.write(`${line}\n`);
  return {
    task: (stage, label) => plainTask(shown(`${stage} ${label}`), now, shown, say),
    info: (message) => say(shown(message)),
    warn: (message) => say(`warning: ${shown(message)}`),
    close: () => undefined,
  };
}

function plainTask(name: string, now: () => number, shown: Shown, say: (line: string) => void): Task {
  const started = now();
  let said = started;
  say(`${name}: started`);
  return {
    update(done, total, rows) {
      const time = now();
      if (time - said < plainEvery) return;
      said = time;
      say(`${name}: ${describe({ name, done, total, rows, elapsed: time - started })}`);
    },
    log: () => undefined,
    finish: (message) => say(`${name}: ${shown(message)}`),
  };
}

function drawBar(done: number): string {
  const full = Math.round(done * barWidth);
  return "█".repeat(full) + "░".repeat(barWidth - full);
}

function createBars(stream: ProgressStream): MultiBar {
  return new MultiBar(
    {
      stream,
      format: (_options, _parameters, measure: Measure) =>
        `${measure.name} ${drawBar(share(measure))} ${describe(measure)}`,
      // main.ts alone decides what an interruption does.
      gracefulExit: false,
      clearOnComplete: true,
      hideCursor: true,
      emptyOnZero: true,
    },
    Presets.shades_classic,
  );
}

/** A finished task leaves its line above the bars that are left. */
function barReporter(stream: ProgressStream, { now }: ProgressOptions, shown: Shown): ClosableReporter {
  const bars = createBars(stream);
  const running = new Set<SingleBar>();
  const say = (line: string): void => {
    if (running.size > 0) bars.log(`${line}\n`);
    else stream.write(`${line}\n`);
  };
  const end = (bar: SingleBar, line: string): void => {
    say(line);
    bars.remove(bar);
    running.delete(bar);
    if (running.size === 0) bars.stop();
  };
  return {
    task(stage, label) {
      const name = shown(`${stage} ${label}`);
      const started = now();
      const measure = (done: number, total: number, rows?: number): Measure => ({
        name,
        done,
        total,
        rows,
        elapsed: now() - started,
      });
      const bar = bars.create(1, 0, measure(0, 0));
      running.add(bar);
      return {
        update: (done, total, rows) => bar.update(0, measure(done, total, rows)),
        log: () => undefined,
        finish: (message) => end(bar, `${name}: ${shown(message)}`),
      };
    },
    info: (message) => say(shown(message)),
    warn: (message) => say(`warning: ${shown(message)}`),
    close: () => {
      if (running.size > 0) bars.stop();
      running.clear();
    },
  };
}
