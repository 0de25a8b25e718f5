/** Properties of the stream: how the text is cut into pieces makes no difference; what was written is what is read. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sqlserver } from "../../src/extract/sql-script/dialects/sqlserver.ts";
import { Ledger } from "../../src/extract/sql-script/ledger.ts";
import { options } from "../../src/extract/sql-script/options.ts";
import { readScript } from "../../src/extract/sql-script/read-script.ts";
import { Routes } from "../../src/extract/sql-script/routes.ts";
import type { EvidenceFile } from "../../src/extract/extractor.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { makeTable, mapTable, rawText } from "./harness.ts";

const file: EvidenceFile = { path: "/evidence/script.sql", name: "script.sql", bytes: 1, sha256: "" };
const table = makeTable("dbo.T", {
  a: "int",
  b: { name: "nvarchar", length: "max" },
  c: { name: "varbinary", length: "max" },
});

interface Reading {
  readonly rows: { readonly cells: Record<string, RawValue | null>; readonly line: number; readonly raw: string }[];
  readonly events: string[];
  read: number;
  accounted: number;
}

async function* piecesOf(pieces: Iterable<string>): AsyncGenerator<string> {
  yield* pieces;
}

async function read(pieces: Iterable<string>): Promise<Reading> {
  const reading: Reading = { rows: [], events: [], read: 0, accounted: 0 };
  const { events } = reading;
  const ledger = new Ledger(file, {
    read: (records) => void (reading.read += records),
    skip: (rule, records = 1) => {
      reading.accounted += records;
      events.push(`skip ${rule}`);
    },
    quarantine: (raw, reason, at) => {
      reading.accounted++;
      events.push(`quarantine line ${at.line}: ${reason}: ${rawText(raw)}`);
    },
    leftover: (place, fields) => void events.push(`leftover ${place}: ${fields.join()}`),
    warn: (message, at) => void events.push(`warn line ${at?.line}: ${message}`),
  });
  const declared = options.parse({ path: "script.sql" });
  const how = { options: declared, dialect: sqlserver, routes: new Routes([mapTable(table)], "dbo"), zone: "UTC" };
  for await (const batch of readScript(piecesOf(pieces), how, ledger))
    for (const [index, row] of batch.rows.entries()) {
      const cells = Object.fromEntries(batch.columns.map((column, at) => [column.name, row[at] ?? null]));
      reading.rows.push({ cells, line: batch.positions[index] ?? 0, raw: String(batch.raw(index)) });
      reading.accounted++;
    }
  return reading;
}

/** Cuts a text at each of the places, given as shares of its length. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [...new Set(places.map((place) => Math.floor(place * text.length)))].toSorted(
    (left, right) => left - right,
  );
  return [0, ...at].map((from, index) => text.slice(from, at[index])).filter((piece) => piece !== "");
}

const fragments = [
  "GO\r\n",
  "GO 3 -- again\n",
  "  go ;\n",
  "INSERT T (a, b) VALUES (1, N'it''s'), (2, NULL)\n",
  "insert into [dbo].[T] ([a],[b],[c]) values (-3,'GO\nGO\n',0xFF00);",
  "INSERT \"dbo\".\"T\" VALUES (4, N'a'+NCHAR(13)+NCHAR(10)+N'b', CAST(0x01 AS varbinary(max)))\n",
  "INSERT T (a) SELECT 5 UNION ALL SELECT 6 -- why\nUNION ALL SELECT 7 FROM x\n",
  "INSERT T (a) VALUES (GETDATE()), (8) /* block /* nested */ 'x */\n",
  "INSERT Other VALUES (1, (2)), ('GO')\n",
  "INSERT T DEFAULT VALUES\n",
  "UPDATE T SET a = 9, b = 'x' WHERE a = (SELECT 1);\n",
  "DELETE FROM T\nTRUNCATE TABLE [T]\n",
  "CREATE TABLE T (a int IDENTITY(1,1), b nvarchar(max), c varbinary(max))\nSET IDENTITY_INSERT T ON\n",
  "CREATE PROCEDURE p AS INSERT T (a) VALUES (10)\nGO\n",
  "IF EXISTS (SELECT * FROM T) BEGIN INSERT T (a) VALUES (11) END ELSE PRINT 'none'\n",
  "BEGIN TRAN INSERT T (a) VALUES (12) ROLLBACK\n",
  'SET QUOTED_IDENTIFIER OFF\nINSERT T (b) VALUES ("quoted")\nSET QUOTED_IDENTIFIER ON\n',
  "ALTER TABLE T ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES U (a) ON DELETE SET NULL\n",
  ":setvar x 1\n",
  "INSERT T (a) VALUES\nGO\nINSERT T (a) VALUES (13),\nGO\n",
  "EXEC('INSERT T (a) VALUES (14)')\nEXECUTE p 'INSERT', N'x'\n",
  "SET DATEFORMAT dmy PRINT 'what'\n",
  "nonsense here ) 'x'\n",
  "-- a comment's quote\n",
];

