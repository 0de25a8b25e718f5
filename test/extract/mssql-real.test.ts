/** One suite for a stand-in and for a real SQL Server: what holds of the first is to hold of the second. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import mssql from "../../src/extract/mssql/index.ts";
import type { Server } from "../../src/extract/server/kind.ts";
import { Interrupted } from "../../src/extract/server/kind.ts";
import { everyType, keyedRow, keyedRows, setupBatches } from "../support/sqlserver/every-type.ts";
import { places } from "../support/sqlserver/places.ts";
import type { Place } from "../support/sqlserver/places.ts";
import { grammarFault } from "../emit/tsql-grammar.ts";
import { readAll, readInSteps, rowsOf, userErrorOf } from "./server-harness.ts";

const surroundings = { signal: new AbortController().signal };
const every = { schema: "dbo", name: "Every" };
const keyed = { schema: "dbo", name: "Keyed" };

describe.each(Object.entries(places))("on %s", (_, start) => {
  describe.skipIf(start === undefined)("the extractor", () => {
    let place: Place;
    let server: Server;
    beforeAll(async () => {
      if (start === undefined) return;
      place = await start();
      server = await mssql.connect(place.options, surroundings);
    });
    afterAll(async () => {
      await server.close();
      await place.close();
    });

    it("finds the tables and their keys", async () => {
      const relations = await server.relations();
      expect(relations.map(({ name }) => name)).toEqual(expect.arrayContaining(["Every", "Keyed"]));
      expect((await server.describe(keyed)).key).toEqual(["T", "A"]);
    });

    it("reads a cell of every type without loss, and NULLs", async () => {
      const rows = await readAll(server, await server.describe(every));
      expect(rows).toEqual([
        [1, ...place.cases.map(({ read }) => read)],
        [2, ...place.cases.map(() => null)],
      ]);
    });

    it("goes on behind each row of a key of two columns", async () => {
      const expected = Array.from({ length: keyedRows }, (__, at) => keyedRow(at)).toSorted(
        ([text, number], [other, second]) => (text === other ? number - second : text < other ? -1 : 1),
      );
      expect(await readInSteps(server, await server.describe(keyed), 7)).toEqual(expected);
    });

    it("says that a killed connection may be made anew, and makes it", async () => {
      const relation = await server.describe(keyed);
      const snapshot = await server.snapshot();
      await place.kill();
      const fault: unknown = await rowsOf(snapshot, relation).catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(Interrupted);
      await snapshot.close();
      expect(await readAll(server, relation)).toHaveLength(keyedRows);
    });

    it("tells a wrong password and a database that is not there", async () => {
      const wrong = { ...place.options, password: "wr0ng" };
      expect((await userErrorOf(mssql.connect(wrong, surroundings))).message).toMatch(/refuses the login/);
      const absent = { ...place.options, database: "salvage_no_such_database" };
      expect((await userErrorOf(mssql.connect(absent, surroundings))).message).toMatch(/may not open the database/);
    });
  });
});

describe("the batches that set a real server up", () => {
  it.each(setupBatches(everyType).slice(0, 5))("are T-SQL in the eyes of a grammar that is not ours: %s", (batch) => {
    expect(grammarFault(batch)).toBeUndefined();
  });

  it("hold nothing that 2005 does not know but the types of 2008", () => {
    const old = setupBatches(everyType.filter(({ since = 9 }) => since <= 9)).join("\n");
    expect(old).not.toMatch(
      /\b(?:date|time|datetime2|datetimeoffset|hierarchyid|geometry|geography)\b|VALUES .*\), ?\(|IF EXISTS/i,
    );
  });
});
