/** Change events that Debezium itself wrote: sixteen of a table of products. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import cdc from "../../src/extract/cdc/index.ts";
import { collectChanges, timedTable } from "./change-harness.ts";
import { evidenceFile, mapTable } from "./harness.ts";

const data = path.resolve(import.meta.dirname, "../../../shared/data/logs/cdc");

const table = timedTable("dbo.Products", {
  id: "int",
  name: { name: "nvarchar", length: 100 },
  description: { name: "nvarchar", length: 200 },
  weight: { name: "real" },
});

describe.skipIf(!existsSync(data))("debezium's own events (skipped where ../shared/data is missing)", () => {
  it("end with the products 101 to 110", async () => {
    const [name = ""] = readdirSync(data);
    const files = [evidenceFile(path.join(data, name), data)];
    const { changes, read, quarantined, leftovers } = await collectChanges(
      cdc,
      { path: name },
      {
        files,
        mappings: [mapTable(table)],
      },
    );
    expect({ read, quarantined, leftovers }).toEqual({ read: 16, quarantined: [], leftovers: {} });
    const rows = new Map<unknown, Readonly<Record<string, unknown>>>();
    for (const { operation, isBefore, cells } of changes) {
      if (isBefore) continue;
      if (operation === "delete") rows.delete(cells["id"]);
      else rows.set(cells["id"], cells);
    }
    expect([...rows.keys()]).toEqual([101, 102, 103, 104, 105, 106, 107, 108, 109, 110]);
    expect(rows.get(101)?.["weight"]).toBe("3.140000104904175");
    expect(rows.get(106)).toMatchObject({ description: "18oz carpenter hammer", "#modifiedAt": "2020-05-13 09:26:27" });
    expect(rows.get(110)?.["description"]).toBe("new water resistent white wind breaker");
  });

  it("lose nothing where the file is cut anywhere", async () => {
    const [name = ""] = readdirSync(data);
    const text = readFileSync(path.join(data, name));
    const folder = mkdtempSync(path.join(os.tmpdir(), "cdc-real-"));
    const file = path.join(folder, "cut.jsonl");
    for (let length = 1; length < text.length; length += 397) {
      writeFileSync(file, text.subarray(0, length));
      const { read } = await collectChanges(
        cdc,
        { path: "cut.jsonl" },
        {
          files: [evidenceFile(file, folder)],
          mappings: [mapTable(table)],
        },
      );
      expect(read).toBe(
        text
          .subarray(0, length)
          .toString()
          .split("\n")
          .filter((line) => line !== "").length,
      );
    }
    rmSync(folder, { recursive: true });
  });
});
