/** `staging/catalog.db`: which sources are staged, from what, with what counts; and the recipe that ran. */
import { UserError } from "../errors.ts";
import type { SourceSummary } from "../report/summary.ts";
import { openCatalogFile } from "./database.ts";
import type { Store } from "./database.ts";

const layout = `
  CREATE TABLE IF NOT EXISTS source (id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, summary TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

/** Grows with every change to what lies in `staging/`: a program does not read what a newer one wrote. */
const stagingVersion = 2;

export interface StagedSource {
  /** What it was read from and how: extractor, options, mappings, hashes of the files. */
  readonly fingerprint: string;
  readonly summary: SourceSummary;
}

/**
 * `recipeFile`: where the recipe lay that ran; `recipeInputs`: what it was made of besides its sources, with hashes; `reconciled`: fingerprint of what `reconciled.db` was made from; `tables`: its
 * summaries; `undecided`: the fingerprint but for what people decided; `decided`: a mark of the decisions that were applied; `decisions`: what became of each; `accuracies`: those of the sources, where a rule asked for them; `emitted`: fingerprint
 * of what the scripts were made from; `notes`: what was told of them.
 */
export type StateName =
  | "recipeFile"
  | "recipeInputs"
  | "reconciled"
  | "tables"
  | "undecided"
  | "decided"
  | "decisions"
  | "accuracies"
  | "emitted"
  | "notes";

/** Opens the catalog for the time of one piece of work. */
export function withCatalog<Result>(file: string, use: (catalog: Catalog) => Result): Result {
  const catalog = new Catalog(file);
  try {
    return use(catalog);
  } finally {
    catalog.close();
  }
}

export class Catalog {
  readonly #store: Store;

  constructor(file: string) {
    this.#store = openCatalogFile(file);
    const version = Number(this.#store.pragma("user_version", { simple: true }));
    if (version > stagingVersion) {
      this.#store.close();
      throw new UserError({
        what: "this staging was made by a newer version of tablesalvage",
        where: { file },
        remedy: "Use that version, or give this one a directory of its own with --dir; nothing was changed",
      });
    }
    if (this.#store.readonly) return;
    this.#store.exec(layout);
    if (version < stagingVersion) this.#store.pragma(`user_version = ${stagingVersion}`);
  }

  close(): void {
    this.#store.close();
  }

  source(id: string): StagedSource | undefined {
    const row = this.#store
      .prepare<[string], { fingerprint: string; summary: string }>(
        "SELECT fingerprint, summary FROM source WHERE id = ?",
      )
      .get(id);
    return row && { fingerprint: row.fingerprint, summary: JSON.parse(row.summary) as SourceSummary };
  }

  setSource(id: string, staged: StagedSource): void {
    this.#store
      .prepare("INSERT OR REPLACE INTO source VALUES (?, ?, ?)")
      .run(id, staged.fingerprint, JSON.stringify(staged.summary));
  }

  /** Forgets a source that is about to be read anew, so that an interruption leaves it unread, not half read. */
  forget(id: string): void {
    this.#store.prepare("DELETE FROM source WHERE id = ?").run(id);
  }

  state(name: StateName): string | undefined {
    return this.#store.prepare<[string], { value: string }>("SELECT value FROM state WHERE name = ?").get(name)?.value;
  }

  setState(name: StateName, value: string): void {
    this.#store.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)").run(name, value);
  }

  /** Forgets what is about to be made anew, so that an interruption leaves it undone, not half done. */
  clearState(name: StateName): void {
    this.#store.prepare("DELETE FROM state WHERE name = ?").run(name);
  }
}
