/** A dump of a SQLite copy, as the program `sqlite3` writes it. */
import fs from "node:fs";
import path from "node:path";
import type { Copy, Format } from "../model.ts";
import { namesInDump } from "../writing/names.ts";
import { inFolder, outputOf } from "../writing/program.ts";
import { asCopied, sqliteCopy } from "../writing/sqlite-copy.ts";

const id = "sqlite3-dump";
const fileName = "dump.sql";

export const sqlite3Dump: Format<Copy> = {
  id,
  content: "rows",
  asWritten: asCopied,
  async write({ tables }) {
    const bytes = await inFolder(async (folder) => {
      const file = path.join(folder, "copy.db");
      fs.writeFileSync(file, sqliteCopy(tables));
      return outputOf({ names: ["sqlite3"], args: [file, ".dump"], source: "the program sqlite3" });
    });
    return [{ name: fileName, bytes, records: [] }];
  },
  source: (folder, { tables }) => ({
    extractor: "sql-script",
    dialect: "sqlite",
    path: `${folder}/${fileName}`,
    ...namesInDump(tables.map(({ table }) => table)),
  }),
};
