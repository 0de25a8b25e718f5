/** The files that instawdb.sql loads, under the options of its BULK INSERTs and the types of its tables. */
import { existsSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import bcp from "../../src/extract/bcp/index.ts";
import { loadSchema } from "../../src/schema/load.ts";
import { type DatabaseSchema, findColumn, findTable } from "../../src/schema/model.ts";
import { defaultConventions, Unparsable } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { collect, evidenceFile, expectBalance, mapTable } from "./harness.ts";

const data = path.join(import.meta.dirname, "../../../shared/data/adventureworks");
const [tab, bars] = [String.raw`\t`, ["+|", String.raw`&|\n`]] as const;

describe.skipIf(!existsSync(data))("AdventureWorks (skipped where ../shared/data does not exist)", () => {
  let schema: DatabaseSchema;
  beforeAll(async () => {
    schema = await loadSchema(path.join(data, "instawdb.sql"));
  });

  test.each([
    ["Sales.Currency", [tab, "0x0a"], 105],
    ["Sales.CurrencyRate", [tab, "0x0a"], 13_532],
    ["Sales.Customer", [tab, "0x0a"], 19_820],
    ["Production.Document", bars, 12],
    ["HumanResources.Employee", [tab, String.raw`\n`], 290],
    ["Production.Product", [tab, "0x0a"], 504],
    ["Production.ProductModel", bars, 128],
  ] as const)(
    "%s: every record is a row, and every cell a value of its column",
    async (id, [fieldTerminator, rowTerminator], rows) => {
      const table = findTable(schema, id);
      if (table === undefined) throw new Error(`${id} is not in the script`);
      const file = evidenceFile(path.join(data, `${table.name}.csv`), data);
      const options = { path: file.name, mode: "char", encoding: "utf-8", fieldTerminator, rowTerminator };
      const extraction = await collect(bcp, options, { files: [file], mappings: [mapTable(table)] });
      expectBalance(extraction);
      expect(extraction.quarantined).toEqual([]);
      expect(extraction.warnings).toEqual([]);
      expect(extraction.rows).toHaveLength(rows);
      const unread = extraction.rows.flatMap(({ cells, position }) =>
        Object.entries(cells).flatMap(([name, cell]) => {
          const column = findColumn(table, name);
          if (cell === null) return column?.nullable === false ? [`${position} ${name} is NULL`] : [];
          const value = column && codecFor(column).parse(cell, defaultConventions);
          return value instanceof Unparsable ? [`${position} ${name} ${value.reason}`] : [];
        }),
      );
      expect(unread).toEqual([]);
    },
  );
});
