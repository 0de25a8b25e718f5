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

  /** What the phases of that name took together. */
  of(...names: readonly string[]): number {
    return this.phases
      .filter(({ name }) => names.includes(name))
      .reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  }
}
