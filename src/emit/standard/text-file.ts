/** A script in UTF-8 under construction: statements, each ended by a semicolon at the end of its line. */
import path from "node:path";
import { AtomicFile } from "../../files/atomic.ts";
import type { WrittenFile } from "../../files/atomic.ts";
import { comments } from "../common/comments.ts";

export class TextFile {
  readonly #file: AtomicFile;

  constructor(file: string, head: readonly string[], options: { readonly gzip?: boolean } = {}) {
    this.#file = new AtomicFile(file, options);
    this.write(`${comments(head)}\n`);
  }

  get bytes(): number {
    return this.#file.bytes;
  }

  write(text: string): void {
    this.#file.write(text);
  }

  statement(sql: string): void {
    this.write(`${sql};\n`);
  }

  commit(): WrittenFile {
    return this.#file.commit();
  }

  discard(): void {
    this.#file.discard();
  }
}

export function writeStatements(
  folder: string,
  name: string,
  head: readonly string[],
  statements: Iterable<string>,
): WrittenFile {
  const file = new TextFile(path.join(folder, name), head);
  try {
    for (const statement of statements) file.statement(statement);
    return file.commit();
  } catch (error) {
    file.discard();
    throw error;
  }
}
