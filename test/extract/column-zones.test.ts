import { describe, expect, it } from "vitest";
import { emittedRows, runFiles } from "../incident.ts";

const schema =
  "CREATE TABLE dbo.T (ID int NOT NULL PRIMARY KEY, At datetime NULL, Day datetime2(3) NULL, Born date NULL);";

function recipe(columns: object, timezone?: string) {
  return JSON.stringify({
    incident: "zones",
    target: {
      dialect: "sqlserver",
      version: 2016,
      schema: "schema.sql",
      ...(timezone === undefined ? {} : { timezone }),
    },
    sources: {
      export: { extractor: "csv", path: "T.csv", asOf: "2026-03-12T02:00:00Z", tables: { "dbo.T": { columns } } },
    },
  });
}

const files = {
  "schema.sql": schema,
  "T.csv": "ID,at_utc,Day,Born\n1,2026-01-15 03:30:00.123,2026-01-15 03:30:00,2026-01-15\n2,2026-07-15 03:30:00,,\n",
};

describe("a column whose times are on another clock", () => {
  it("is put on the target's, and only that one", async () => {
    const columns = { At: { from: "at_utc", zone: "UTC" } };
    const ran = await runFiles({ ...files, "recipe.yaml": recipe(columns, "America/Chicago") });
    const [table] = ran.incident.tables;
    expect(table && emittedRows(ran, table)).toEqual([
      [1, "2026-01-14 21:30:00.1230000", "2026-01-15 03:30:00.0000000", "2026-01-15"],
      [2, "2026-07-14 22:30:00.0000000", null, null],
    ]);
  });

  it("may keep its name; days without a time stay as they are", async () => {
    const columns = { At: "at_utc", Day: { zone: "Europe/Berlin" }, Born: { zone: "Europe/Berlin" } };
    const ran = await runFiles({ ...files, "recipe.yaml": recipe(columns, "UTC") });
    const [table] = ran.incident.tables;
    expect(table && emittedRows(ran, table)[0]).toEqual([
      1,
      "2026-01-15 03:30:00.1230000",
      "2026-01-15 02:30:00.0000000",
      "2026-01-15",
    ]);
  });

  it("needs the target's zone", async () => {
    const work = runFiles({ ...files, "recipe.yaml": recipe({ At: { from: "at_utc", zone: "UTC" } }) });
    await expect(work).rejects.toThrow(/target.timezone: is missing; expected the time zone of the lost database/);
  });
});
