/** What a command works with: the incident, the pipeline, and the one way to print. */
import path from "node:path";
import { UserError } from "../errors.ts";
import type * as pipeline from "../pipeline.ts";
import type { Incident, Services } from "../pipeline.ts";
import { trackEnvironment } from "../recipe/environment.ts";
import type { Environment } from "../recipe/environment.ts";
import { requireOwnDirectory } from "./own-directory.ts";
import { createReporter } from "./progress.ts";
import type { ClosableReporter, ProgressStream } from "./progress.ts";
import { paintFor } from "./terminal.ts";
import type { Paint } from "./terminal.ts";

export type Pipeline = typeof pipeline;

export interface Surroundings {
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream;
  readonly env: Environment;
  /** Absolute; relative paths of the command line start here. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Asks whoever sits at the terminal; undefined: nobody does. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

export interface IncidentArguments {
  readonly recipe?: string | undefined;
  readonly dir?: string | undefined;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change)]));
}

export class Session {
  readonly pipeline: Pipeline;
  readonly paint: Paint;
  readonly #surroundings: Surroundings;
  readonly #json: boolean;
  readonly #environment: ReturnType<typeof trackEnvironment>;
  readonly #reporter: ClosableReporter;

  constructor(surroundings: Surroundings, used: Pipeline, json: boolean) {
    this.pipeline = used;
    this.paint = paintFor(surroundings.stdout, surroundings.env);
    this.#surroundings = surroundings;
    this.#json = json;
    this.#environment = trackEnvironment(surroundings.env);
    this.#reporter = createReporter(surroundings.stderr, { now: () => performance.now(), redact: this.redact });
  }

  get services(): Services {
    return { reporter: this.#reporter, signal: this.#surroundings.signal };
  }

  /** Variables for recipes that commands write themselves; what is taken of them is shown nowhere. */
  get environment(): Environment {
    return this.#environment.environment;
  }

  /** `offline`: no source is read and no server is asked, so that variables of the environment need not be set. */
  async open(named: IncidentArguments, { offline = false } = {}): Promise<Incident> {
    const incident = await this.pipeline.openIncident({
      recipe: this.#resolve(named.recipe),
      directory: this.#resolve(named.dir),
      environment: this.#environment.environment,
      signal: this.#surroundings.signal,
      offline,
    });
    requireOwnDirectory(incident);
    return incident;
  }

  /** What an option says: `env:NAME` stands for the variable's value, which is shown nowhere. */
  secret(text: string): string {
    const name = /^env:(.*)$/.exec(text)?.[1];
    if (name === undefined) return text;
    const value = this.#environment.environment[name];
    if (value !== undefined && value !== "") return value;
    throw new UserError({
      what: `the variable ${name} is not set`,
      remedy: "Export it, or correct its name behind `env:`",
    });
  }

  /** What the person at the terminal answers; undefined: nobody is there, or the output is for a program. */
  async ask(question: string): Promise<string | undefined> {
    return this.#json ? undefined : this.#surroundings.ask?.(question);
  }

  /** Absolute, as seen from where the command was given. */
  readonly absolute = (file: string): string => path.resolve(this.#surroundings.cwd, file);

  /** Prints a command's result on stdout: the document itself with `--json`, else what `render` makes of it. */
  respond<T extends object>(result: T, render: (result: T) => string): void {
    const clean = this.redacted(result);
    this.close();
    this.#surroundings.stdout.write(this.#json ? `${JSON.stringify(clean, null, 2)}\n` : `${render(clean)}\n`);
  }

  /** Values of `${env:…}` as their names, wherever they turn up. */
  readonly redact = (text: string): string => this.#environment.redact(text);

  /** The same with every text within it redacted. */
  redacted<T>(value: T): T {
    return mapTexts(value, this.redact) as T;
  }

  /** As a person in this directory would write it. */
  readonly relative = (file: string): string => {
    const fromHere = path.relative(this.#surroundings.cwd, file);
    return fromHere === "" ? "." : fromHere.startsWith("..") ? file : fromHere;
  };

  close(): void {
    this.#reporter.close();
  }

  #resolve(file: string | undefined): string | undefined {
    return file === undefined ? undefined : this.absolute(file);
  }
}
