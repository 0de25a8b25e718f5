/** Emitted scripts are evidence like any other: the project's own reader gets the same canonical rows out of them. */
import { describe, expect, test } from "vitest";
import sqlScript from "../../src/extract/sql-script/index.ts";
import type { EmitRequest, EmitTable } from "../../src/emit/emitter.ts";
import { defaultConventions } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { collect, evidenceFile, expectBalance, mapTable } from "../extract/harness.ts";
import { makeTable } from "../model.ts";
import { emitScripts, emitTable, hostileTexts, modernWorld, temporaryFolder, world } from "./world.ts";

const hostile = makeTable(
  "Hostile",
  [{ name: "Id" }, { name: "Text", type: { name: "nvarchar", length: 4000 } }, { name: "Note", type: "ntext" }],
  ["Id"],
);
const hostileRows = hostileTexts.map((text, id) => [id, text, text]);

/** The rows that the sql-script extractor finds, in canonical form, by table. */
async function readBack(
  tables: readonly EmitTable[],
  more: Partial<EmitRequest>,
): Promise<Record<string, unknown[][]>> {
  const folder = temporaryFolder();
  const { result } = await emitScripts(tables, { ...more, folder });
  const data = result.files.filter(({ purpose }) => purpose === "data");
  const files = data.map((file) => evidenceFile(file.path, folder));
  const mappings = tables.map(({ table }) => mapTable(table));
  const extraction = await collect(sqlScript, { path: "*.sql" }, { files, mappings });
  expectBalance(extraction);
  expect(extraction.quarantined).toEqual([]);
  return Object.fromEntries(
    tables.map(({ table, columns }) => {
      const codecs = columns.map((column) => ({ name: column.name, codec: codecFor(column) }));
      const rows = extraction.rows.filter((row) => row.table === table.id);
      const canonical = rows.map(({ cells }) =>
        codecs.map(({ name, codec }) => {
          const raw = cells[name] ?? null;
          return raw === null ? null : codec.parse(raw, defaultConventions);
        }),
      );
      return [table.id, canonical];
    }),
  );
}

/** Integers of any JS type, and bytes of any view, alike; xml without the declared encoding, which no N'' can have. */
function comparable(value: unknown): unknown {
  if (typeof value === "string" && value.startsWith("<?xml")) return value.replace(' encoding="utf-8"', "");
  if (typeof value === "number" && Number.isInteger(value) && !Object.is(value, -0)) return BigInt(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}

describe("emitted scripts read back as the rows that they were made of", () => {
  test.each([
    ["2000", () => world(false)],
    ["2005", () => world()],
    ["2008", () => modernWorld()],
    ["2022", () => modernWorld()],
  ] as const)("version %s", async (version, tables) => {
    const emitted = [...tables(), emitTable(hostile, hostileRows)];
    const found = await readBack(emitted, { version });
    const expected = emitted.map((one) => [
      one.table.id,
      [...one.rows()].flatMap((batch) => batch.map((row) => row.map(comparable))),
    ]);
    const got = emitted.map(({ table }) => [table.id, found[table.id]?.map((row) => row.map(comparable))]);
    expect(got).toEqual(expected);
  });
});
