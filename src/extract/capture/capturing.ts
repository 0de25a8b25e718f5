/** A capture that goes on, and whoever follows it: the folder's list is what counts, this tells only that it changed. */
import type { CaptureFolder } from "./folder.ts";
import type { CapturedFile } from "./file.ts";
import type { CapturedTable } from "./manifest.ts";

export class Capturing {
  #changed = false;
  #end: { readonly error?: unknown } | undefined;
  #wake: () => void = () => {};

  readonly changed = (): void => {
    this.#changed = true;
    this.#wake();
  };

  /** Nothing more comes; with `error`, because capturing failed. */
  end(error?: unknown): void {
    this.#end = error === undefined ? {} : { error };
    this.#wake();
  }

  /** Waits for a change since the last one. False: there is none any more. Throws what capturing failed of. */
  async more(): Promise<boolean> {
    while (!this.#changed && this.#end === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#end?.error !== undefined) throw this.#end.error;
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }
}

export interface Followed {
  readonly table: CapturedTable;
  readonly file: CapturedFile;
}

/** Every whole file of a table, as it comes; at last what the list says of the table. Undefined: it was not captured to its end. */
export async function* follow(
  list: () => CaptureFolder,
  [id, question]: readonly [id: string, question: string],
  capturing: Capturing,
): AsyncGenerator<Followed, CapturedTable | undefined> {
  for (let next = 0; ;) {
    const table = list().table(id, question);
    for (const file of table?.files.slice(next) ?? []) yield { table: table as CapturedTable, file };
    next = table?.files.length ?? 0;
    if (table?.isComplete === true) return table;
    if (!(await capturing.more())) return undefined;
  }
}
