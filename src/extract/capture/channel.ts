/** Captured files on their way to staging: whoever captures hands them over, whoever stages waits for them. */
import type { CapturedFile } from "./file.ts";

export class FileChannel {
  readonly #files: CapturedFile[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: () => void = () => {};

  readonly add = (file: CapturedFile): void => {
    this.#files.push(file);
    this.#wake();
  };

  /** Nothing more comes; with `error`, because capturing failed. */
  end(error?: unknown): void {
    this.#end = error === undefined ? {} : { error };
    this.#wake();
  }

  /** Every file in order. Throws what capturing failed of, once all that were handed over are through. */
  async *files(): AsyncGenerator<CapturedFile> {
    for (let next = 0; ;) {
      const file = this.#files[next];
      if (file !== undefined) {
        next++;
        yield file;
      } else if (this.#end === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (this.#end.error !== undefined) throw this.#end.error;
      else return;
    }
  }
}
