/** `journal.ndjson`: what was done here, by whom, when and with what. Only ever added to; a line at a time, each on the disk before work goes on. */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { z } from "zod";
import { madeBy } from "./version.ts";

/** What is being done: `run`, `drill`. */
export interface JournalEntry {
  readonly kind: string;
  /** Verbatim: what is taken from the environment stands there by its name. */
  readonly recipe: string;
}

/** How it ended; whether it went to its end says nothing of how well. */
export interface JournalEnd {
  readonly status: "completed" | "failed" | "interrupted";
  readonly verdict: string | null;
  /** What else is worth remembering. */
  readonly score?: object;
}

export class Journal {
  readonly #file: string;
  readonly #run: string;
  readonly #kind: string;
  readonly #versions = versionsNow();

  /** Begins an entry. */
  constructor(file: string, { kind, recipe }: JournalEntry) {
    this.#file = file;
    this.#run = randomUUID();
    this.#kind = kind;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.#add("begin", { at: now(), who: who(), versions: this.#versions, recipe });
  }

  /** Does a piece of the work, and notes when it began and ended, however it did. */
  async phase<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const started = now();
    try {
      return await work();
    } finally {
      this.noted(name, started, now());
    }
  }

  /** A piece of the work that was done already. */
  noted(name: string, started: string, ended: string): void {
    this.#add("phase", { name, started, ended });
  }

  /** Does all of the work, and notes how it ended; `tell`: what its result says of the verdict. */
  async whole<Result>(
    signal: AbortSignal,
    work: () => Promise<Result>,
    tell: (result: Result) => Omit<JournalEnd, "status"> & Partial<JournalEnd>,
  ): Promise<Result> {
    try {
      const result = await work();
      this.end({ status: "completed", ...tell(result) });
      return result;
    } catch (error) {
      this.end({ status: signal.aborted ? "interrupted" : "failed", verdict: null });
      throw error;
    }
  }

  end(ended: JournalEnd): void {
    this.#add("end", { at: now(), versions: this.#versions, ...ended });
  }

  #add(event: string, what: object): void {
    const line = `${JSON.stringify({ run: this.#run, kind: this.#kind, event, ...what })}\n`;
    const file = fs.openSync(this.#file, "a");
    try {
      fs.writeSync(file, startsLine(this.#file) ? line : `\n${line}`);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
  }
}

/** A line that was cut stays by itself. */
function startsLine(file: string): boolean {
  const { size } = fs.statSync(file);
  if (size === 0) return true;
  const [descriptor, last] = [fs.openSync(file, "r"), Buffer.alloc(1)];
  try {
    fs.readSync(descriptor, last, 0, 1, size - 1);
  } finally {
    fs.closeSync(descriptor);
  }
  return last.toString() === "\n";
}

function now(): string {
  return new Date().toISOString();
}

function who(): string {
  let user = "unknown";
  try {
    user = os.userInfo().username;
  } catch {
    // In a container a user may have a number and no name.
  }
  return `${user}@${os.hostname()}`;
}

/** Of all that has a say in the bytes that come out. */
export function versionsNow(): Readonly<Record<string, string>> {
  const memory = new Database(":memory:");
  const sqlite = String(memory.prepare("SELECT sqlite_version()").pluck(true).get());
  memory.close();
  return { tablesalvage: madeBy.replace(/^tablesalvage /, ""), node: process.version.slice(1), sqlite };
}

const common = { run: z.string(), kind: z.string() };
const span = { name: z.string(), started: z.string(), ended: z.string() };
const line = z.discriminatedUnion("event", [
  z.object({
    ...common,
    event: z.literal("begin"),
    at: z.string(),
    who: z.string(),
    versions: z.record(z.string(), z.string()),
    recipe: z.string(),
  }),
  z.object({ ...common, event: z.literal("phase"), ...span }),
  z.object({
    ...common,
    event: z.literal("end"),
    status: z.enum(["completed", "failed", "interrupted"]),
    verdict: z.string().nullable(),
  }),
]);
type Line = z.infer<typeof line>;

/** One run as the journal has it. */
export interface JournaledRun {
  readonly run: string;
  readonly kind: string;
  /** ISO 8601, UTC. */
  readonly began: string;
  readonly who: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly recipe: string;
  readonly phases: readonly { readonly name: string; readonly started: string; readonly ended: string }[];
  /** `interrupted` where nothing says how it ended: the machine stopped, or it is still at work. */
  readonly status: JournalEnd["status"];
  readonly verdict: string | null;
}

/** Oldest first. Lines that are cut, or none of a journal, are passed over; a journal that is not there has no runs. */
export function readJournal(file: string): JournaledRun[] {
  if (!fs.existsSync(file)) return [];
  const runs = new Map<string, JournaledRun>();
  for (const text of fs.readFileSync(file, "utf8").split("\n")) {
    const { data } = line.safeParse(objectOf(text));
    const run = data === undefined ? undefined : withLine(runs.get(data.run), data);
    if (run !== undefined) runs.set(run.run, run);
  }
  return [...runs.values()];
}

/** Undefined for what follows a beginning that is not there. */
function withLine(run: JournaledRun | undefined, said: Line): JournaledRun | undefined {
  if (said.event === "begin") {
    const { run: id, kind, at: began, who: by, versions: made, recipe } = said;
    return { run: id, kind, began, who: by, versions: made, recipe, phases: [], status: "interrupted", verdict: null };
  }
  if (run === undefined) return undefined;
  if (said.event === "end") return { ...run, status: said.status, verdict: said.verdict };
  const { name, started, ended } = said;
  return { ...run, phases: [...run.phases, { name, started, ended }] };
}

function objectOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
