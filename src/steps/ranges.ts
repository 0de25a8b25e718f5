/** Reconciles large tables by ranges of their keys, side by side; what comes of it is what one thread would have left. */
import fs from "node:fs";
import path from "node:path";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { cutRanges } from "../reconcile/ranges.ts";
import type { TableWork } from "../reconcile/table.ts";
import { takePart } from "../stage/parts.ts";
import type { Part } from "../stage/parts.ts";
import type { Store } from "../stage/database.ts";
import type { TableWriter } from "../stage/table-writer.ts";
import { Crew } from "../threads/crew.ts";
import type { Plans } from "./plans.ts";
import type { RangeJob, RangeWorkerData } from "./range-job.ts";
import type { Services } from "./services.ts";
import { present } from "../recipe/records.ts";
import { stagedFile } from "./standings.ts";
import { defaultWorkforce } from "./workforce.ts";
import type { Workforce } from "./workforce.ts";

/** Several ranges a worker: they are taken in while later ones are worked on, and none has to wait long for the slowest. */
const rangesAWorker = 4;
/** Keys drawn for each range: enough for the ranges to be of about one size. */
const samplesARange = 64;

export class RangeTeam {
  readonly #incident: Incident;
  readonly #services: Services;
  readonly #workforce: Workforce;
  readonly #crew: Crew<RangeJob, Part>;

  /** No thread starts before there is a range for it. */
  constructor(
    incident: Incident,
    { accuracies, decisions }: Pick<Plans, "accuracies" | "decisions">,
    services: Services,
  ) {
    const { recipe, tables } = incident;
    const workerData: RangeWorkerData = {
      tables,
      rules: recipe.rules,
      accuracies,
      decisions,
      recoverTo: recipe.recoverTo,
      files: recipe.sources.map((source) => stagedFile(incident, source)),
    };
    this.#incident = incident;
    this.#services = services;
    this.#workforce = services.workforce ?? defaultWorkforce;
    const entry = new URL("range-worker", import.meta.url);
    this.#crew = new Crew({ entry, size: this.#workforce.workers, workerData, signal: services.signal });
  }

  /** Is it worth it for a table of that many observations? */
  suits(observations: number): boolean {
    return this.#workforce.workers > 1 && observations >= this.#workforce.smallTable;
  }

  /** `progress` gets the observations done so far. Of several ranges that fail, the first in key order tells why. */
  async reconcile(work: TableWork, rows: TableWriter, store: Store, progress: (done: number) => void): Promise<void> {
    const jobs = this.#jobs(work);
    const done = jobs.map(() => 0);
    const parts = jobs.map((job, index) =>
      this.#crew.run(job, (observations) => {
        done[index] = observations;
        progress(done.reduce((sum, each) => sum + each, 0));
      }),
    );
    // What fails behind the first failure is nobody's concern.
    for (const part of parts) part.catch(() => undefined);
    for (const running of parts) {
      const part = await running;
      await takePart(store, rows, part, this.#services.signal);
      fs.rmSync(part.file);
    }
  }

  /** Stops the threads and removes what they left. */
  async close(): Promise<void> {
    await this.#crew.close();
    fs.rmSync(layoutOf(this.#incident.directory).parts, { recursive: true, force: true });
  }

  #jobs({ plan, sources }: TableWork): RangeJob[] {
    const { directory, tables } = this.#incident;
    const table = tables.indexOf(plan.table);
    const standings = sources.map(({ standing, editions }) => ({ standing, ...present({ editions }) }));
    return this.#ranges({ plan, sources }).map((range, index) => {
      const file = path.join(layoutOf(directory).parts, `${table}-${index}.db`);
      return { table, standings, range, file };
    });
  }

  #ranges({ plan: { table }, sources }: Pick<TableWork, "plan" | "sources">) {
    const count = this.#workforce.workers * rangesAWorker;
    const total = sources.reduce((sum, { reader }) => sum + reader.count(table), 0);
    const samples = sources.flatMap(({ reader }) =>
      reader.sampleKeys(table, Math.ceil((count * samplesARange * reader.count(table)) / total)),
    );
    return cutRanges(samples, count);
  }
}
