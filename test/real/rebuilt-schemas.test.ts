/** The schemas of real databases, made again by the scripts for every version that knows their types. */
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { ServerVersion } from "../../src/emit/emitter.ts";
import { loadSchema } from "../../src/schema/load.ts";
import type { DatabaseSchema, Table } from "../../src/schema/model.ts";
import { readByLine } from "../support/sqlcmd.ts";
import { made } from "../emit/made.ts";
import { batchesOf, sqlScripts } from "../emit/reading.ts";
import { emitScripts, emitTable } from "../emit/world.ts";
import { hasSharedData, sharedData } from "../incident.ts";

const all: readonly ServerVersion[] = ["2000", "2005", "2008", "2012", "2016", "2022", "azure"];
const cases = [
  ["northwind/instnwnd.sql", all],
  ["chinook/Chinook_SqlServer.sql", all],
  ["adventureworks/instawdb.sql", all.slice(2)],
] as const;

function tableLike({ columns, primaryKey, unique, foreignKeys, checks, attachments }: Table) {
  return {
    columns: columns.map(({ name, type, nullable, identity, computed, default: preset, rowGuid }) => ({
      name,
      type,
      nullable,
      identity,
      computed: computed?.expression,
      preset,
      rowGuid,
    })),
    primaryKey,
    unique,
    foreignKeys: foreignKeys.toSorted(byName),
    checks,
    attachments: attachments
      .filter(({ kind, name }) => kind !== "trigger" || name !== undefined)
      .map(({ kind, sql }) => `${kind} ${sql.trim().replace(/;$/, "")}`)
      .toSorted(),
  };
}

function byName(left: { readonly name?: string }, right: { readonly name?: string }): number {
  return (left.name ?? "") < (right.name ?? "") ? -1 : 1;
}

/** By the table's name, since scripts make parents before children. */
function shapeOf({ tables }: DatabaseSchema) {
  return new Map(
    tables.toSorted((left, right) => (left.id < right.id ? -1 : 1)).map((table) => [table.id, tableLike(table)]),
  );
}

describe.skipIf(!hasSharedData)("schemas of real databases (skipped without ../shared/data)", () => {
  it.each(cases.flatMap(([file, versions]) => versions.map((version) => [file, version] as const)))(
    "%s comes to itself on %s",
    { timeout: 60_000 },
    async (file, version) => {
      const schema = await loadSchema(path.join(sharedData, file));
      const tables = schema.tables.map((table) => emitTable(table, []));
      const { scripts } = await emitScripts(tables, { version, schema });
      expect(shapeOf(made(scripts))).toEqual(shapeOf(schema));
      for (const { text } of sqlScripts(scripts)) {
        const { batches, commands } = readByLine(text);
        expect(commands).toEqual([]);
        expect(batches).toEqual(batchesOf(text));
      }
    },
  );
});
