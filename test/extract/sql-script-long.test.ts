/** What is too long to be held costs itself only: set aside by line, length and hash; and a quote that is not closed costs its statement. */
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DialectId } from "../../src/extract/sql-script/dialects/dialect.ts";
import { dialects } from "../../src/extract/sql-script/dialects/registry.ts";
import { Ledger } from "../../src/extract/sql-script/ledger.ts";
import { options } from "../../src/extract/sql-script/options.ts";
import { readScript } from "../../src/extract/sql-script/read-script.ts";
import { Routes } from "../../src/extract/sql-script/routes.ts";
import type { EvidenceFile, RecordDigest, WarningWeight } from "../../src/extract/extractor.ts";
import { makeTable, mapTable } from "./harness.ts";

const file: EvidenceFile = { path: "/evidence/script.sql", name: "script.sql", bytes: 1, sha256: "" };
const table = makeTable("dbo.T", { a: "int", b: { name: "nvarchar", length: "max" } });
const ids = Object.keys(dialects) as DialectId[];

interface Reading {
  /** The values of `a`, and the line of each. */
  readonly rows: Map<unknown, number>;
  readonly quarantined: { readonly raw: string | RecordDigest; readonly line: number; readonly reason: string }[];
  readonly warnings: { readonly message: string; readonly line: number; readonly weight: WarningWeight }[];
  readonly skipped: string[];
  read: number;
  staged: number;
}

