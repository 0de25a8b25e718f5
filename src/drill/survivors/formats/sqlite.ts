/** A reporting job's copy: a SQLite database. */
import type { Copy, Format } from "../model.ts";
import { asCopied, sqliteCopy } from "../writing/sqlite-copy.ts";

const id = "sqlite";
const fileName = "copy.db";

export const sqlite: Format<Copy> = {
  id,
  content: "rows",
  asWritten: asCopied,
  write: async ({ tables }) => [{ name: fileName, bytes: sqliteCopy(tables), records: [] }],
  source: (folder) => ({ extractor: "sqlite", path: `${folder}/${fileName}` }),
};
