/**
 * How far a load has come, so that it goes on where it stopped: which scripts ran to their end in which database. It is written before and after each script, and synced: what it
 * cannot know is whether a script that was begun has committed before the connection broke; that the script itself finds out.
 */
import fs from "node:fs";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";

const load = z.strictObject({
  /** Where the database is. */
  target: z.string(),
  /** Hash of the scripts' manifest. */
  scripts: z.string(),
  finished: z.array(z.string()),
  /** The script that ran when the load stopped. */
  begun: z.string().nullable(),
});

const journal = z.strictObject({ format: z.literal(1), loads: z.array(load) });

type Load = z.infer<typeof load>;

export class Journal {
  readonly #file: string;
  readonly #others: readonly Load[];
  #load: Load;

  /** Throws UserError where the file cannot be read. */
  constructor(file: string, target: string, scripts: string) {
    const loads = readLoads(file);
    const isThis = (each: Load): boolean => each.target === target && each.scripts === scripts;
    this.#file = file;
    this.#others = loads.filter((each) => !isThis(each));
    this.#load = loads.find(isThis) ?? { target, scripts, finished: [], begun: null };
  }

  /** Has anything been run there before? */
  get isResumed(): boolean {
    return this.#load.finished.length > 0 || this.#load.begun !== null;
  }

  hasFinished(script: string): boolean {
    return this.#load.finished.includes(script);
  }

  /** Was it running when the load stopped? */
  wasBegun(script: string): boolean {
    return this.#load.begun === script;
  }

  begin(script: string): void {
    this.#write({ ...this.#load, begun: script });
  }

  finish(script: string): void {
    this.#write({ ...this.#load, begun: null, finished: [...this.#load.finished, script] });
  }

  #write(changed: Load): void {
    this.#load = changed;
    const content = { format: 1, loads: [...this.#others, changed] };
    writeFileAtomic(this.#file, `${JSON.stringify(content, null, 2)}\n`);
  }
}

function readLoads(file: string): readonly Load[] {
  if (!fs.existsSync(file)) return [];
  try {
    return journal.parse(JSON.parse(fs.readFileSync(file, "utf8"))).loads;
  } catch (cause) {
    throw new UserError({
      what: "the journal of loads cannot be read",
      where: { file },
      remedy: "Put it back as salvage wrote it; without it a load would begin anew",
      cause,
    });
  }
}