async function* cut(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

/** Reads the text, cut into pieces of `size`, where no more than `longest` characters are held. */
async function read(text: string, dialect: DialectId, size = 50, longest = 300): Promise<Reading> {
  const reading: Reading = { rows: new Map(), quarantined: [], warnings: [], skipped: [], read: 0, staged: 0 };
  const ledger = new Ledger(file, {
    read: (records) => void (reading.read += records),
    skip: (rule) => void reading.skipped.push(rule),
    quarantine: (raw, reason, { line = 0 }) =>
      void reading.quarantined.push({ raw: raw instanceof Uint8Array ? "bytes" : raw, reason, line }),
    leftover: () => undefined,
    warn: (message, at, weight = "note") => void reading.warnings.push({ message, line: at?.line ?? 0, weight }),
  });
  const declared = options.parse({ path: "script.sql" });
  const routes = new Routes([mapTable(table)], "dbo", true);
  const how = { options: declared, dialect: dialects[dialect], routes, zone: "UTC" };
  for await (const batch of readScript(cut(text, size), how, ledger, longest))
    for (const [index, row] of batch.rows.entries()) {
      reading.staged++;
      reading.rows.set(Number(row[batch.columns.findIndex(({ name }) => name === "a")]), batch.positions[index] ?? 0);
    }
  expect(reading.staged + reading.skipped.length + reading.quarantined.length).toBe(reading.read);
  return reading;
}

function digest(text: string): RecordDigest {
  const bytes = Buffer.from(text);
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

const long = "zwölf ".repeat(150);
const lines = "a ''quoted'' line\n".repeat(60);
const row = (a: number, b = "'b'"): string => `INSERT INTO T (a, b) VALUES (${a}, ${b});\n`;
const ends = (id: DialectId): string => (id === "sqlserver" ? "GO\n" : "");

interface Case {
  readonly title: string;
  readonly script: (id: DialectId) => string;
  readonly ids: readonly DialectId[];
  readonly rows: readonly number[];
  /** The records that are too long, by their text and line. */
  readonly long: readonly (readonly [text: string, line: number])[];
}

const cases: readonly Case[] = [
  {
    title: "a literal: the rows around it in the same statement are read",
    script: () => `${row(1)}INSERT INTO T (a, b) VALUES (2, 'b'), (3, '${lines}'), (4, 'b');\n${row(5)}`,
    ids,
    rows: [1, 2, 4, 5],
    long: [[`(3, '${lines}')`, 2]],
  },
  {
    title: "a row of two long literals",
    script: () => `INSERT INTO T (a, b) VALUES (2, 'b'), ('${long}', '${lines}'), (4, 'b');\n${row(5)}`,
    ids,
    rows: [2, 4, 5],
    long: [[`('${long}', '${lines}')`, 1]],
  },
  {
    title: "a row of many short tokens, with parentheses in it",
    script: () =>
      `INSERT INTO T (a, b) VALUES (1, 'b'), (2, (((${"7, f('x'), ".repeat(200)} 8)))), (4, 'b');\n${row(5)}`,
    ids,
    rows: [1, 4, 5],
    long: [[`(2, (((${"7, f('x'), ".repeat(200)} 8))))`, 1]],
  },
  {
    title: "a word that never seems to end",
    script: () => `INSERT INTO T (a, b) VALUES (2, ${"w".repeat(2000)}), (4, 'b');\n${row(5)}`,
    ids,
    rows: [4, 5],
    long: [[`(2, ${"w".repeat(2000)})`, 1]],
  },
  {
    title: "bytes in hex",
    script: () => `INSERT INTO T (a, b) VALUES (2, 0x${"0a".repeat(2000)}), (4, 'b');\n${row(5)}`,
    ids: ["sqlserver", "mysql"],
    rows: [4, 5],
    long: [[`(2, 0x${"0a".repeat(2000)})`, 1]],
  },
  {
    title: "backslashes before quotes",
    script: () =>
      String.raw`INSERT INTO T (a, b) VALUES (2, '${String.raw`it\'s \\`.repeat(300)}'), (4, 'b');${"\n"}${row(5)}`,
    ids: ["mysql"],
    rows: [4, 5],
    long: [[String.raw`(2, '${String.raw`it\'s \\`.repeat(300)}')`, 1]],
  },
  {
    title: "a dollar-quoted literal",
    script: () => `INSERT INTO T (a, b) VALUES (2, $x$${"it's $ ".repeat(300)}$x$), (4, 'b');\n${row(5)}`,
    ids: ["postgres"],
    rows: [4, 5],
    long: [[`(2, $x$${"it's $ ".repeat(300)}$x$)`, 1]],
  },
  {
    title: "Oracle's own marks",
    script: () => `INSERT INTO T (a, b) VALUES (2, q'[${"it's ] ".repeat(300)}]');\n${row(5)}`,
    ids: ["oracle"],
    rows: [5],
    long: [[`(2, q'[${"it's ] ".repeat(300)}]')`, 1]],
  },
  {
    title: "a line of COPY",
    script: () => `COPY public.t (a, b) FROM stdin;\n1\tb\n2\t${long}\n3\tb\n\\.\n${row(4)}`,
    ids: ["postgres"],
    rows: [1, 3, 4],
    long: [[`2\t${long}`, 3]],
  },
  {
    title: "a last line of COPY without newline",
    script: () => `COPY public.t (a, b) FROM stdin;\n1\tb\n2\t${long}`,
    ids: ["postgres"],
    rows: [1],
    long: [[`2\t${long}`, 3]],
  },
  {
    title: "a row of INSERT … SELECT",
    script: (id) =>
      `INSERT INTO T (a, b) SELECT 1, 'b' UNION ALL SELECT 2, '${long}' UNION ALL SELECT 3, 'b';\n${ends(id)}${row(4)}`,
    ids: ["sqlserver", "mysql", "postgres", "sqlite"],
    rows: [1, 3, 4],
    long: [[`SELECT 2, '${long}'`, 1]],
  },
  {
    title: "an UPDATE",
    script: (id) => `UPDATE T SET b = '${lines}', a = 4 WHERE a = 1;\n${ends(id)}${row(5)}`,
    ids,
    rows: [5],
    long: [[`UPDATE T SET b = '${lines}', a = 4 WHERE a = 1`, 1]],
  },
  {
    title: "an UPDATE of many short tokens",
    script: (id) => `UPDATE T SET b = 'x'${" + 'y'".repeat(300)} WHERE a = 1;\n${ends(id)}${row(5)}`,
    ids,
    rows: [5],
    long: [[`UPDATE T SET b = 'x'${" + 'y'".repeat(300)} WHERE a = 1`, 1]],
  },
  {
    title: "comments, and statements that are passed over",
    script: (id) =>
      `/* ${lines} */\n-- ${long}\n${row(1)}GRANT x TO '${lines}';\n${ends(id)}INSERT INTO T (a, b) VALUES (2 /* ${long} */, 'b');\n${row(3)}`,
    ids,
    rows: [1, 2, 3],
    long: [],
  },
  {
    title: "a row of a table that was not lost",
    script: () => `INSERT INTO Elsewhere (a, b) VALUES (2, 'b'), (3, '${lines}'), (4, 'b');\n${row(5)}`,
    ids,
    rows: [5],
    long: [],
  },
];

describe("longer than can be held", () => {
  describe.each(cases)("$title", ({ script, rows, long: expected, ...of }) => {
    it.each(of.ids.flatMap((id) => [1, 7, 64].map((size) => [id, size] as const)))(
      "%s in pieces of %i",
      async (id, size) => {
        const text = script(id);
        const reading = await read(text, id, size);
        expect([...reading.rows.keys()]).toEqual(rows);
        for (const [a, line] of reading.rows)
          expect(text.split("\n")[line - 1]).toMatch(new RegExp(String.raw`\b${String(a)}\b`));
        expect(reading.quarantined.map(({ raw, line }) => ({ raw, line }))).toEqual(
          expected.map(([record, line]) => ({ raw: digest(record), line })),
        );
        for (const { reason } of reading.quarantined) expect(reason).toMatch(/longer than can be held/);
        expect(JSON.stringify(reading)).not.toContain("text_left_out");
      },
    );
  });

  it.each(ids)("a comment that is not closed, %s", async (id) => {
    const { rows, quarantined, warnings } = await read(`${row(1)}/* ${long}\n${row(2)}`, id);
    expect([...rows.keys()]).toEqual([1]);
    expect(quarantined).toMatchObject([{ raw: digest(`/* ${long}\n${row(2)}`), line: 2 }]);
    expect(warnings).toMatchObject([{ line: 2, weight: "loss" }]);
  });

  it.each(ids)("nothing that looks like a statement in a literal that ends below the limit is one, %s", async (id) => {
    const { rows, quarantined } = await read(`${row(1, `'x\n${row(7, "NULL")}y'`)}${row(2)}`, id);
    expect([...rows.keys()]).toEqual([1, 2]);
    expect(quarantined).toEqual([]);
  });

  const heads = [
    "INSERT INTO T (a, b) VALUES (2, 'b);",
    "UPDATE T SET b = 'b;",
    "GRANT x TO 'b;",
    "CREATE PROCEDURE p AS 'b;",
  ];
  const fills = ["x\n".repeat(400), ""];
  const unclosed = ids.flatMap((id) => heads.flatMap((head) => fills.map((fill) => [id, head, fill] as const)));

  it.each(unclosed)(
    "a literal that is not closed, in a script longer than the limit, %s: %s %j",
    async (id, head, fill) => {
      const after = Array.from({ length: 40 }, (_, at) => row(at + 10) + ends(id)).join("");
      for (const size of [1, 64]) {
        const { rows, quarantined, warnings } = await read(`${row(1)}${head}\n${fill}${after}`, id, size);
        expect(rows.size).toBe(41);
        expect(quarantined).toHaveLength(1);
        expect(warnings).toMatchObject([
          { line: 2, weight: "loss", message: expect.stringMatching(/ up to line \d+ is set/) },
        ]);
      }
    },
  );
});

/** Statements, one a line, the first with several rows. */
function scriptOf(id: DialectId, values: readonly string[]): string {
  const quoted = values.map((value) => `'${value.replaceAll("'", "''")}'`);
  const each = quoted.map((value, at) => row(at + 1, value) + (at % 3 === 2 ? ends(id) : ""));
  return `CREATE TABLE T (a int, b varchar(50));\n${ends(id)}${each.join("")}`;
}

const plain = fc.array(fc.stringMatching(/^[a-z ';(),]{0,12}$/), { minLength: 2, maxLength: 12 });

describe("damage anywhere", () => {
  it.each(ids)("a cut, %s", async (id) => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(
        plain,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(60, 1000),
        async (values, at, longest) => {
          const script = scriptOf(id, values);
          const text = script.slice(0, Math.floor(at * script.length));
          const { rows } = await read(text, id, 13, longest);
          const whole = text
            .split("\n")
            .slice(0, -1)
            .filter((line) => line.startsWith("INSERT"));
          expect(whole.map((_, index) => index + 1).filter((a) => !rows.has(a))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(ids)("a quote that is missing: what stands before it, and from where reading goes on, %s", async (id) => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(plain, fc.nat(), fc.constantFrom(60, 1000), async (values, which, longest) => {
        const script = scriptOf(id, values);
        const quotes = [...script.matchAll(/'/g)].map(({ index }) => index);
        const at = quotes[which % quotes.length] ?? 0;
        const text = script.slice(0, at) + script.slice(at + 1);
        const { rows, warnings } = await read(text, id, 13, longest);
        const damaged = script.slice(0, at).split("\n").length;
        const resumed = warnings.flatMap(({ message }) => /up to line (\d+)/.exec(message)?.[1] ?? []).map(Number);
        const from = resumed.at(-1) ?? Infinity;
        const sound = text.split("\n").flatMap((line, index) => {
          const a = /^INSERT INTO T \(a, b\) VALUES \((\d+),/.exec(line)?.[1];
          return a !== undefined && (index + 1 < damaged || index + 1 >= Math.max(from, damaged + 1))
            ? [Number(a)]
            : [];
        });
        expect(sound.filter((a) => !rows.has(a))).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it.each(ids)("a script of 40 kB with one quote missing loses the statement, %s", async (id) => {
    const values = Array.from({ length: 900 }, (_, at) => `value ${at}`);
    const script = scriptOf(id, values).replace("'value 100'", "'value 100");
    const { rows, quarantined } = await read(script, id, 4096, 2 ** 20);
    expect(rows.size).toBe(899);
    expect(quarantined).toHaveLength(1);
  });
});

it.each(ids)("whatever the text is, it is read to its end, %s", async (id) => {
  expect.hasAssertions();
  const word = fc.constantFrom(
    "INSERT INTO T (a, b) VALUES (1, 'b')",
    "(",
    ")",
    "'",
    '"',
    ";",
    "\n",
    "/*",
    "*/",
    "--",
    "$$",
    "q'[",
    "`",
    "\\",
    "GO",
    "COPY t FROM stdin;",
    "UNION ALL SELECT",
    "CREATE TABLE T (",
    "x".repeat(90),
    "CREATE PROC p AS",
    ",",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 60 }), fc.constantFrom("", " ", "\n"), async (words, between) => {
      await read(words.join(between), id, 17, 100);
    }),
    { numRuns: 150 },
  );
});
