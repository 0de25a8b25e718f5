/** Seeds from the extractors' own fixtures. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { SqlType, Table } from "../../src/schema/model.ts";
import { makeTable, mapTable } from "../extract/harness.ts";
import type { Seed } from "./format.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract");

interface Case {
  readonly options: Readonly<Record<string, unknown>>;
  readonly keys?: number;
  readonly tables: Readonly<Record<string, Readonly<Record<string, SqlType["name"]>>>>;
  readonly mappings?: Readonly<Record<string, { from?: string; columns?: Readonly<Record<string, string>> }>>;
}

/** One seed a folder of `fixtures/extract/<id>`, as its `options.yaml` says; `makes`: its tables. */
export function fixtureSeeds(
  id: string,
  makes: (id: string, columns: Case["tables"][string], keys?: number) => Table = makeTable,
): Seed[] {
  return readdirSync(path.join(fixtures, id)).map((name) => {
    const folder = path.join(fixtures, id, name);
    const {
      options,
      tables,
      keys,
      mappings = {},
    } = parse(readFileSync(path.join(folder, "options.yaml"), "utf8")) as Case;
    return {
      name,
      files: filesIn(folder, (file) => file !== "options.yaml"),
      options,
      mappings: Object.entries(tables).map(([table, columns]) =>
        mapTable(makes(table, columns, keys), mappings[table]?.from, mappings[table]?.columns),
      ),
    };
  });
}

export function filesIn(folder: string, accepts: (file: string) => boolean): Record<string, Buffer> {
  const names = readdirSync(folder).filter(accepts).toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name))]));
}
