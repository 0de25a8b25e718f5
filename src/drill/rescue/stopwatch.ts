/** How long each phase took. What it shows goes into `timings.json` alone. */
export interface Phase {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly ended: string;
  readonly milliseconds: number;
}

export class Stopwatch {
  readonly phases: Phase[] = [];

  async measure<Result>(name: string, work: () => Promise<Result> | Result): Promise<Result> {
    const [started, from] = [new Date(), performance.now()];
    try {
      return await work();
    } finally {
      const milliseconds = Math.round(performance.now() - from);
      this.phases.push({ name, started: started.toISOString(), ended: new Date().toISOString(), milliseconds });
    }
  }

  /** What was measured elsewhere. */
  add(name: string, started: string, ended: string): void {
    this.phases.push({ name, started, ended, milliseconds: Date.parse(ended) - Date.parse(started) });
  }
}

/** What the machine needs on the day itself; the rest is the drill's own. */
const recovery = new Set(["extract", "reconcile", "emit", "rebuild"]);

/** By phase, in milliseconds. */
export function recoveryTimes(phases: readonly Phase[]): Map<string, number> {
  return new Map(phases.filter(({ name }) => recovery.has(name)).map(({ name, milliseconds }) => [name, milliseconds]));
}
