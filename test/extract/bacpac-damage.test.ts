import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import bacpac from "../../src/extract/bacpac/index.ts";
import { buildPackage, packageEntries, type PackageSpec } from "../support/bacpac-builder.ts";
import { packEntries } from "../support/package-zip.ts";
import { allTypes, details, newer, orders, wholeRows, withPart } from "../support/bacpac-samples.ts";
import { cellsOf, extract, extractInto, schemaOf, write } from "./bacpac-harness.ts";
import { collect, mapTable } from "./harness.ts";

/** Bytes at four fifths of the length become others. */
function spoil(packed: Buffer): Buffer {
  const at = Math.floor(packed.length * 0.8);
  return Buffer.from(packed).fill(0xff, at, at + 40);
}

/** Refused in words for people: anything else would be a bug. */
async function readOrRefused(bytes: Buffer): Promise<"read" | "refused"> {
  try {
    await extract(write(bytes, "fuzz.bacpac"));
    return "read";
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return "refused";
  }
}

describe("damage", () => {
  it("GOTCHAS 39: a part that ends in a row keeps the rows before, sets its end aside, and proves no deletion", async () => {
    const told = await extract(write(buildPackage(withPart(wholeRows.subarray(0, -3)))));
    expect(cellsOf(told).slice(0, 2)).toEqual([
      [1, "first", "1.5000"],
      [2, null, null],
    ]);
    expect(told.quarantined).toHaveLength(1);
    expect(told.quarantined[0]?.at).toBe("shop.bacpac part Data/dbo.Orders/TableData-000-00000.BCP row 3 offset 32");
    expect(told.partial).toEqual(["dbo.Orders: Data/dbo.Orders/TableData-000-00000.BCP cannot be read to its end"]);
    expect(told.losses).toHaveLength(2);
  });

  it("bytes of a type that nobody knows are kept, and the other tables are read", async () => {
    const told = await extract(write(buildPackage(newer)));
    expect(told.rows.map(({ table }) => table)).toEqual(["dbo.Orders", "dbo.Orders", "dbo.Orders"]);
    expect(told.quarantined.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("At is of the type [vector], and how its values lie in the data is not known here"),
      expect.stringContaining("Next is of the type SqlFutureColumn"),
    ]);
    expect(told.partial).toHaveLength(2);
  });

  it("a part whose deflate data is damaged gives the rows before the damage", async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => [row, `note ${(row * 7919) % 10_007}`, null]);
    const spec: PackageSpec = { tables: [{ ...orders, parts: [rows] }], method: "deflated" };
    const entries = packageEntries(spec).map((entry) =>
      entry.name.startsWith("Data/") ? { ...entry, damage: spoil } : entry,
    );
    const told = await extract(write(packEntries(entries)));
    expect(told.rows.length).toBeGreaterThan(10_000);
    expect(told.rows.length).toBeLessThan(20_000);
    expect(cellsOf(told).slice(0, 9000)).toEqual(rows.slice(0, 9000));
    expect(told.partial.length).toBeGreaterThan(0);
    expect(told.losses.some((loss) => loss.includes("damaged in the archive"))).toBe(true);
  });

  it.each([
    ["another checksum", { crc: 1 }, "its bytes do not have the checksum that the archive says"],
    ["more bytes than the archive says", { size: 20 }, "it has more than the 20 bytes that the archive says"],
    ["fewer bytes than the archive says", { size: 100_000 }, "of its 100000 bytes"],
    ["a method that is not known", { method: 9 }, "it is compressed by method 9, which is not known"],
    ["encryption", { encrypted: true }, "it is encrypted"],
  ])("a part with %s is told, and read as far as it can be", async (_, claims, message) => {
    const spec: PackageSpec = { tables: [orders, details], method: "deflated" };
    const entries = packageEntries(spec).map((entry) => (entry.name.includes("Orders") ? { ...entry, claims } : entry));
    const told = await extract(write(packEntries(entries)));
    expect(told.losses.join("\n")).toContain(message);
    expect(told.partial.length).toBeGreaterThan(0);
    expect(told.rows.filter(({ table }) => table === "sales.Order Details")).toHaveLength(2);
  });

  it.each([
    ["cut short", buildPackage({ tables: [orders] }).subarray(0, 2000), "it is cut short"],
    ["no archive", Buffer.from("PK\u0003\u0004 and then nothing of the kind"), "no zip archive at all"],
    ["empty", Buffer.alloc(0), "no zip archive at all"],
    ["an archive of something else", packEntries([{ name: "readme.txt", data: "x" }]), "no package of a database"],
    [
      "a package whose model is no XML",
      packEntries([{ name: "model.xml", data: "<DataSchemaModel><Model>" }]),
      "model.xml cannot be read",
    ],
    [
      "a package whose model is not UTF-8",
      packEntries([{ name: "model.xml", data: Buffer.from([0xff, 0xfe, 0x00]) }]),
      "model.xml cannot be read",
    ],
    [
      "an archive with a name that leads out of it",
      packEntries([{ name: "../model.xml", data: "<x/>" }]),
      "invalid relative path",
    ],
  ])("a file that is %s is refused with what to do", async (_, bytes, message) => {
    const file = write(bytes, "bad.bacpac");
    await expect(schemaOf(file)).rejects.toThrow(message);
    await expect(extractInto(file, [])).rejects.toMatchObject({ name: "UserError", where: { file: "bad.bacpac" } });
  });

  it("property: a package cut anywhere, or with any byte changed, is read or refused, and the sums hold", async () => {
    const whole = buildPackage({ tables: [orders, details, allTypes(true)], method: "deflated" });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        async (at, byte, isCut) => {
          const bytes = Buffer.from(isCut ? whole.subarray(0, at) : whole);
          if (!isCut) bytes[at] = byte;
          expect(["read", "refused"]).toContain(await readOrRefused(bytes));
        },
      ),
      { numRuns: 80 },
    );
  });

  it("stops when it is told to", async () => {
    const file = write(buildPackage({ tables: [orders] }));
    const { tables } = await schemaOf(file);
    const stopped = AbortSignal.abort();
    const run = collect(
      bacpac,
      { path: "*" },
      { files: [file], mappings: tables.map((table) => mapTable(table)), signal: stopped },
    );
    await expect(run).rejects.toThrow("aborted");
  });
});