describe("the stream", () => {
  it("gives the same whatever the pieces in which the text comes", async () => {
    const script = fc.array(fc.constantFrom(...fragments), { maxLength: 8 }).map((parts) => parts.join(""));
    // A script may be cut anywhere, in the middle of a literal too.
    const scripts = fc
      .tuple(script, fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([text, share]) => (share < 0.5 ? text : text.slice(0, Math.ceil(text.length * share))));
    const places = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(scripts, places, async (text, at) => {
        const whole = await read([text]);
        expect(whole.read).toBe(whole.accounted);
        expect(await read(cut(text, at))).toEqual(whole);
      }),
      { numRuns: 400 },
    );
  });

  it("keeps comments and blanks of any length out of memory, and counts none of them for the statement behind", async () => {
    const comment = `-- ${"x".repeat(997)}\n`.repeat(4096);
    const pieces = function* () {
      for (let size = 0; size <= 1 << 28; size += comment.length) yield comment;
      yield "INSERT T (a) VALUES (1)";
    };
    expect((await read(pieces())).rows).toHaveLength(1);
  });

  it("reads rows joined by UNION ALL alike however often a piece ends within one", async () => {
    const joined = Array.from({ length: 200 }, (_, a) => `SELECT ${a}`).join(" UNION ALL ");
    const reading = await read(Array.from(`INSERT T (a) ${joined}`));
    expect(reading.events).toEqual([]);
    expect(reading.rows).toHaveLength(200);
  });

  it("reads an image of 24 MB and a text of 100,000 parts on one line", async () => {
    const image = "0123456789ABCDEF".repeat(3_000_000);
    const parts = Array.from({ length: 100_000 }, () => "N'part'").join("+");
    const { rows } = await read([`INSERT T (a, b, c) VALUES (1, ${parts}, 0x${image})`]);
    expect(rows[0]?.cells["b"]).toHaveLength(400_000);
    expect(rows[0]?.cells["c"]).toHaveLength(24_000_000);
  });

  it.each(fragments)("gives the same character by character: %j", async (fragment) => {
    expect(await read(Array.from(fragment + fragment))).toEqual(await read([fragment + fragment]));
  });
});

type Row = readonly [number | bigint, string | null, Uint8Array | null];

const hostile = fc.constantFrom(
  "\r\nGO\r\n",
  "\nGO 5\n",
  "$(x)",
  "'",
  "''",
  "--",
  "/*",
  "\\",
  "]",
  '"',
  "é",
  "あ",
  "😀",
  "\u0000",
);
const text = fc.array(fc.oneof(hostile, fc.string({ unit: "grapheme" }))).map((parts) => parts.join(""));
const rows = fc.array(
  fc.tuple(
    fc.oneof(fc.integer(), fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })),
    fc.option(text),
    fc.option(fc.uint8Array({ maxLength: 20 })),
  ),
  { minLength: 1, maxLength: 12 },
);

/** A backslash before a newline is a continuation to the server, so no literal can hold the two side by side. */
const quoted = (value: string): string => `N'${value.replaceAll("'", "''").replaceAll(/\\(?=\r?\n)/g, "\\'+N'")}'`;
const concatenated = (value: string): string =>
  `CAST(N'' AS nvarchar(max))+${value
    .split(/([\r\n\0\\])/)
    .map((part) => (/^[\r\n\0\\]$/.test(part) ? `NCHAR(${part.charCodeAt(0)})` : quoted(part)))
    .join("+")}`;
const asBytes = (value: string): string => `CAST(0x${Buffer.from(value, "utf16le").toString("hex")} AS nvarchar(max))`;

const textStyles = [
  quoted,
  concatenated,
  asBytes,
  (value: string) => `(${quoted(value)})`,
  (value: string) => `CONVERT(nvarchar(max), ${quoted(value)})`,
];
const bytesStyles = [
  (value: Uint8Array) => `0x${Buffer.from(value).toString("hex")}`,
  (value: Uint8Array) => `CONVERT(varbinary(max), '0x${Buffer.from(value).toString("hex")}', 1)`,
  (value: Uint8Array) => `cast(0X${Buffer.from(value).toString("hex").toUpperCase()} as image)`,
];

function literals([a, b, c]: Row, style: number): string {
  const textStyle = textStyles[style % textStyles.length] ?? quoted;
  const bytesStyle = bytesStyles[style % bytesStyles.length]!;
  return [String(a), b === null ? "NULL" : textStyle(b), c === null ? "null" : bytesStyle(c)].join(", ");
}

const statementStyles = [
  (values: readonly string[]) => values.map((row) => `INSERT [dbo].[T] ([a], [b], [c]) VALUES (${row})\n`).join("GO\n"),
  (values: readonly string[]) => `INSERT INTO T VALUES ${values.map((row) => `\n(${row})`).join(",")};\n`,
  (values: readonly string[]) => `insert t(a,b,c)\n${values.map((row) => `SELECT ${row}`).join(" UNION ALL\n")}\nGO\n`,
];

describe("the rows", () => {
  it("come back as they were written, in every style", async () => {
    const styles = fc.record({ literal: fc.nat(14), statement: fc.constantFrom(...statementStyles) });
    await fc.assert(
      fc.asyncProperty(rows, styles, async (written, { literal, statement }) => {
        const { rows: found, events } = await read([statement(written.map((row, at) => literals(row, literal + at)))]);
        expect(events.filter((event) => event !== "skip batch separator")).toEqual([]);
        expect(found.map(({ cells }) => [cells["a"], cells["b"], cells["c"]])).toEqual(
          written.map(([a, ...others]) => [Number.isSafeInteger(Number(a)) ? Number(a) : a, ...others]),
        );
      }),
      { numRuns: 300 },
    );
  });
});
