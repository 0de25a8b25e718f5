/** What 90-verify.sql asks of whole tables. */
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CanonicalValue } from "../../src/values/codec.ts";
import type { TypeName } from "../../src/schema/model.ts";
import { makeTable } from "../model.ts";
import { scriptOf } from "./reading.ts";
import { emitScripts, emitTable, modernWorld } from "./world.ts";

type Row = readonly CanonicalValue[];

const table = makeTable(
  "T",
  [
    { name: "Id" },
    { name: "Text", type: { name: "nvarchar", length: 40 } },
    { name: "Code", type: { name: "char", length: 4 } },
    { name: "Data", type: { name: "varbinary", length: "max" } },
    { name: "Rate", type: "float" },
    { name: "At", type: "datetime" },
  ],
  ["Id"],
);

/** Column and number of each check. */
async function checks(rows: readonly Row[], more = {}): Promise<Map<string, string>> {
  const { scripts } = await emitScripts([emitTable(table, rows)], { version: "2016", ...more });
  const found = scriptOf(scripts, "90-verify.sql").matchAll(/^SELECT N'((?:bytes|digest) of [^']*)', (-?\d+), /gm);
  return new Map([...found].map(([, what = "", expected = ""]) => [what, expected]));
}

/** The digest's bytes by hand: one byte that says whether there is a value, its length in eight, the value. */
function byHand(cells: readonly (Buffer | null)[]): bigint {
  const framed = cells.map((bytes) => {
    if (bytes === null) return Buffer.of(0);
    const length = Buffer.alloc(8);
    length.writeUInt32BE(bytes.length, 4);
    return Buffer.concat([Buffer.of(1), length, bytes]);
  });
  return createHash("sha256").update(Buffer.concat(framed)).digest().readBigInt64BE(0);
}

const rows: Row[] = [
  [7, "a あ😀 ", "x", Uint8Array.of(0, 255), 1.5, "2012-02-20 10:30:00.0030000"],
  [-8, null, null, null, null, null],
];

test("are what the bytes come to that SQL Server converts the columns to", async () => {
  const first = byHand([
    Buffer.from("7"),
    Buffer.from("6100 2000 4230 3dd8 00de 2000".replaceAll(" ", ""), "hex"),
    // Without the padding of a char.
    Buffer.from("7800", "hex"),
    Buffer.from("00ff", "hex"),
    Buffer.from("3ff8000000000000", "hex"),
    Buffer.from("2012-02-20 10:30:00.003"),
  ]);
  const second = byHand([Buffer.from("-8"), null, null, null, null, null]);
  expect(await checks(rows)).toEqual(
    new Map([
      ["bytes of dbo.T.Text", "12"],
      ["bytes of dbo.T.Data", "2"],
      ["digest of dbo.T", String(first + second)],
    ]),
  );
});

test("do not hang on the order of rows, and on nothing else less than on every cell", async () => {
  const digest = async (these: readonly Row[]): Promise<string | undefined> =>
    (await checks(these)).get("digest of dbo.T");
  const right = await digest(rows);
  expect(await digest(rows.toReversed())).toBe(right);
  const others: Row[] = [
    [7, "a あ😀", "x", Uint8Array.of(0, 255), 1.5, "2012-02-20 10:30:00.0030000"],
    [7, "a あ😀 ", "X", Uint8Array.of(0, 255), 1.5, "2012-02-20 10:30:00.0030000"],
    [7, "a あ😀 ", "x", Uint8Array.of(255, 0), 1.5, "2012-02-20 10:30:00.0030000"],
    [7, "a あ😀 ", "x", Uint8Array.of(0, 255), 1.5000000000000002, "2012-02-20 10:30:00.0030000"],
    [7, "a あ😀 ", "x", Uint8Array.of(0, 255), 1.5, "2012-02-20 10:30:00.0070000"],
    [7, "a あ😀 ", "x", null, 1.5, "2012-02-20 10:30:00.0030000"],
  ];
  const digests = await Promise.all(others.map((row) => digest([row, ...rows.slice(1)])));
  expect(new Set([right, ...digests]).size).toBe(others.length + 1);
});

test("two tables with other texts have other digests", async () => {
  const row = fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }));
  await fc.assert(
    fc.asyncProperty(row, row, async (left, right) => {
      const pair = makeTable(
        "P",
        [
          { name: "a", type: { name: "nvarchar", length: "max" } },
          { name: "b", type: "ntext" },
        ],
        [],
      );
      const digest = async (cells: Row): Promise<string | undefined> => {
        const { scripts } = await emitScripts([emitTable(pair, [cells])], { version: "2022" });
        return /'digest of dbo\.P', (-?\d+)/.exec(scriptOf(scripts, "90-verify.sql"))?.[1];
      };
      const isSame = left[0] === right[0] && left[1] === right[1];
      expect((await digest(left)) === (await digest(right))).toBe(isSame);
    }),
    { numRuns: 30 },
  );
});

describe("are left out", () => {
  test.each(["2000", "2005", "2008", "2012"] as const)(
    "where HASHBYTES takes 8000 bytes: %s; lengths are there",
    async (version) => {
      const { scripts } = await emitScripts([emitTable(makeTable("T", [{ name: "a", type: "ntext" }], []), [["あ"]])], {
        version,
      });
      const verification = scriptOf(scripts, "90-verify.sql");
      expect(verification).toContain(
        "SELECT N'bytes of dbo.T.a', 2, ISNULL(SUM(CONVERT(decimal(38, 0), DATALENGTH([a]))), 0),",
      );
      expect(verification).not.toContain("HASHBYTES");
    },
  );

  test("where other rows may be there", async () => {
    expect(await checks(rows, { ifExists: "skip" })).toEqual(new Map());
  });

  test("where a code page decides on the length, and where no server keeps the bits", async () => {
    const names: TypeName[] = ["varchar", "text"];
    for (const type of names) {
      const texts = makeTable("T", [{ name: "a", type: { name: type, length: "max" } }], []);
      const { scripts } = await emitScripts([emitTable(texts, [["é"]])], { version: "2022" });
      expect(scriptOf(scripts, "90-verify.sql")).not.toContain("bytes of dbo.T");
    }
    expect((await checks([[1, null, null, null, -0, null]])).has("digest of dbo.T")).toBe(false);
  });

  test("of columns that the server keeps in forms of its own", async () => {
    const { scripts } = await emitScripts(modernWorld(), { version: "2022" });
    const digest = /'digest of dbo\.Modern'[^]*?\nGO/.exec(scriptOf(scripts, "90-verify.sql"))?.[0];
    expect(digest).toContain("[Story]");
    for (const name of ["Document", "Node", "Place"]) expect(digest).not.toContain(`[${name}]`);
  });
});
